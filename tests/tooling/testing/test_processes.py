"""In how many processes cases are run, when nobody says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.content.project import Project
from masthead.testing import processes
from masthead.testing.bench import Bench
from masthead.testing.items import content_of, key_of
from masthead.testing.passed import Passed

CASES = "tests/detections/rbac/deleted.yaml"
HUNT = "tests/hunting/rbac/actors.yaml"
FILES = {
    CASES: "silent_on: [quiet]\ncases: [{name: an attack, logs: [attack], expect: {alerts: [{}, {}]}}]\n",
    HUNT: "cases:\n" + "".join(f"  - {{name: case {n}, logs: [attack], expect: {{count: {n}}}}}\n" for n in range(4)),
}


@pytest.fixture
def options(make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The options for six cases, where two are worth a process and there are eight cores."""
    monkeypatch.setattr(processes, "WORTH_IT", 2)
    monkeypatch.setattr(processes, "_cores", lambda: 8)
    project = make_project(FILES)

    def options(
        *given: str, paths: tuple[str, ...] = ("tests",), everywhere: bool = False, cache: bool = False
    ) -> list[str]:
        bench = Bench(Project.load(project.root))
        absolute = [f"{project.root.as_posix()}/{path}" for path in paths]
        return processes.process_options(bench, absolute, given, everywhere=everywhere, cache=cache, ledger=None)

    return options


def of(number: int) -> list[str]:
    return [f"--numprocesses={number}", "--dist=loadfile"]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (("tests",), of(3)),
        (("tests/hunting",), of(2)),
        ((f"{HUNT}::case 1",), of(2)),
        (("tests/detections",), []),
        (("tests/workbooks",), []),
    ],
)
def test_as_many_as_the_cases_are_worth(
    paths: tuple[str, ...], expected: list[str], options: Callable[..., list[str]]
) -> None:
    assert options(paths=paths) == expected


def test_no_more_than_there_are_cores(options: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_cores", lambda: 2)
    assert options() == of(2)
    monkeypatch.setattr(processes, "_cores", lambda: 1)
    assert options() == []


def test_every_recording_counts_where_each_is_tried(options: Callable[..., list[str]]) -> None:
    assert options(paths=("tests/detections",), everywhere=True) == of(2)


@pytest.mark.parametrize(
    "given", ["-vv", "-q", "-rA", "--tb=short", "--color=no", "--junitxml=out.xml", "--durations=5"]
)
def test_options_that_only_tell_change_nothing(given: str, options: Callable[..., list[str]]) -> None:
    assert options(given) == of(3)


@pytest.mark.parametrize("given", ["-n", "-k", "-x", "--pdb", "-s", "--lf", "--collect-only", "-p", "--maxfail=1"])
def test_who_chooses_cases_or_processes_has_one(given: str, options: Callable[..., list[str]]) -> None:
    assert options(given, "value") == []


def test_without_the_package_there_is_one(options: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert options() == []


def test_cases_that_will_not_be_run_do_not_count(
    options: Callable[..., list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("masthead.testing.passed.cache_folder", lambda: tmp_path / "user")
    monkeypatch.setattr("masthead.testing.ingredients.code_digest", lambda: "code")
    assert options(cache=True) == of(3)
    bench, passed = Bench(Project.load(tmp_path)), Passed(tmp_path)
    cases = bench.project.hunting_cases.at(HUNT)
    for case in cases.cases[:2]:
        passed.tell(key_of(case, content_of(cases, bench.project), bench, None), True)
    passed.save()
    assert options(cache=True) == of(2)

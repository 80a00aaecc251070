"""Cases that passed, and of which nothing has changed since, are not run again; all others are."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.cli.test import command
from masthead.content.project import Project
from masthead.testing import items
from masthead.testing.passed import Passed

RULE, CASES, HUNT = (
    "detections/rbac/deleted.yaml",
    "tests/detections/rbac/deleted.yaml",
    "tests/hunting/rbac/actors.yaml",
)
FILES = {
    CASES: """\
silent_on: [quiet]
cases:
  - {name: two alerts, logs: [attack], expect: {alerts: [{}, {}]}}
  - {name: one alert, logs: [attack], given: Events | where Actor == "trudy", expect: {alerts: [{}]}}
""",
    HUNT: "cases: [{name: three rows, logs: [attack], expect: {count: 3}}]\n",
}
WRONG = {HUNT: FILES[HUNT].replace("count: 3", "count: 4")}
ALL = ["two alerts", "one alert", "silent on quiet", "three rows"]

Run = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def run(
    make_project: Callable[..., Project],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """Run `masthead test`: the exit code, the cases that ran, and what is printed last."""
    keys = tmp_path_factory.mktemp("user")
    # The code is as it is, whoever works on it meanwhile.
    for module in ("ingredients", "unchanged"):
        monkeypatch.setattr(f"masthead.testing.{module}.code_digest", lambda: "code")
    monkeypatch.setattr("masthead.testing.passed.cache_folder", lambda: keys)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    judged: list[str] = []
    judge = items.judge
    monkeypatch.setattr(items, "judge", lambda case, *rest: judged.append(case.name) or judge(case, *rest))
    root = make_project(FILES).root
    monkeypatch.chdir(root)

    def run(*arguments: str, changes: dict[str, str] | None = None) -> tuple[int, list[str], str]:
        for path, text in (changes or {}).items():
            (root / path).write_text(text, encoding="utf-8")
        judged.clear()
        capsys.readouterr()
        code = command(["-p", "no:cacheprovider", "-p", "no:xdist", "--color=no", *arguments], **options)
        return code, list(judged), re.sub(r" in \d+\.\d+s", "", capsys.readouterr().out)

    options: dict[str, object] = {}
    run.options = options  # type: ignore[attr-defined]
    return run


def test_a_second_run_runs_nothing_and_says_so(run: Run) -> None:
    assert run()[:2] == (0, ALL)
    code, judged, out = run()
    assert (code, judged) == (0, [])
    assert out.splitlines()[-2:] == [
        "4 cases have not changed since they passed; --no-cache runs them too",
        "4 passed",
    ]


def test_with_v_each_case_that_was_not_run_is_marked(run: Run) -> None:
    run("hunting")
    out = run("-v")[2]
    assert re.findall(r"::(.+?) (PASSED|UNCHANGED)", out) == [
        ("two alerts", "PASSED"),
        ("one alert", "PASSED"),
        ("silent on quiet", "PASSED"),
        ("three rows", "UNCHANGED"),
    ]
    assert "1 case has not changed" in out


def test_what_has_changed_is_run_again(run: Run, tmp_path: Path) -> None:
    run()
    rule = (tmp_path / RULE).read_text(encoding="utf-8")
    assert run(changes={RULE: rule.replace("Medium", "High")})[:2] == (0, ALL[:3])
    assert run(changes={CASES: FILES[CASES].replace("[{}]", "[{severity: High}]")})[:2] == (0, ["one alert"])
    # What was so before has passed before.
    assert run(changes={RULE: rule, CASES: FILES[CASES]})[:2] == (0, [])


def test_a_case_that_fails_is_run_again_until_it_passes(run: Run) -> None:
    assert run(changes=WRONG)[:2] == (1, ALL)
    assert run()[:2] == (1, ["three rows"])
    assert run()[:2] == (1, ["three rows"])
    assert run(changes=FILES)[:2] == (0, ["three rows"])
    assert run()[:2] == (0, [])


def test_a_file_that_cannot_be_used_fails_each_time(run: Run) -> None:
    run()
    assert run(changes={RULE: "kind: Scheduled\n"})[0] == run()[0] == 1


def test_a_case_that_passed_and_fails_all_the_same_has_not_passed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    with monkeypatch.context() as patched:
        patched.setattr(items, "judge", lambda *_: (_ for _ in ()).throw(RuntimeError("by chance")))
        run.options["cache"] = False  # type: ignore[attr-defined]
        assert run("hunting")[0] == 1
        run.options.clear()  # type: ignore[attr-defined]
    assert run()[:2] == (0, ["three rows"])


def test_without_the_cache_all_are_run_and_remembered(run: Run) -> None:
    run.options["cache"] = False  # type: ignore[attr-defined]
    assert run()[:2] == run()[:2] == (0, ALL)
    run.options.clear()  # type: ignore[attr-defined]
    assert run()[:2] == (0, [])


def test_everywhere_runs_every_case(run: Run, tmp_path: Path) -> None:
    run()
    run.options |= {"everywhere": True, "firings": tmp_path / "firings.json"}  # type: ignore[attr-defined]
    code, judged, out = run()
    assert (code, judged) == (0, ALL)
    assert "not changed" not in out
    assert '"attack"' in (tmp_path / "firings.json").read_text(encoding="utf-8")


def test_a_ledger_is_held_against_cases_that_passed_without_it(run: Run, tmp_path: Path) -> None:
    run()
    ledger = tmp_path / "ledger.json"
    line = f'[{{"detection": "{RULE}", "recording": "attack", "alerts": {{"Medium": 1}}, "known": "expected"}}]'
    ledger.write_text(line, encoding="utf-8")
    run.options["ledger"] = ledger  # type: ignore[attr-defined]
    assert run()[:2] == (1, ALL[:3])
    ledger.write_text(line.replace("1", "2"), encoding="utf-8")
    assert run()[:2] == (0, ["two alerts"])
    assert run()[:2] == (0, [])


def test_a_part_of_the_cases_leaves_the_others_remembered(run: Run) -> None:
    run()
    assert run("-k", "one", changes={CASES: FILES[CASES].replace("[{}]", "[{count: 1}]")})[:2] == (0, ["one alert"])
    assert run()[:2] == (0, [])


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-1], lambda data: data[:10], lambda data: b"", lambda data: b"[]", lambda data: data[::-1]],
)
def test_a_damaged_memory_is_none(damage: Callable[[bytes], bytes], run: Run, tmp_path: Path) -> None:
    run()
    path = tmp_path / ".masthead/cache/passed.json"
    path.write_bytes(damage(path.read_bytes()))
    assert run()[:2] == (0, ALL)
    assert run()[:2] == (0, [])


def test_a_memory_that_somebody_else_brings_along_is_none(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run()
    monkeypatch.setattr("masthead.testing.passed.cache_folder", lambda: tmp_path / "another user")
    assert run()[:2] == (0, ALL)


def test_a_run_in_which_masthead_changes_is_not_remembered(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = iter("abcdefgh")
    monkeypatch.setattr("masthead.testing.unchanged.code_digest", lambda: next(versions))
    assert run()[:2] == run()[:2] == (0, ALL)


def test_a_memory_that_cannot_be_written_costs_nothing_but_time(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".masthead").write_text("in the way", encoding="utf-8")
    assert run()[:2] == run()[:2] == (0, ALL)


def test_two_sessions_at_once_remember_what_both_saw(run: Run, tmp_path: Path) -> None:
    mine, theirs = Passed(tmp_path), Passed(tmp_path)
    mine.tell("a", True)
    theirs.tell("b", True)
    theirs.tell("c", False)
    mine.save()
    theirs.save()
    both = Passed(tmp_path)
    assert [key in both for key in "abc"] == [True, True, False]


def test_of_two_equal_cases_both_must_pass(run: Run, tmp_path: Path) -> None:
    passed = Passed(tmp_path)
    for ended in (True, False, True):
        passed.tell("a", ended)
    assert "a" not in passed


def test_pytest_itself_runs_everything_and_several_processes_remember_as_one(
    make_project: Callable[..., Project],
) -> None:
    root = make_project(FILES).root

    def run(*arguments: str) -> str:
        command = [sys.executable, *arguments, "-p", "no:cacheprovider", "--color=no"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    masthead = ("-m", "masthead.cli.main", "test")
    assert "not changed" not in run(*masthead, "-n", "2")
    assert "4 cases have not changed" in run(*masthead, "-n", "2")
    assert "not changed" not in run("-m", "pytest", "-q", "tests")

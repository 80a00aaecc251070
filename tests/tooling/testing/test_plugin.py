"""Cases as pytest items, by way of `masthead test` and of pytest itself."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.cli.test import command
from masthead.content.project import Project

DELETED, ACTORS = "tests/detections/rbac/deleted.yaml", "tests/hunting/rbac/actors.yaml"
CASES = {
    DELETED: """\
silent_on: [quiet, attack]
cases:
  - name: two alerts
    logs: [attack]
    expect: {alerts: [{title: mallory deletes}, {title: trudy deletes}]}
  - name: one alert
    logs: [attack]
    expect: {alerts: [{title: mallory deletes}]}
""",
    ACTORS: "cases: [{name: three rows, logs: [attack], expect: {count: 3}}]\n",
}

MakeProject = Callable[..., Project]


@pytest.fixture
def run(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    def run(*arguments: str, changes: dict[str, str | None] | None = None) -> tuple[int, str]:
        project = make_project(CASES | (changes or {}))
        monkeypatch.chdir(project.root)
        for name in ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER"):  # on CI, pytest does not shorten its summary
            monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv("PYTEST_CURRENT_TEST", raising=False)
        capsys.readouterr()
        code = command(["-p", "no:cacheprovider", "-p", "no:xdist", "--color=no", *arguments])
        return code, re.sub(r" in \d+\.\d+s", "", capsys.readouterr().out)

    return run


def test_each_case_is_an_item_and_what_fails_is_told_in_words(run: Callable[..., tuple[int, str]]) -> None:
    code, out = run(DELETED, "-k", "one")
    assert code == 1
    assert out.splitlines()[1:] == [
        "=================================== FAILURES ===================================",
        "__________________________________ one alert ___________________________________",
        "tests/detections/rbac/deleted.yaml:6: one alert",
        "",
        "expected 1 alert, got 2; 1 as expected",
        "  alert that is not expected:",
        "    + severity: Medium",
        "    + title: trudy deletes",
        "    + description: Somebody deleted something.",
        "    + tactics: [Impact]",
        "    + techniques: [T1485]",
        "    + entities: {Account: [{Name: trudy}]}",
        "    + customDetails: {Number: [3]}",
        "",
        "2 runs; 2 returned rows:",
        "  2026-11-03T10:00:00Z  1 row, 1 alert",
        "  2026-11-03T11:00:00Z  1 row, 1 alert",
        "=========================== short test summary info ============================",
        "FAILED tests/detections/rbac/deleted.yaml::one alert - tests/detections/rbac/...",
        "1 failed, 3 deselected",
    ]


def test_recordings_to_be_silent_on_are_cases(run: Callable[..., tuple[int, str]]) -> None:
    code, out = run("detections", "-v", "-k", "silent", "--no-summary")
    assert code == 1
    assert [line.split("::")[1].split(" [")[0].split() for line in out.splitlines() if "::" in line] == [
        ["silent", "on", "quiet", "PASSED"],
        ["silent", "on", "attack", "FAILED"],
    ]


def test_with_v_the_rows_are_shown(run: Callable[..., tuple[int, str]]) -> None:
    assert "      Actor: trudy" not in run("-k", "one")[1]
    assert "      Actor: trudy" in run("-k", "one", "-v")[1]


def test_hunting_queries_are_tested_too(run: Callable[..., tuple[int, str]]) -> None:
    code, out = run("hunting")
    assert (code, out.splitlines()[-1]) == (0, "1 passed")


def test_nothing_selected_is_misuse(run: Callable[..., tuple[int, str]]) -> None:
    code, out = run("-k", "nothing-has-this-name")
    assert (code, out.splitlines()[-1]) == (2, "no case was run")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({DELETED: "cases: [{name: a, logs: [], expect: {alarms: []}}]\n"}, f"{DELETED}:1:38: error MH009"),
        ({DELETED: "cases: [\n"}, f"{DELETED}:2:1: error MH004"),
        ({"detections/rbac/deleted.yaml": None}, f"{DELETED}:3:3: error MH954 case-content: there is no detections/"),
        ({"detections/rbac/deleted.yaml": "kind: Scheduled\n"}, "detections/rbac/deleted.yaml:1:1: error MH008"),
    ],
)
def test_a_file_that_cannot_be_used_fails_alone_and_without_a_traceback(
    run: Callable[..., tuple[int, str]], changes: dict[str, str | None], told: str
) -> None:
    code, out = run(changes=changes)
    assert code == 1
    assert told in out
    assert "Traceback" not in out
    assert out.splitlines()[-1] == "1 failed, 1 passed"


def test_a_conftest_of_the_content_is_not_run(run: Callable[..., tuple[int, str]]) -> None:
    code, out = run("hunting", changes={"tests/hunting/conftest.py": "raise SystemExit('run')\n"})
    assert (code, out.splitlines()[-1]) == (0, "1 passed")


def test_pytest_itself_collects_cases_and_leaves_other_yaml_alone(make_project: MakeProject) -> None:
    root = make_project({**CASES, "tests/detections/rbac/data.txt": "", "tests/other/x.yaml": "a: [\n"}).root
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", str(root / "tests")]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[:5] == [
        f"{DELETED}::two alerts",
        f"{DELETED}::one alert",
        f"{DELETED}::silent on quiet",
        f"{DELETED}::silent on attack",
        f"{ACTORS}::three rows",
    ]


def test_outside_a_project_the_plugin_imports_nothing(tmp_path: Path) -> None:
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    (tmp_path / "tests" / "unit" / "data.yaml").write_text("a: 1\n")
    (tmp_path / "test_it.py").write_text(
        "import sys\n\ndef test_it():\n"
        "    assert sorted(n for n in sys.modules if n.startswith('masthead')) == [\n"
        "        'masthead', 'masthead.testing', 'masthead.testing.plugin']\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

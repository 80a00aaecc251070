"""`masthead lint`, `masthead format` and `masthead explain` as a user runs them: output, files and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.cli.main import main

GOOD = "kind: Scheduled\n"
BAD = "queryFrequency: 1m\n"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line in a folder: exit code, stdout, stderr."""

    def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(folder)
        with pytest.raises(SystemExit) as raised:
            main(list(arguments))
        out, err = capfd.readouterr()
        return int(raised.value.code or 0), out, err

    return run


def test_errors_fail_and_warnings_do_when_strict(run: Callable, make_project: Callable[..., Path]) -> None:
    root = make_project(rule=BAD)
    assert run(root, "lint", "--no-cache", "--select", "MH201")[0] == 1
    assert run(root, "lint", "--no-cache", "--select", "MH701")[0] == 0
    assert run(root, "lint", "--no-cache", "--select", "MH701", "--strict")[0] == 1
    assert run(root, "lint", "--no-cache", "--ignore", "MH201,MH203")[0] == 0


def test_a_path_is_taken_from_the_folder_one_is_in(run: Callable, make_project: Callable[..., Path]) -> None:
    root = make_project(rule=BAD, hunting="")
    code, out, _ = run(root / "detections", "lint", "rbac/rule.yaml", "--no-cache", "--select", "MH2")
    assert code == 1
    assert out.splitlines()[:4] == [
        "detections/rbac/rule.yaml:1:17: error MH201 frequency-range  queryFrequency is 1m; Sentinel allows 5m to 14d",
        "  1 | queryFrequency: 1m",
        "    |                 ^^",
        "",
    ]
    assert out.splitlines()[4].startswith("1 file: 1 error (")


def test_settings_of_the_project_count(run: Callable, make_project: Callable[..., Path]) -> None:
    settings = '[tool.masthead.lint]\nselect = ["MH7"]\nseverity = {no-cases = "error"}\n'
    root = make_project(rule=GOOD, files={"pyproject.toml": settings})
    code, out, _ = run(root, "lint", "--no-cache", "detections", "--format", "json")
    assert code == 1
    assert [(each["code"], each["severity"]) for each in json.loads(out)["findings"]] == [("MH701", "error")]


@pytest.mark.parametrize("format", ["human", "json", "sarif", "github", "junit"])
def test_every_format_can_be_written_to_a_file(format: str, run: Callable, make_project: Callable[..., Path]) -> None:
    root = make_project(rule=BAD)
    target = root / "report"
    assert run(root, "lint", "--no-cache", "--select", "MH201", "-f", format, "-o", str(target)) == (1, "", "")
    assert "MH201" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lint", "nowhere"], "nowhere: error MH001 file-not-readable  there is no such file or folder"),
        (["lint", ".."], "..: error MH001 file-not-readable  this is not inside a Masthead project"),
        (
            ["lint", "watchlists/../pyproject.toml"],
            "pyproject.toml: error MH010 no-content  this is not a content file",
        ),
        (["lint", "--select", "MH99"], '--select: error MH019 settings  "MH99" is not a check'),
        (["lint", "--since", "HEAD"], '--since: error MH019 settings  git has no revision "HEAD" here'),
        (["explain", "MH400"], 'there is no check "MH400"'),
    ],
)
def test_misuse_is_two(arguments: list[str], message: str, run: Callable, make_project: Callable[..., Path]) -> None:
    code, out, err = run(make_project(rule=GOOD), *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_lint_compares_with_a_revision(run: Callable, make_project: Callable[..., Path]) -> None:
    import subprocess

    root = make_project(rule="severity: High\n")
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "before"]):
        subprocess.run(["git", *command], cwd=root, check=True, capture_output=True)
    rule = root / "detections/rbac/rule.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("High", "Low"), encoding="utf-8")
    code, out, _ = run(root, "lint", "--no-cache", "--since", "HEAD", "--select", "MH8")
    assert code == 1
    assert "error MH801 unchanged-version  severity changed, but the version did not" in out


UNLAID = "query: |\n  let x=1;\n  AKSAudit|where Verb=='create'\n  |take 1 // why\n"
LAID = "query: |\n  let x = 1;\n  AKSAudit\n  | where Verb == 'create'\n  | take 1 // why\n"


def test_format_checks_shows_and_writes(run: Callable, make_project: Callable[..., Path]) -> None:
    root = make_project(rule=UNLAID)
    path = root / "detections/rbac/rule.yaml"
    before = path.read_text(encoding="utf-8")
    code, out, _ = run(root, "format", "--check", "detections")
    assert (code, out) == (1, "detections/rbac/rule.yaml: would be formatted\n1 file: 1 would change\n")
    code, out, err = run(root, "format", "--diff", "detections")
    assert (code, err) == (1, "1 file: 1 would change\n")
    assert "--- a/detections/rbac/rule.yaml" in out
    assert "+  | where Verb == 'create'" in out
    assert path.read_text(encoding="utf-8") == before
    code, out, _ = run(root, "format", "detections")
    assert (code, out) == (0, "detections/rbac/rule.yaml: formatted\n1 file: 1 changed\n")
    assert path.read_text(encoding="utf-8") == before.replace(UNLAID, LAID)
    assert run(root, "format", "--check", "detections") == (0, "1 file: 0 would change\n", "")


def test_format_keeps_a_byte_order_mark_and_leaves_what_it_cannot_read(
    run: Callable, make_project: Callable[..., Path]
) -> None:
    root = make_project(files={"detections/rbac/broken.yaml": "a: [\n", "detections/rbac/rule.yaml": "\ufeff" + UNLAID})
    code, out, err = run(root, "format", "detections")
    assert (code, out) == (1, "detections/rbac/rule.yaml: formatted\n2 files: 1 changed\n")
    assert "detections/rbac/broken.yaml:2:1: error MH004" in err
    assert (root / "detections/rbac/rule.yaml").read_text(encoding="utf-8") == "\ufeff" + LAID


def test_explain_prints_a_page_or_the_list(run: Callable, tmp_path: Path) -> None:
    code, page, _ = run(tmp_path, "explain", "look-back")
    assert (code, page.splitlines()[0]) == (0, "MH404 look-back (error)")
    assert "**Best practice**" in page
    code, checks, _ = run(tmp_path, "explain")
    assert (code, checks.splitlines()[0].split()[0]) == (0, "MH001")

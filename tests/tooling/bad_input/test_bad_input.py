"""Bad input through the command line: what is wrong, where, and what to do; never a traceback.

cases.yaml holds the inputs. A case adds `files` to the project there and runs commands. A file is a text, {old: …,
new: …} for the project's own with a change, {hex: …} for bytes, {text: …, times: n} for much of it, or {link: path}.
`says` is what must be printed, in this order; `exit` the code.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from masthead.cli.main import main

DATA = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
RUNS = [
    pytest.param(case, run, id=f"{case['name']}: {run['run'].split()[0]}")
    for case in DATA["cases"]
    for run in case["runs"]
]
PATIENCE = 180  # seconds that no input may take


def write(root: Path, path: str, content: Any) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, str):
        file.write_text(content, encoding="utf-8", newline="")
    elif "hex" in content:
        file.write_bytes(bytes.fromhex(content["hex"]))
    elif "text" in content:
        file.write_text(content["text"] * content["times"], encoding="utf-8")
    elif "link" in content:
        file.symlink_to(content["link"])
    else:
        good = DATA["project"][path]
        assert content["old"] in good
        file.write_text(good.replace(content["old"], content["new"]), encoding="utf-8", newline="")


def run_here(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> tuple[Any, str]:
    """Run a command in this process: exit code and all that was printed."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    printed = capsys.readouterr()
    return stopped.value.code, printed.out + printed.err


def run_apart(root: Path, arguments: list[str]) -> tuple[int, str]:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "masthead.cli.main", *arguments]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, timeout=PATIENCE, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(("case", "run"), RUNS)
def test_bad_input(case, run, tmp_path, monkeypatch, capsys):
    root = tmp_path / "project"
    for path, content in (DATA["project"] | case.get("files", {})).items():
        write(root, path, content)
    (tmp_path / "outside.yaml").write_text("id: outside\n")
    monkeypatch.chdir(root)
    arguments = run["run"].split(" ", 2) if run["run"].startswith("query") else run["run"].split()
    begun = time.monotonic()
    # pytest inside pytest would share its plugins.
    code, printed = run_apart(root, arguments) if arguments[0] == "test" else run_here(capsys, arguments)
    assert "Traceback" not in printed
    assert "defect of Masthead" not in printed
    assert "\x1b" not in printed
    assert (code, missing(run["says"], printed)) == (run["exit"], None), printed
    assert time.monotonic() - begun < PATIENCE


def missing(says: list[str], printed: str) -> str | None:
    """The first of `says` that does not come after those before it; None when all do."""
    at = 0
    for each in says:
        found = printed.find(each, at)
        if found < 0:
            return each
        at = found + len(each)
    return None


def test_the_project_without_bad_input_is_good(tmp_path, monkeypatch, capsys):
    for path, content in DATA["project"].items():
        write(tmp_path, path, content)
    monkeypatch.chdir(tmp_path)
    code, printed = run_here(capsys, ["lint"])
    assert (code, "no findings" in printed) == (0, True), printed
    code, printed = run_apart(tmp_path, ["test"])
    assert (code, "2 passed" in printed) == (0, True), printed

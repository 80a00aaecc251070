"""masthead coverage: formats, files and exit codes. What it says is tested with the rooms below."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from masthead.cli.main import main

FORMATS = {
    "table": lambda text: text.startswith("use case / risk"),
    "json": lambda text: json.loads(text)["summary"]["risks"] == 0,
    "markdown": lambda text: text.startswith("## Coverage\n"),
    "navigator": lambda text: json.loads(text)["versions"]["layer"] == "4.5",
}


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["coverage", *arguments])
    printed = capsys.readouterr()
    return stopped.value.code, printed.out, printed.err


@pytest.fixture
def root(tmp_path: Path, monkeypatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.masthead]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_printed_or_written_to_a_file(root, capsys, name):
    code, printed, _ = run(capsys, "--format", name)
    assert (code, FORMATS[name](printed)) == (0, True)
    assert run(capsys, "--format", name, "--output", "out.txt") == (0, "", "")
    assert FORMATS[name]((root / "out.txt").read_text(encoding="utf-8"))


def test_content_that_could_not_be_counted_is_an_exit_code(root, capsys):
    (root / "detections/harbour").mkdir(parents=True)
    (root / "detections/harbour/broken.yaml").write_text("id: [")
    code, out, _ = run(capsys)
    assert (code, "detections/harbour/broken.yaml:1:6: MH004" in out) == (1, True)


def test_a_format_that_does_not_exist_is_misuse(root, capsys):
    code, _, err = run(capsys, "--format", "pdf")
    assert (code, "'pdf'" in err) == (2, True)


def test_outside_a_project_is_misuse(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys)
    assert (code, "not inside a Masthead project" in err) == (2, True)

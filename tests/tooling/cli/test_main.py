"""The command line as a whole."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from masthead import __version__
from masthead.cli.main import COMMANDS, main


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    """Run the command line in this process: exit code, stdout, stderr."""
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    printed = capsys.readouterr()
    return stopped.value.code, printed.out, printed.err


def test_the_help_names_every_command_with_its_whole_line(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    listed = [line.strip().split("  ", 1) for line in out.split("Commands:\n")[1].splitlines()]
    assert [(name, line.strip()) for name, line in listed] == list(COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_with_the_first_line_of_its_docstring(name):
    command = importlib.import_module(f"masthead.cli.{name.replace('-', '_')}").command
    assert command.__doc__.strip().splitlines()[0] == COMMANDS[name]
    assert len(COMMANDS[name]) <= 60


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(capsys, name):
    code, out, _ = run(capsys, name, "--help")
    assert (code, out.splitlines()[0].split()[:3]) == (0, ["Usage:", "masthead", name])


def test_the_version(capsys):
    assert run(capsys, "--version") == (0, f"masthead {__version__}\n", "")


def test_a_misspelt_command_is_misuse_and_gets_a_suggestion(capsys):
    code, _, err = run(capsys, "lnt")
    assert code == 2
    assert "No such command 'lnt'. Did you mean 'lint'?" in err


def test_firings_are_written_only_where_detections_run_everywhere(capsys):
    code, _, err = run(capsys, "test", "--firings", "out.json")
    assert code == 2
    assert "--firings: add --everywhere" in err


def test_help_imports_no_command_and_nothing_heavy():
    script = (
        "import sys; from masthead.cli.main import main\ntry: main(['--help'])\nfinally: print(sorted(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    loaded = set(out.splitlines()[-1].strip("[]").replace("'", "").split(", "))
    assert "masthead.cli.main" in loaded
    heavy = {"rich", "duckdb", "jsonschema", "yaml", "pytest", "jsrun", "masthead.content", "masthead.kql"}
    assert loaded & (heavy | {f"masthead.cli.{name}" for name in COMMANDS}) == set()

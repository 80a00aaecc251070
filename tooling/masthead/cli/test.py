"""masthead test"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CONTEXT_SETTINGS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


def command(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]... [PYTEST OPTIONS]",
            help="Files or folders of cases, or of the content they test; all when none is named.",
        ),
    ] = None,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Run each detection on every recording with a table that it reads too.")
    ] = False,
    firings: Annotated[
        Path | None,
        typer.Option("--firings", metavar="FILE", help="With it, write where detections fire to a file, as JSON."),
    ] = None,
    ledger: Annotated[
        Path | None,
        typer.Option("--ledger", metavar="FILE", help="Fail where they fire otherwise than such a file says."),
    ] = None,
) -> int:
    """Run the cases of rules and queries against recorded logs.

    Everything that pytest can do with tests works: -k WORD runs cases whose names have the word, -x stops at the first
    failure, -n auto uses all cores, --junitxml FILE writes a report, and -v shows the rows behind a failure.

    With --everywhere the detections that have cases are also run on the recordings of which no case speaks, and where
    they fire is listed: expected by a case, or by also_fires_on, unwanted (a case asks for silence) or unforeseen. An
    unforeseen firing is a failure until the rule is mended, or the recording is named under also_fires_on in the file
    of its cases. --firings FILE writes the list down, and --ledger FILE holds a later run against it.

    Exit codes: 0 as expected, 1 something is not, 2 misuse.
    """
    from masthead.content.project import Project, find_root
    from masthead.testing.selection import select

    if firings and not everywhere:
        raise typer.BadParameter("add --everywhere, which tells where detections fire", param_hint="--firings")
    root = find_root(Path.cwd())
    paths, options = select(Project.load(root), arguments or [])
    if everywhere:
        options.append("--masthead-everywhere")
    if firings:
        options.append(f"--masthead-firings={firings.absolute()}")
    if ledger:
        options.append(f"--masthead-ledger={ledger.absolute()}")
    return _run(root, paths, options)


def _run(root: Path, paths: list[str], options: list[str]) -> int:
    import pytest

    verbose = any(each == "--verbose" or (each.startswith("-v") and set(each[1:]) == {"v"}) for each in options)
    own = [] if verbose else ["--quiet"]
    # The cases of a pull request are data; its conftest.py and the options in its settings would be code.
    own += [f"--rootdir={root}", "--noconftest", "--override-ini=addopts=", "--no-header"]
    # pytest would rewrite the asserts of plugins, and so parse all of Masthead anew; cases have none to rewrite.
    own.append("--assert=plain")
    code = pytest.main([*own, *options, *paths])
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        print("no case was run")
    return {pytest.ExitCode.OK: 0, pytest.ExitCode.TESTS_FAILED: 1}.get(pytest.ExitCode(code), 2)

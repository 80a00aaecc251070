"""masthead test"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from masthead.content.project import Project

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
    cache: Annotated[
        bool, typer.Option(help="Do not run cases that passed and of which nothing has changed since.")
    ] = True,
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="WORKSPACE", help="Put the queries of the cases to a workspace too, and tell what differs."
        ),
    ] = None,
    every_run: Annotated[
        bool, typer.Option("--every-run", help="With --on: all runs of a rule, not at most ten of a case.")
    ] = False,
) -> int:
    """Run the cases of rules and queries against recorded logs.

    Everything that pytest can do with tests works: -k WORD runs cases whose names have the word, -x stops at the first
    failure, -n auto uses all cores, --junitxml FILE writes a report, and -v shows the rows behind a failure.

    With --everywhere the detections that have cases are also run on the recordings of which no case speaks, and where
    they fire is listed: expected by a case, or by also_fires_on, unwanted (a case asks for silence) or unforeseen. An
    unforeseen firing is a failure until the rule is mended, or the recording is named under also_fires_on in the file
    of its cases. --firings FILE writes the list down, and --ledger FILE holds a later run against it.

    With --on each query of a case is put to a workspace of workspaces.yaml as well, with the case's rows, functions and
    watchlists in front of it, its clock standing: rows of recordings are sent, and nothing of the workspace's own is
    read. Another answer there is a failure, row by row. What was not compared is skipped or listed, with the reason.

    Cases that passed are run again when something that they depend on has changed: the case, its rule, functions,
    watchlists, tables, recordings or fixtures, or Masthead. --no-cache runs them all, and so do --everywhere and --on.
    Where a hundred cases or more are to be run, all cores are used, if pytest-xdist is installed; -n 0 uses one.

    Exit codes: 0 as expected, 1 something is not, 2 misuse.
    """
    from masthead.content.project import Project, find_root
    from masthead.testing.bench import Bench
    from masthead.testing.items import Ready
    from masthead.testing.processes import process_options
    from masthead.testing.selection import select

    if firings and not everywhere:
        raise typer.BadParameter("add --everywhere, which tells where detections fire", param_hint="--firings")
    root = find_root(Path.cwd())
    project = Project.load(root)
    paths, options = select(project, arguments or [])
    if everywhere:
        options.append("--masthead-everywhere")
    if firings:
        options.append(f"--masthead-firings={firings.absolute()}")
    if ledger:
        options.append(f"--masthead-ledger={ledger.absolute()}")
    if not on:
        bench = Bench(project)
        options += process_options(bench, paths, options, everywhere=everywhere, cache=cache, ledger=ledger)
        options.append(f"--masthead-cache={'use' if cache else 'renew'}")
        return _run(root, paths, options, [Ready(bench)])
    if everywhere:
        raise typer.BadParameter("without --everywhere: it would ask for every recording", param_hint="--on")
    if any(each.startswith(("-n", "--numprocesses", "--tx", "--dist")) for each in options):
        raise typer.BadParameter("without -n: what waits is the workspace", param_hint="--on")
    return _run(root, paths, options, [_real_engine(project, on, every_run)])


def _real_engine(project: Project, name: str, every_run: bool) -> object:
    """The plugin that asks the workspace. Raises WorkspaceError for one that does not answer."""
    from masthead.workspace.asking import ask
    from masthead.workspace.comparing import QUESTIONS, Comparing
    from masthead.workspace.connect import connect
    from masthead.workspace.real_engine import RealEngine

    session = connect(project, name)
    ask(session, "print 1")  # what keeps it from answering is told once, and not by each case
    most = sys.maxsize if every_run else QUESTIONS
    return RealEngine(Comparing(lambda kql: ask(session, kql), name, most), name)


def _run(root: Path, paths: list[str], options: list[str], plugins: Sequence[object] = ()) -> int:
    import pytest

    verbose = any(each == "--verbose" or (each.startswith("-v") and set(each[1:]) == {"v"}) for each in options)
    own = [] if verbose else ["--quiet"]
    # The cases of a pull request are data; its conftest.py and the options in its settings would be code.
    own += [f"--rootdir={root}", "--noconftest", "--override-ini=addopts=", "--no-header"]
    # pytest would rewrite the asserts of plugins, and so parse all of Masthead anew; cases have none to rewrite.
    own.append("--assert=plain")
    code = pytest.main([*own, *options, *paths], plugins=plugins)
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        print("no case was run")
    return {pytest.ExitCode.OK: 0, pytest.ExitCode.TESTS_FAILED: 1}.get(pytest.ExitCode(code), 2)

"""masthead backtest"""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from masthead.content.model import Detection
    from masthead.content.project import Project
    from masthead.testing.backtest import Backtest
    from masthead.testing.trial import Settings


class Format(StrEnum):
    """How a backtest is printed."""

    HUMAN = "human"
    JSON = "json"
    MARKDOWN = "markdown"


def command(
    detection: Annotated[
        str, typer.Argument(metavar="DETECTION", help="The file of a detection, its name without .yaml, or its id.")
    ],
    on: Annotated[
        str | None, typer.Option("--on", metavar="WORKSPACE", help="Try it where the rows are: a workspace.")
    ] = None,
    logs: Annotated[
        list[str] | None,
        typer.Option("--logs", "-l", metavar="RECORDING", help="Try it on a recording; repeat it."),
    ] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table", "-t", metavar="[NAME=]PATH", help="Try it on files, as masthead query reads them; repeat it."
        ),
    ] = None,
    days: Annotated[int, typer.Option(help="How many days.", min=1, max=90)] = 7,
    until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When they end, in ISO 8601: now on a workspace, else where the rows end."),
    ] = None,
    threshold: Annotated[int | None, typer.Option(help="Try it with this threshold too.", min=0, max=10_000)] = None,
    frequency: Annotated[
        str | None, typer.Option(metavar="TIME", help="Try it at this frequency too, like 30m.")
    ] = None,
    period: Annotated[str | None, typer.Option(metavar="TIME", help="Try it over this period too, like 1d.")] = None,
    memory: Annotated[
        str | None, typer.Option(metavar="SIZE", help="What queries of files may use, such as 4GB; 1GB unless given.")
    ] = None,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="For people, for programs, or for a pull request.")
    ] = Format.HUMAN,
) -> int:
    """See how loud a detection would have been.

    Its schedule is run over the last days of a workspace, of a recording or of files, and what comes out is made into
    alerts and incidents: how many a day, which titles and entities there are most, which runs failed or had more
    results than a run has alerts. With --threshold, --frequency or --period it is tried as it is and with these.

    On a workspace its own rows are read where they are, with the functions and watchlists of the project: in one
    question a day where the query takes each row by itself, else in one for each run that sees something new.

    Exit codes: 0, 1 the query cannot be run, 2 misuse, no rows in this time, or no answer.
    """
    from masthead.cli.interrupt import interruptible
    from masthead.content.project import Project, find_root
    from masthead.testing.table_files import TableFileError
    from masthead.testing.trial import TrialError

    if sum(map(bool, (on, logs, table))) != 1:
        raise typer.BadParameter("give one of --on, --logs and --table", param_hint="--on")
    project = Project.load(find_root(Path.cwd()))
    rule, settings, end = _rule(project, detection), _settings(threshold, frequency, period), _moment(until)
    try:
        if on:
            work, progress = _there(project, rule, on, days, end, settings)
        else:
            work, progress = (
                _here(project, rule, logs or [], table or [], days, end, settings, memory),
                "trying the rule",
            )
        backtest = interruptible(work, progress)
    except TableFileError as error:
        raise typer.BadParameter(str(error), param_hint="--table") from None
    except TrialError as error:
        print(f"error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {error.hint}", file=sys.stderr)
        return 2
    _write(backtest, format)
    return 0


def _here(
    project: Project, rule: Detection, logs: list[str], tables: list[str], days: int, until: datetime | None,
    settings: Settings, memory: str | None,
) -> Callable[[], Backtest]:  # fmt: skip
    """The work of trying the rule on recordings or files."""
    from masthead.cli.query import named
    from masthead.testing.backtest import backtest_here
    from masthead.testing.bench import Bench
    from masthead.testing.query_tables import QueryTables
    from masthead.testing.trial_logs import TrialLogs

    def work() -> Backtest:
        if logs:
            found = TrialLogs.recorded(Bench(project), logs)
        else:
            given = QueryTables(project, named("--table", tables), [])
            for said in given.inferred:
                print(said, file=sys.stderr)
            found = TrialLogs.of_files(given, ", ".join(tables), memory)
        try:
            return backtest_here(rule, found, days, until, settings)
        finally:
            found.close()

    return work


def _there(
    project: Project, rule: Detection, name: str, days: int, until: datetime | None, settings: Settings
) -> tuple[Callable[[], Backtest], Callable[[], str]]:
    """The work of trying the rule on a workspace, and what tells how far it is. Raises WorkspaceError."""
    from datetime import UTC, datetime
    from functools import partial

    from masthead.workspace.asking import ask
    from masthead.workspace.backtest import backtest_there, rule_for
    from masthead.workspace.connect import connect
    from masthead.workspace.fetching import Fetching

    session = connect(project, name)
    live = session.workspace
    fetching = Fetching(partial(ask, session, action="try the rule"))
    end = until or datetime.now(UTC)

    def work() -> Backtest:
        _ = session.customer_id, session.logs  # once, before several threads need them
        return backtest_there(rule_for(rule, live, project), fetching, live, project, days, end, settings)

    def progress() -> str:
        counted = fetching.counted
        return f"trying the rule: {counted.answered:,} of {counted.expected:,} questions answered"

    return work, progress


def _rule(project: Project, name: str) -> Detection:
    """The detection that is meant. Raises ContentError, MH001 when there is none."""
    from masthead.content.files import relative_path
    from masthead.content.finding import ContentError, finding
    from masthead.content.schema import closest
    from masthead.testing.trial import detection_named

    paths = {each.path for each in project.detections.files}
    written = relative_path(Path(name).absolute(), project.root)
    candidates = (written, name, f"{name}.yaml", f"detections/{name}", f"detections/{name}.yaml")
    for path in candidates:
        if path in paths and (found := project.detections.at(path)):
            return found
    found = project.detections.get(name) or detection_named(project.detections.readable(), name)
    if found:
        return found
    by_name = {**{path: path for path in paths}, **{Path(path).stem: path for path in paths}}
    near = closest(name, by_name) or closest(Path(name).stem, by_name)
    hint = (
        f"Did you mean {by_name[near]}?" if near else "Name its file, like detections/rbac/cluster-admin-granted.yaml."
    )
    raise ContentError(finding("MH001", "there is no such detection", name, hint=hint))


def _settings(threshold: int | None, frequency: str | None, period: str | None) -> Settings:
    from masthead.testing.trial import Settings

    return Settings(threshold, _duration("--frequency", frequency), _duration("--period", period))


def _duration(option: str, text: str | None) -> timedelta | None:
    from masthead.content.durations import parse_duration

    if text is None:
        return None
    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _moment(text: str | None) -> datetime | None:
    from masthead.content.instants import parse_instant

    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a moment like 2026-01-31T08:00:00Z", param_hint="--until") from None


def _write(backtest: Backtest, format: Format) -> None:
    if format is Format.JSON:
        from masthead.report.backtest_json import backtest_json

        sys.stdout.write(backtest_json(backtest))
    elif format is Format.MARKDOWN:
        from masthead.report.backtest_markdown import backtest_markdown

        sys.stdout.write(backtest_markdown(backtest))
    else:
        from masthead.report.backtest_human import backtest_lines

        for line in backtest_lines(backtest, width=max(60, shutil.get_terminal_size((120, 24)).columns)):
            print(line)

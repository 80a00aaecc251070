"""The rows of a workspace, to try a rule on where they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from masthead.content.finding import ContentError
from masthead.content.model import Detection
from masthead.content.project import Project
from masthead.kql import KqlError
from masthead.kql.inlining.leaves import text_of_table
from masthead.kql.inlining.query import Rows
from masthead.kql.inlining.standing import Standing
from masthead.kql.inlining.traced import Traced
from masthead.kql.language import Column
from masthead.simulate.schedule import Run
from masthead.simulate.values import Row
from masthead.simulate.window import sees
from masthead.testing.logs import Arrivals
from masthead.testing.trial import TrialError
from masthead.testing.trial_logs import Held
from masthead.testing.workspace import Workspace
from masthead.workspace.asking import Answer, QueryRefused, TooMuch
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.fetching import Fetching
from masthead.workspace.refused_query import refused_query

LATEST = timedelta(hours=12)
"""How late a row may come in for an NRT rule to see it. Documented with such rules."""

_TICK = timedelta(microseconds=1)
_TIMES = 'min(column_ifexists("TimeGenerated", datetime(null))), max(column_ifexists("TimeGenerated", datetime(null)))'


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question about a run, and its answer once it is there."""

    sent: Traced
    answer: Future[Answer]


class TrialThere:
    """The rows of a workspace, which is called `name`.

    The functions and watchlists are those of `workspace`, the project's, as a deployment would write them; the rows of
    tables are there. reasons: why runs failed, by when they were due.
    """

    def __init__(self, fetching: Fetching, name: str, project: Project, workspace: Workspace) -> None:
        self.name = name
        self.reasons: dict[datetime, str] = {}
        self._fetching, self._project, self._workspace = fetching, project, workspace
        self._timed: dict[tuple[str, datetime, datetime], list[tuple[datetime, datetime, Row]]] = {}
        self._asked: dict[tuple[str, Run], _Asked] = {}

    def held(self, rule: Detection, start: datetime, end: datetime) -> list[Held]:
        """The tables with rows in this time that the rule reads, by name.

        Raises TrialError when there are none, WorkspaceError, and KqlError.
        """
        tables = [each for each in sorted(self._workspace.reads(rule.query)) if ":" not in each]
        kql = "{} | summarize count(), " + _TIMES
        answers = [self._fetching.send(kql.format(text_of_table(each)), start, end) for each in tables]
        counts = [(table, answer.result().rows[0]) for table, answer in zip(tables, answers, strict=True)]
        found = [Held(table, *counted) for table, counted in counts if counted[0]]
        if tables and not found:
            said = f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
            message = f"{self.name} has no row of {', '.join(tables)} from {said}"
            raise TrialError(message, "Say more --days or --until, and see masthead preflight.")
        return found

    def prepare(self, rule: Detection, runs: Sequence[Run]) -> None:
        """Ask what all these runs return, in as few questions as that takes: see `testing.logs.Logs.ask`.

        Raises ContentError for a query that the workspace refuses, at its place; WorkspaceError and KqlError.
        """
        standing = Standing(rule.query, self._workspace.binding.functions, self._workspace.bound, self._watchlist)
        if not runs or self._fetch_rows(rule, runs, standing):
            return
        seen = self._seen(rule, runs, standing)
        timed = _sure(lambda: self._workspace.asks_for_time(rule.query), otherwise=True)
        known: dict[object, _Asked] = {}
        silent: _Asked | None = None
        for run in runs:
            rows = seen.seen(run.window) if seen else None
            if rows == () and silent:
                self._asked[rule.query, run] = silent
                continue
            key = run if timed or rows is None else rows
            if key not in known:
                known[key] = self._send(run, standing)
            self._asked[rule.query, run] = known[key]
            if rows == () and self._rows_of(rule, run, known[key]) == []:
                silent = known[key]

    def ask(self, rule: Detection, run: Run) -> list[Row] | None:
        """The rows of a run that was prepared; None if it failed, and `reasons` says why. Raises like `prepare`."""
        if asked := self._asked.get((rule.query, run)):
            return self._rows_of(rule, run, asked)
        rows = next(rows for (kql, *_), rows in self._timed.items() if kql == rule.query)
        return [row for happened, arrived, row in rows if sees(run.window, happened, arrived)]

    def _fetch_rows(self, rule: Detection, runs: Sequence[Run], standing: Standing) -> bool:
        """Fetch the rows of all runs at once, if the query takes each row by itself; whether it does."""
        alone = _sure(lambda: self._workspace.timed_rows({}, rule.query) is not None, otherwise=False)
        sent = standing.with_times(self._workspace.bound(rule.query).columns or ()) if alone else None
        if sent is None:
            return False
        start, end = _bounds(runs)
        if (rule.query, start, end) not in self._timed:
            try:
                rows = self._fetching.rows(sent.text, start, end)
            except TooMuch:
                return False
            except QueryRefused as error:
                raise self._refused(rule, sent, error) from None
            names = [column.name for column in self._workspace.bound(rule.query).columns or ()]
            self._timed = {  # those of one rule at a time
                (rule.query, start, end): [
                    (happened, arrived, dict(zip(names, row, strict=True))) for *row, happened, arrived in rows
                ]
            }
        return True

    def _seen(self, rule: Detection, runs: Sequence[Run], standing: Standing) -> Arrivals | None:
        """When the rows happened and came in that can matter; None where that cannot be asked."""
        sent = standing.times()
        if sent is None:
            return None
        try:
            return Arrivals.at((row[0], row[1]) for row in self._fetching.rows(sent.text, *_bounds(runs)) if row[1])
        except TooMuch:
            return None
        except QueryRefused as error:
            raise self._refused(rule, sent, error) from None

    def _send(self, run: Run, standing: Standing) -> _Asked:
        window = run.window
        sent = standing.at(run.now, window.ingested_after, window.ingested_until)
        start, end = _bounds([run])
        return _Asked(sent, self._fetching.send(sent.text, start + _TICK, end))

    def _rows_of(self, rule: Detection, run: Run, asked: _Asked) -> list[Row] | None:
        try:
            answer = asked.answer.result()
        except QueryRefused as error:
            raise self._refused(rule, asked.sent, error) from None
        except WorkspaceError as error:
            self.reasons[run.due] = error.message
            return None
        if answer.partial:
            self.reasons[run.due] = f"the answer is not whole: {answer.partial}"
            return None
        return list(answer.dicts())

    def _refused(self, rule: Detection, sent: Traced, error: QueryRefused) -> ContentError:
        return ContentError(refused_query(error.message, sent, rule.document, ("query",), self._project))

    def _watchlist(self, kql: str) -> tuple[list[Column], Rows]:
        return self._workspace.values({}, kql, datetime.max)


def _bounds(runs: Sequence[Run]) -> tuple[datetime, datetime]:
    """From when to when the rows happened that the runs can see."""
    starts = [run.window.after or (run.window.ingested_after or run.due) - LATEST for run in runs]
    return min(starts), max(run.window.until or run.due for run in runs)


def _sure(question: Callable[[], bool], *, otherwise: bool) -> bool:
    """What our engine knows of a query; `otherwise` for one that it does not run."""
    try:
        return question()
    except KqlError:
        return otherwise

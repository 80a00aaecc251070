"""The logs of a case: rows of tables, with the times at which they happened and arrived."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from masthead.content.instants import parse_instant
from masthead.kql import Result, Window
from masthead.simulate.schedule import Run
from masthead.simulate.values import Row
from masthead.simulate.window import sees
from masthead.testing.workspace import Tables, Workspace


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When rows happened and arrived: the same pairs in the order of the one and of the other."""

    happening: tuple[tuple[datetime, datetime], ...]
    arriving: tuple[tuple[datetime, datetime], ...]

    @classmethod
    def at(cls, times: Iterable[tuple[datetime, datetime]]) -> Arrivals:
        """The arrivals of rows that happened and arrived at these times."""
        pairs = tuple(sorted(times))
        return cls(pairs, tuple(sorted(pairs, key=itemgetter(1))))

    def seen(self, window: Window) -> tuple[int, ...]:
        """Which rows lie in the window: their numbers, which mean the same for windows that have the same bounds."""
        by_arrival = window.until is None
        times = self.arriving if by_arrival else self.happening
        after, until = (window.ingested_after, window.ingested_until) if by_arrival else (window.after, window.until)
        first = bisect_right(times, after, key=itemgetter(by_arrival)) if after else 0
        last = bisect_right(times, until, key=itemgetter(by_arrival)) if until else len(times)
        return tuple(number for number in range(first, last) if sees(window, *times[number]))


def moment(value: Any) -> datetime:
    """A time of a row: a datetime, or text in ISO 8601."""
    return value if isinstance(value, datetime) else parse_instant(value)


class Logs:
    """The rows of some tables, to be asked in a workspace."""

    def __init__(self, workspace: Workspace, tables: Tables) -> None:
        self.workspace = workspace
        self.tables = tables
        self._arrivals: dict[str, Arrivals] = {}
        self._timed_rows: dict[str, list[tuple[datetime | None, datetime | None, Row]] | None] = {}
        self._answers: dict[tuple[str, tuple[int, ...]], list[Row]] = {}

    def query(self, kql: str, now: datetime, window: Window | None = None) -> Result:
        """What the query returns. Raises KqlError."""
        return self.workspace.query(self.tables, kql, now, window)

    def last_arrival(self, kql: str) -> datetime | None:
        """When the last of the rows arrived that the query can read; None without rows. Raises KqlError."""
        return self.workspace.last_arrival(self.tables, kql)

    def ask(self, kql: str, run: Run) -> list[Row]:
        """The rows that the query returns in a run of a rule. Raises KqlError.

        Runs that see the same of the rows that matter to the query have the same answer, unless it hangs on the time.
        And a query that once returned nothing over nothing is not asked about nothing again: most minutes of an NRT
        rule, and most hours of a quiet day, hold nothing that its first filters let through. A query that takes each
        row by itself is asked once for all runs.
        """
        if (timed_rows := self._rows_of_any_run(kql)) is not None:
            return [row for happened, arrived, row in timed_rows if happened and sees(run.window, happened, arrived)]
        timed = self.workspace.asks_for_time(kql)
        seen = self._arrivals_of(kql).seen(run.window)
        if not seen and kql in self.workspace.silent:
            return []
        known = None if timed else self._answers.get((kql, seen))
        rows = rows_of(self.query(kql, run.now, run.window)) if known is None else known
        if not timed:
            self._answers[kql, seen] = rows
        if not seen and not rows:
            self.workspace.silent.add(kql)
        return rows

    def takes_rows_alone(self, kql: str) -> bool:
        """Whether the query takes each row by itself, whenever it is asked. Raises KqlError."""
        return self._rows_of_any_run(kql) is not None

    def alike(self, kql: str, runs: Iterable[Run]) -> list[list[Run]]:
        """The runs in groups: those of one see the same of the rows that matter to the query. Raises KqlError.

        Runs that see some rows are alone if the answer hangs on the time.
        """
        timed = self.workspace.asks_for_time(kql)
        groups: dict[object, list[Run]] = {}
        for run in runs:
            seen = self._arrivals_of(kql).seen(run.window)
            groups.setdefault((run.due, seen) if timed and seen else seen, []).append(run)
        return list(groups.values())

    def _rows_of_any_run(self, kql: str) -> list[tuple[datetime | None, datetime | None, Row]] | None:
        if kql not in self._timed_rows:
            self._timed_rows[kql] = self.workspace.timed_rows(self.tables, kql)
        return self._timed_rows[kql]

    def _arrivals_of(self, kql: str) -> Arrivals:
        if kql not in self._arrivals:
            times = self.workspace.readings(self.tables, kql)
            self._arrivals[kql] = Arrivals.at(
                (happened, arrived) for happened, arrived in times if happened and arrived
            )
        return self._arrivals[kql]


def rows_of(result: Result) -> list[Row]:
    """The rows of a result by the names of their columns."""
    names = [column.name for column in result.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows]

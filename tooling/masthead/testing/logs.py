"""The logs of a case: rows of tables, with the times at which they happened and arrived."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from masthead.content.instants import parse_instant
from masthead.content.rows import INGESTION_TIME
from masthead.kql import Result, Window
from masthead.simulate.schedule import Run
from masthead.simulate.values import Row
from masthead.simulate.window import sees
from masthead.testing.workspace import Rows, Tables, Workspace


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When the rows of all tables happened, sorted, and when each of them arrived."""

    happened: list[datetime]
    arrived: list[datetime]

    @classmethod
    def of(cls, tables: Tables) -> Arrivals:
        """The arrivals of rows that carry their time of ingestion; those without a time are not seen by any run."""
        times = sorted(
            (moment(row["TimeGenerated"]), moment(row[INGESTION_TIME]))
            for rows in tables.values()
            for row in rows
            if row.get("TimeGenerated") is not None
        )
        return cls([happened for happened, _ in times], [arrived for _, arrived in times])

    @property
    def last(self) -> datetime | None:
        """When the last row arrived."""
        return max(self.arrived, default=None)

    def any_in(self, run: Run) -> bool:
        """Whether the run sees any row."""
        window = run.window
        first = bisect_right(self.happened, window.after) if window.after else 0
        last = bisect_right(self.happened, window.until) if window.until else len(self.happened)
        return any(sees(window, self.happened[index], self.arrived[index]) for index in range(first, last))


def moment(value: Any) -> datetime:
    """A time of a row: a datetime, or text in ISO 8601."""
    return value if isinstance(value, datetime) else parse_instant(value)


def arriving(rows: Sequence[Mapping[str, Any]], delay: timedelta | None) -> Rows:
    """The rows with their time of ingestion: the delay after they happened, or their own where it is not given."""
    return [
        row | {INGESTION_TIME: moment(row["TimeGenerated"]) + (delay or timedelta())}
        if row.get("TimeGenerated") is not None and (delay is not None or not row.get(INGESTION_TIME))
        else dict(row)
        for row in map(dict, rows)
    ]


class Logs:
    """The rows of some tables, to be asked in a workspace."""

    def __init__(self, workspace: Workspace, tables: Tables) -> None:
        self.workspace = workspace
        self.tables = tables
        self.arrivals = Arrivals.of(tables)

    def query(self, kql: str, now: datetime, window: Window | None = None) -> Result:
        """What the query returns. Raises KqlError."""
        return self.workspace.query(self.tables, kql, now, window)

    def ask(self, kql: str, run: Run) -> list[Row]:
        """The rows that the query returns in a run of a rule. Raises KqlError.

        A query that once returned nothing over nothing is not asked about nothing again: most minutes of an NRT rule,
        and most hours of a quiet day, are empty.
        """
        empty = not self.arrivals.any_in(run)
        if empty and kql in self.workspace.silent:
            return []
        rows = rows_of(self.query(kql, run.now, run.window))
        if empty and not rows:
            self.workspace.silent.add(kql)
        return rows


def rows_of(result: Result) -> list[Row]:
    """The rows of a result by the names of their columns."""
    names = [column.name for column in result.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows]

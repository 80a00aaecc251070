"""The rows that tables have: those of recordings, as they are or as if they had just happened, and others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from masthead.content.instants import parse_instant
from masthead.content.project import Project
from masthead.content.recording import Recording
from masthead.content.rows import read_rows
from masthead.testing.recorded import recorded_rows

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lot:
    """Rows of a table under a key that says which they are. rows: reads them, given the table's columns.

    lasting: the same key will mean the same rows in the next process.
    """

    key: str
    rows: Callable[[Mapping[str, str]], Iterable[Row]]
    lasting: bool = False


LotsOf = Callable[[str, datetime], Sequence[Lot]]
"""The lots of a table at a time."""


@dataclass(frozen=True, slots=True)
class Played:
    """A recording whose rows the workspace has. tables: those that are had of it. end: when its period ends here.

    since: when it began to be played. to_the_last: it is the last row of each table that comes in at `end`.
    """

    recording: Recording
    tables: frozenset[str]
    end: datetime
    since: datetime
    to_the_last: bool = False

    def shift(self, table: str) -> timedelta:
        """How much later than they were recorded the rows of a table come in."""
        return self.end - (_last(self.recording, table) if self.to_the_last else self.recording.end)


@dataclass(slots=True)
class Logs:
    """What came in.

    played: recordings. ingested: other rows, by table. stopped: for how long tables have received nothing more.
    every: a recording that ends now is played again so often, with as much later an end, as if the logs went on; None
    plays each once.
    """

    project: Project
    played: list[Played] = field(default_factory=list)
    ingested: dict[str, list[Row]] = field(default_factory=dict)
    stopped: dict[str, timedelta] = field(default_factory=dict)
    every: timedelta | None = None

    def play(self, played: Played) -> None:
        """Have the rows of a recording."""
        self.played.append(played)

    def ingest(self, table: str, rows: Iterable[Row]) -> None:
        """Have more rows of a table."""
        self.ingested.setdefault(table, []).extend(rows)

    def lots(self, table: str, now: datetime) -> list[Lot]:
        """The rows of a table."""
        found = [self._recorded(each, table, now) for each in self.played if table in each.tables]
        if rows := self.ingested.get(table):
            # The key changes with each row, and so the engine asks for them again.
            found.append(Lot(f"{table} ingested {id(self)} {len(rows)}", lambda _: list(rows)))
        return found

    def _recorded(self, played: Played, table: str, now: datetime) -> Lot:
        shift = played.shift(table) - self.stopped.get(table, timedelta())
        if self.every:
            shift += (now - played.since) // self.every * self.every
        columns = self.project.schema(table) or {}
        rows = recorded_rows(played.recording, table, columns, None)
        if not shift:
            return Lot(rows.key, lambda _: rows.read(), lasting=True)
        return Lot(f"{rows.key} {shift}", lambda _: _shifted(rows.read(), columns, shift))


@cache
def _last(recording: Recording, table: str) -> datetime:
    """When the last row of a table happened; the end of the recording where there is none."""
    times = (parse_instant(row["TimeGenerated"]) for row in read_rows(recording, table))
    return max(times, default=recording.end)


def _shifted(rows: Iterable[Row], columns: Mapping[str, str], shift: timedelta) -> Iterator[Row]:
    """Rows with all their columns of times moved; times within texts and dynamic values stay."""
    times = [name for name, kind in columns.items() if kind == "datetime"]
    for row in rows:
        moved = dict(row)
        for name in (*times, "_ingestion_time"):
            if (value := moved.get(name)) is not None:
                moved[name] = (parse_instant(value) if isinstance(value, str) else value) + shift
        yield moved

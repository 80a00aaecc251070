"""The rows that tables have: those of recordings, as they are or as if they had just happened, and others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from masthead.content.instants import parse_instant
from masthead.content.project import Project
from masthead.content.recording import Recording
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


@dataclass(slots=True)
class Logs:
    """What came in. shift: how much later than it was recorded a recording is played, by its name."""

    project: Project
    recordings: list[Recording] = field(default_factory=list)
    shift: dict[str, timedelta] = field(default_factory=dict)
    ingested: dict[str, list[Row]] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    later: dict[str, timedelta] = field(default_factory=dict)

    def play(self, recording: Recording, end: datetime | None) -> None:
        """Have the rows of a recording; its period ends at `end`, or when it was recorded."""
        self.recordings.append(recording)
        self.shift[recording.name] = end - recording.end if end else timedelta()

    def ingest(self, table: str, rows: Iterable[Row]) -> None:
        """Have more rows of a table."""
        self.ingested.setdefault(table, []).extend(rows)

    def lots(self, table: str, now: datetime) -> list[Lot]:
        """The rows of a table."""
        if table in self.without:
            return []
        found = [self._recorded(each, table) for each in self.recordings if table in each.tables]
        if rows := self.ingested.get(table):
            # The key changes with each row, and so the engine asks for them again.
            key = f"{table} ingested {id(self)} {len(rows)}"
            found.append(Lot(key, lambda _: list(rows)))
        return found

    def _recorded(self, recording: Recording, table: str) -> Lot:
        shift = self.shift[recording.name] - self.later.get(table, timedelta())
        columns = self.project.schema(table) or {}
        rows = recorded_rows(recording, table, columns, None)
        if not shift:
            return Lot(rows.key, lambda _: rows.read(), lasting=True)
        return Lot(f"{rows.key} {shift}", lambda _: _shifted(rows.read(), columns, shift))


def _shifted(rows: Iterable[Row], columns: Mapping[str, str], shift: timedelta) -> Iterator[Row]:
    """Rows with all their columns of times moved; times within texts and dynamic values stay."""
    times = [name for name, kind in columns.items() if kind == "datetime"]
    for row in rows:
        moved = dict(row)
        for name in (*times, "_ingestion_time"):
            if (value := moved.get(name)) is not None:
                moved[name] = (parse_instant(value) if isinstance(value, str) else value) + shift
        yield moved

"""The workspace that cases play in: one engine with the project's tables, functions and watchlists, and the rows of the
case at hand.

A query is translated once for all the cases that ask it; what changes from case to case are the rows.
"""

from __future__ import annotations

import uuid
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from masthead.content.project import Project
from masthead.content.watchlists import Watchlist
from masthead.kql import Engine, Fixture, Part, Result, Window
from masthead.kql.binding import Binding
from masthead.kql.language import Analysis, Column
from masthead.kql.language.snapshot import cache_folder
from masthead.simulate.values import Row


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table, which are read when a query first needs them.

    `key` says which they are: the same key, the same rows. `delay` is how long each took to come in; without it they
    came in when they say, or when they happened. `outlive`: they are worth keeping for the next process. `mark` and
    `numbered`: see `Part`.
    """

    key: str
    read: Callable[[], Iterable[Mapping[str, Any]]]
    delay: timedelta | None = None
    outlive: bool = False
    mark: int | None = None
    numbered: bool = False

    @property
    def part(self) -> Part:
        """The rows as the engine calls them."""
        return Part(self.key, self.delay, self.mark, self.numbered)


Tables = Mapping[str, Sequence[Rows]]
"""The rows of each table, one lot after the other."""

_UPDATED = datetime(2026, 1, 1, tzinfo=UTC)


class Workspace:
    """The engine of one project. `silent` are queries known to return nothing when their tables have no row to see.

    fixtures: what stands for that which lies outside the workspace. extra: tables that the project does not know.
    files: Parquet files that tables have their rows of; memory, spill: see `Engine`.
    """

    def __init__(
        self,
        project: Project,
        fixtures: Mapping[str, Fixture] | None = None,
        extra: Mapping[str, Mapping[str, str]] | None = None,
        files: Mapping[str, Sequence[Path]] | None = None,
        memory: str | None = None,
        spill: Path | None = None,
    ) -> None:
        self.binding = Binding(project)
        self._files, self._memory, self._spill = files or {}, memory, spill
        self._fixtures, self._extra = fixtures, extra or {}
        self.silent: set[str] = set()

    @cached_property
    def _engine(self) -> Engine:
        watchlists = {each.alias: _items(each) for each in self.binding.project.watchlists.readable()}
        engine = Engine(
            tables=ChainMap(self._extra, self.binding.tables) if self._extra else self.binding.tables,
            functions=self.binding.functions,
            watchlists=watchlists,
            folder=cache_folder() / "rows",
            fixtures=self._fixtures,
            **({"memory": self._memory} if self._memory else {}),
            spill=self._spill,
        )
        for table, files in self._files.items():
            engine.attach(table, files)
        return engine

    def query(self, tables: Tables, kql: str, now: datetime, window: Window | None = None) -> Result:
        """What the query returns when the tables hold these rows and no other table has any. Raises KqlError."""
        self._load(tables, kql, windowed=window is not None)
        return self._engine.query(kql, now=now, window=window)

    def values(
        self, tables: Tables, kql: str, now: datetime, window: Window | None = None
    ) -> tuple[list[Column], list[tuple[Any, ...]]]:
        """The columns and rows of the answer, values as the engine's database has them. Raises KqlError."""
        self._load(tables, kql, windowed=window is not None)
        return self._engine.values(kql, now=now, window=window)

    def readings(self, tables: Tables, kql: str) -> list[tuple[datetime | None, datetime | None]]:
        """When the rows happened and arrived that the query's answer can depend on. Raises KqlError."""
        self._load(tables, kql)
        return self._engine.readings(kql)

    def timed_rows(self, tables: Tables, kql: str) -> list[tuple[datetime | None, datetime | None, Row]] | None:
        """The rows of the query's answer in any window, behind the times of the rows that they were made of.

        None where they are not made one by one, or the answer hangs on when it is asked. Raises KqlError.
        """
        self._load(tables, kql)
        rows = self._engine.timed_rows(kql)
        if rows is None:
            return None
        names = self._engine.columns(kql)
        return [(happened, arrived, dict(zip(names, row, strict=True))) for happened, arrived, row in rows]

    def last_arrival(self, tables: Tables, kql: str) -> datetime | None:
        """When the last of the rows came in that the query can read; None without rows. Raises KqlError."""
        self._load(tables, kql)
        return self._engine.last_arrival([rows.part for table in self.reads(kql) for rows in tables.get(table, ())])

    def _load(self, tables: Tables, kql: str, *, windowed: bool = True) -> None:
        """Let the tables that the query reads have these rows. What it does not read is not loaded."""
        engine = self._engine
        read = engine.reads(kql, windowed=windowed)
        wanted = {table: rows for table, rows in tables.items() if table in read}
        engine.make_room({each.key for rows in wanted.values() for each in rows})
        for table, rows in wanted.items():
            for each in rows:
                engine.keep(each.key, table, each.read, outlive=each.outlive)
        for table in read:
            engine.show(table, [each.part for each in wanted.get(table, ())])

    def bound(self, kql: str) -> Analysis:
        """The query as the language service understands it here. Raises KqlError for one that is wrong."""
        return self._engine.bound(kql)

    def reads(self, kql: str) -> frozenset[str]:
        """The tables that a query reads. Raises KqlError."""
        return self._engine.reads(kql)

    def asks_for_time(self, kql: str) -> bool:
        """Whether the answer hangs on when it is asked. Raises KqlError."""
        return self._engine.asks_for_time(kql)

    def open(self) -> None:
        """Make the engine now. Raises KqlError for a fixture that cannot be used."""
        _ = self._engine

    def close(self) -> None:
        """Free the engine. The next query makes a new one."""
        if "_engine" in self.__dict__:
            self._engine.close()
            del self._engine


def _items(watchlist: Watchlist) -> list[dict[str, Any]]:
    """The rows of a watchlist with the columns that Sentinel adds, the same whenever they are made."""
    return [
        {
            "_DTItemId": str(uuid.uuid5(uuid.UUID(watchlist.id), str(number))),
            "LastUpdatedTimeUTC": _UPDATED,
            "SearchKey": row[watchlist.items_search_key],
            **row,
        }
        for number, row in enumerate(watchlist.rows)
    ]

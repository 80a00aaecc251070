"""The workspace that cases play in: one engine with the project's tables, functions and watchlists, and the rows of the
case at hand.

A query is translated once for all the cases that ask it; what changes from case to case are the rows.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from masthead.content.project import Project
from masthead.content.watchlists import Watchlist
from masthead.kql import Engine, Result, Window
from masthead.kql.binding import Binding
from masthead.simulate.values import Row

Rows = list[dict[str, Any]]
Tables = Mapping[str, Rows]
"""The rows of each table. They are not changed once they are loaded."""

_UPDATED = datetime(2026, 1, 1, tzinfo=UTC)


class Workspace:
    """The engine of one project. `silent` are queries known to return nothing when their tables have no row to see."""

    def __init__(self, project: Project) -> None:
        self.binding = Binding(project)
        self.silent: set[str] = set()
        self._loaded: dict[str, Rows] = {}

    @cached_property
    def _engine(self) -> Engine:
        watchlists = {each.alias: _items(each) for each in self.binding.project.watchlists.readable()}
        return Engine(tables=self.binding.tables, functions=self.binding.functions, watchlists=watchlists)

    def query(self, tables: Tables, kql: str, now: datetime, window: Window | None = None) -> Result:
        """What the query returns when the tables hold these rows and no other table has any. Raises KqlError."""
        self._load(tables)
        return self._engine.query(kql, now=now, window=window)

    def readings(self, tables: Tables, kql: str) -> list[tuple[datetime | None, datetime | None]]:
        """When the rows happened and arrived that the query's answer can depend on. Raises KqlError."""
        self._load(tables)
        return self._engine.readings(kql)

    def timed_rows(self, tables: Tables, kql: str) -> list[tuple[datetime | None, datetime | None, Row]] | None:
        """The rows of the query's answer in any window, behind the times of the rows that they were made of.

        None where they are not made one by one, or the answer hangs on when it is asked. Raises KqlError.
        """
        self._load(tables)
        rows = self._engine.timed_rows(kql)
        if rows is None:
            return None
        names = self._engine.columns(kql)
        return [(happened, arrived, dict(zip(names, row, strict=True))) for happened, arrived, row in rows]

    def _load(self, tables: Tables) -> None:
        for table in [*self._loaded]:
            if self._loaded[table] is not tables.get(table):
                self._engine.clear(table)
                del self._loaded[table]
        for table, rows in tables.items():
            if table not in self._loaded:
                self._engine.ingest(table, rows)
                self._loaded[table] = rows

    def reads(self, kql: str) -> frozenset[str]:
        """The tables that a query reads. Raises KqlError."""
        return self._engine.reads(kql)

    def asks_for_time(self, kql: str) -> bool:
        """Whether the answer hangs on when it is asked. Raises KqlError."""
        return self._engine.asks_for_time(kql)

    def close(self) -> None:
        """Free the engine. The next query makes a new one."""
        if "_engine" in self.__dict__:
            self._engine.close()
            del self._engine
        self._loaded.clear()


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

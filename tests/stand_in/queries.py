"""KQL in the stand-in: rules bound to the tables that a workspace has, and queries answered from recorded rows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from masthead.kql import Engine, Part, Result, Window
from masthead.kql.binding import ADDED_TO_WATCHLISTS
from masthead.kql.language import LanguageError, LanguageService, StoredFunction
from masthead.kql.language.snapshot import cache_folder
from stand_in.messages import Refusal
from stand_in.rows import LotsOf
from stand_in.saved_searches import SavedSearches
from stand_in.tables import Tables, columns_of, plans_of
from stand_in.watchlist_items import WatchlistItems, items_scope
from stand_in.watchlists import Watchlists
from stand_in.worker import Worker

if TYPE_CHECKING:
    from stand_in.place import Place
    from stand_in.state import State


@dataclass(frozen=True, slots=True)
class Bound:
    """What the language service says of a query: its first error or None, and the tables that it reads.

    missing: a table does not exist. syntax: the error is one of syntax.
    """

    error: str | None
    tables: tuple[str, ...] = ()
    missing: bool = False
    syntax: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the queries of a workspace may name."""

    tables: Mapping[str, Mapping[str, str]]
    functions: tuple[StoredFunction, ...]
    watchlists: Mapping[str, Mapping[str, str]]
    digest: str


_BOUND: dict[tuple[str, str], Bound] = {}
"""Of every query that this process has bound: binding one costs some ten milliseconds."""

_UNKNOWN_TABLE = "KS204"
"""What the language service calls a table that nobody knows."""


_NAMED = (Tables.type, SavedSearches.type, Watchlists.type, WatchlistItems.type)
"""The types of what queries can name."""


class Queries:
    """Binds and runs. rows: the lots of rows that tables have."""

    def __init__(self, state: State, rows: LotsOf) -> None:
        self._state, self._rows = state, rows
        self._known: dict[str, tuple[tuple[int, ...], Surroundings]] = {}
        self._engines: dict[str, tuple[str, Engine]] = {}

    # --- rules ------------------------------------------------------------------------------------------------------
    def check_rule(self, query: str, place: Place) -> None:
        """Raises Refusal, 400 in the words of the service, for a query that cannot run as a rule."""
        bound = self.bound(query, place.scope)
        if bound.error is not None:
            if bound.missing:
                message = "Failed to run the analytics rule query. One of the tables does not exist."
            else:
                message = f"Failed to run the analytics rule query. The query has errors: {bound.error}"
            raise Refusal(400, "BadRequest", message)
        plans = plans_of(self._state, place.scope)
        for table in bound.tables:
            if plans.get(table, "Analytics") != "Analytics":
                message = (
                    f"Failed to run the analytics rule query. The table '{table}' is on the {plans[table]} plan, which "
                    "analytics rules cannot query."
                )
                raise Refusal(400, "BadRequest", message)

    def bound(self, query: str, workspace: str) -> Bound:
        """What the language service says of a query in a workspace."""
        around = self.surroundings(workspace)
        key = (query, around.digest)
        if key not in _BOUND:
            _BOUND[key] = Worker.shared().run(partial(_bind, query, around))
        return _BOUND[key]

    # --- queries ----------------------------------------------------------------------------------------------------
    def answer(self, query: str, workspace: str, now: datetime, window: Window | None = None) -> Result:
        """What the query returns from the rows that the workspace's tables have. Raises KqlError."""
        return Worker.shared().run(partial(self._answer, query, workspace, now, window))

    def reads(self, query: str, workspace: str) -> frozenset[str]:
        """The tables that a query reads. Raises KqlError."""
        return Worker.shared().run(lambda: self._engine(workspace).reads(query, windowed=False))

    def _answer(self, query: str, workspace: str, now: datetime, window: Window | None) -> Result:
        engine = self._engine(workspace)
        read = engine.reads(query, windowed=window is not None)
        wanted = {table: self._rows(table, now) for table in read}
        engine.make_room({lot.key for lots in wanted.values() for lot in lots})
        columns = self.surroundings(workspace).tables
        for table, lots in wanted.items():
            if table not in columns:
                continue
            for lot in lots:
                engine.keep(lot.key, table, partial(lot.rows, columns[table]), outlive=lot.lasting)
            engine.show(table, [Part(lot.key) for lot in lots])
        return engine.query(query, now=now, window=window)

    def _engine(self, workspace: str) -> Engine:
        around = self.surroundings(workspace)
        known = self._engines.get(workspace)
        if known is None or known[0] != around.digest:
            if known is not None:
                known[1].close()
            items = {alias: self._items(workspace, alias) for alias in around.watchlists}
            engine = Engine(around.tables, around.functions, items, folder=cache_folder() / "rows")
            known = self._engines[workspace] = around.digest, engine
        return known[1]

    # --- what there is ----------------------------------------------------------------------------------------------
    def surroundings(self, workspace: str) -> Surroundings:
        """What queries in a workspace may name now."""
        with self._state.lock:
            version = tuple(self._state.versions[type] for type in _NAMED)
            known = self._known.get(workspace)
            if known is None or known[0] != version:
                known = self._known[workspace] = version, self._surroundings(workspace)
            return known[1]

    def _surroundings(self, workspace: str) -> Surroundings:
        tables = columns_of(self._state, workspace)
        functions = []
        for each in self._state.all(workspace, SavedSearches.type):
            properties = each.body["properties"]
            if alias := properties.get("functionAlias"):
                parameters = f"({properties.get('functionParameters') or ''})"
                functions.append(StoredFunction(alias, parameters, properties["query"]))
        watchlists = {}
        rows = hashlib.sha256()
        for each in self._state.all(workspace, Watchlists.type):
            items = self._items(workspace, each.name)
            names = [name for item in items for name in item]
            watchlists[each.name] = {**ADDED_TO_WATCHLISTS, **dict.fromkeys(names, "string"), **ADDED_TO_WATCHLISTS}
            rows.update(json.dumps([each.name, items], default=str).encode())
        named = [sorted((name, list(columns.items())) for name, columns in tables.items())]
        named += [[(f.name, f.parameters, f.body) for f in functions], sorted(watchlists.items(), key=str)]
        rows.update(json.dumps(named, default=str).encode())
        return Surroundings(tables, tuple(functions), watchlists, rows.hexdigest())

    def _items(self, workspace: str, alias: str) -> list[dict[str, Any]]:
        """The rows of a watchlist with the columns that Sentinel adds."""
        watchlist = self._state.get(workspace, Watchlists.type, alias)
        key = watchlist.body["properties"]["itemsSearchKey"] if watchlist else ""
        out = []
        for each in self._state.all(items_scope(workspace, alias), WatchlistItems.type):
            values = each.body["properties"]["itemsKeyValue"]
            added = {"_DTItemId": each.name, "LastUpdatedTimeUTC": each.at, "SearchKey": values.get(key, "")}
            out.append({**added, **values})
        return out

    # --- its end ----------------------------------------------------------------------------------------------------
    def close(self) -> None:
        """Free the engines."""
        if self._engines:
            Worker.shared().run(self._free)

    def _free(self) -> None:
        for _, engine in self._engines.values():
            engine.close()
        self._engines.clear()


def _bind(query: str, around: Surroundings) -> Bound:
    try:
        analysis = LanguageService.shared().analyze(
            query, around.tables, around.functions, around.watchlists, analyzers=False
        )
    except LanguageError as error:
        return Bound(str(error))
    tables = tuple(sorted({each.name for each in analysis.tables}))
    if not analysis.errors:
        return _without_a_table(query, around) or Bound(None, tables)
    first = analysis.errors[0]
    said = f"{first.message} (line {query.count(chr(10), 0, first.start) + 1})"
    missing = any(each.code == _UNKNOWN_TABLE for each in analysis.errors)
    return Bound(said, tables, missing, any(each.code < "KS100" for each in analysis.errors))


def _without_a_table(query: str, around: Surroundings) -> Bound | None:
    """What a function that the query names lacks: the binder says nothing of it, and the service cannot run it."""
    named = set(re.findall(r"\w+", query))
    for each in around.functions:
        if each.name in named:
            others = replace(around, functions=tuple(one for one in around.functions if one is not each))
            bound = _bind(each.body, others)
            if bound.missing:
                return bound
    return None

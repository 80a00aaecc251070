"""Engine: tables in, KQL through, rows out."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from masthead.kql.engine.database import TIME_LIMIT, Database
from masthead.kql.engine.values import incoming, outgoing, ticks_of
from masthead.kql.errors import KqlError
from masthead.kql.language import Analysis, Column, LanguageError, LanguageService, StoredFunction
from masthead.kql.translate.model import INGESTED, identifiers
from masthead.kql.translate.translator import Translation, Translator
from masthead.kql.translate.types import MAX_DATETIME_TICKS, canonical_type, quote, sql_type

_REMEMBERED = 256  # translations kept: a rule's query runs once for each step of its schedule


@dataclass(frozen=True, slots=True)
class Window:
    """The rows a run may see: after < TimeGenerated ≤ until, and ingested_after < ingestion time ≤ ingested_until.

    None leaves a side open. Tables without TimeGenerated are restricted by ingestion time only.
    """

    after: dt.datetime | None = None
    until: dt.datetime | None = None
    ingested_after: dt.datetime | None = None
    ingested_until: dt.datetime | None = None

    def parameters(self) -> dict[str, int]:
        """The bounds as ticks, by the names that translated SQL uses."""
        return {
            "after": -1 if self.after is None else ticks_of(self.after),
            "until": MAX_DATETIME_TICKS if self.until is None else ticks_of(self.until),
            "ingested_after": -1 if self.ingested_after is None else ticks_of(self.ingested_after),
            "ingested_until": MAX_DATETIME_TICKS if self.ingested_until is None else ticks_of(self.ingested_until),
        }


@dataclass(frozen=True, slots=True)
class Result:
    """What a query returned.

    columns: their names and Kusto types. rows: tuples of Python values: datetime (aware, UTC), timedelta, dict and list
    for dynamic, uuid.UUID, decimal.Decimal, None for null. render: the visualisation the query asks for, or None.
    """

    columns: list[Column]
    rows: list[tuple[Any, ...]]
    render: Mapping[str, Any] | None = None


class Engine:
    """KQL over tables in memory.

    tables: {name: {column: Kusto type}}. functions: stored functions that queries may call. watchlists: {alias: rows},
    each row a dict of texts, for _GetWatchlist. time_limit: seconds for one query.
    Queries are untrusted: they reach no file and no network, and memory and time are bounded.
    """

    def __init__(
        self,
        tables: Mapping[str, Mapping[str, str]] | None = None,
        functions: Iterable[StoredFunction] = (),
        watchlists: Mapping[str, Iterable[Mapping[str, str]]] | None = None,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        self._tables = _Tables(tables or {})
        self._functions = tuple(functions)
        self._database: Database | None = None
        self._time_limit = time_limit
        self._created: set[str] = set()
        self._pending: dict[str, list[list[Any]]] = {}
        self._translations: OrderedDict[tuple[str, bool], tuple[Translation, frozenset[str]]] = OrderedDict()
        self._watchlists: dict[str, dict[str, str]] = {}
        for alias, rows in (watchlists or {}).items():
            self._add_watchlist(alias, [dict(r) for r in rows])

    def close(self) -> None:
        """Free the database. The engine cannot be used afterwards."""
        if self._database is not None:
            self._database.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- data -------------------------------------------------------------------------------------------------------
    def ingest(self, table: str, rows: Iterable[Mapping[str, Any]] | str | Path) -> int:
        """Append rows to a table, and return how many there were.

        rows: dicts, or the path of an NDJSON file. A row's "_ingestion_time" says when it came in; without it, it
        came in at its TimeGenerated. Values are Python's or JSON's. Raises KqlError for an unknown table or column, or
        a value that is not of its column's type; nothing is appended then.
        """
        columns = self._tables.get(table)
        if columns is None:
            raise KqlError(f"there is no table {table}", code="MASTHEAD-TABLE")
        if isinstance(rows, str | Path):
            rows = _ndjson(Path(rows))
        converters = [(name, kind, incoming(kind)) for name, kind in columns.items()]
        known = set(columns) | {"_ingestion_time"}
        out: list[list[Any]] = []
        for number, row in enumerate(rows, start=1):
            if unknown := set(row) - known:
                name = sorted(unknown)[0]
                raise KqlError(f"row {number}: {table} has no column {name}", code="MASTHEAD-TABLE")
            values: list[Any] = []
            for name, kind, convert in converters:
                value = row.get(name)
                if value is None:
                    values.append("" if kind == "string" else None)
                    continue
                try:
                    values.append(convert(value))
                except (ValueError, TypeError, ArithmeticError):
                    shown = json.dumps(value, default=str)[:60]
                    raise KqlError(
                        f"row {number}: {name} is a {kind}, and {shown} is none", code="MASTHEAD-TABLE"
                    ) from None
            arrived = row.get("_ingestion_time") or row.get("TimeGenerated")
            try:
                values.append(None if arrived is None else incoming("datetime")(arrived))
            except ValueError:
                raise KqlError(f"row {number}: {arrived!r} is no ingestion time", code="MASTHEAD-TABLE") from None
            out.append(values)
        self._pending.setdefault(table, []).extend(out)
        return len(out)

    def clear(self, table: str) -> None:
        """Remove a table's rows."""
        self._pending.pop(table, None)
        if table in self._created:
            self._open().execute(f"DELETE FROM {quote(table)}")

    def _add_watchlist(self, alias: str, rows: list[dict[str, str]]) -> None:
        columns = {
            "_DTItemId": "string",
            "LastUpdatedTimeUTC": "datetime",
            "SearchKey": "string",
            "WatchlistItem": "dynamic",
        }
        for row in rows:
            columns.update(dict.fromkeys((k for k in row if k not in columns), "string"))
        self._watchlists[alias] = columns
        name = f"watchlist:{alias}"
        self._tables.add(name, columns)
        self.ingest(name, rows)

    def _open(self) -> Database:
        if self._database is None:
            self._database = Database(self._time_limit)
        return self._database

    def _create(self, table: str) -> None:
        """The table with all rows that came in for it."""
        database = self._open()
        columns = self._tables[table]
        if table not in self._created:
            names = identifiers([*columns, INGESTED])
            kinds = [*(sql_type(k) for k in columns.values()), "BIGINT"]
            listed = ", ".join(f"{quote(n)} {k}" for n, k in zip(names, kinds, strict=True))
            database.execute(f"CREATE TABLE {quote(table)} ({listed})")
            self._created.add(table)
        if rows := self._pending.pop(table, None):
            database.insert(quote(table), [*(sql_type(k) for k in columns.values()), "BIGINT"], rows)

    # --- queries ----------------------------------------------------------------------------------------------------
    def query(self, kql: str, now: dt.datetime | None = None, window: Window | None = None) -> Result:
        """Run a query.

        now: what now() and ago() count from; the clock's time when not given. window: which rows the run may see.
        Raises KqlError, with line and column, for a query that is wrong; `.unsupported` for one this engine cannot run.
        """
        translation, read = self._translation(kql, window is not None)
        rows = self._run(kql, translation.sql, read, now, window)
        return Result(list(translation.columns), _python_rows(translation.columns, rows), translation.render)

    def readings(self, kql: str) -> list[tuple[dt.datetime | None, dt.datetime | None]]:
        """When the rows happened and came in that the answer to a query, in any window, can depend on.

        These are the rows of its tables that pass the filters it begins with. Raises KqlError like `query`.
        """
        translation, read = self._translation(kql, True)
        python = outgoing("datetime")
        rows = self._run(kql, translation.readings, read, None, Window())
        return [tuple(None if ticks is None else python(ticks) for ticks in row) for row in rows]

    def timed_rows(self, kql: str) -> list[tuple[dt.datetime | None, dt.datetime | None, tuple[Any, ...]]] | None:
        """The rows that a query returns in any window, each behind the times of the row that it was made of.

        None for a query that does not take each row of its tables by itself, or asks for the time. Raises KqlError like
        `query`.
        """
        translation, read = self._translation(kql, True)
        if translation.timed is None or "now" in translation.parameters:
            return None
        columns = [Column("", "datetime"), Column("", "datetime"), *translation.columns]
        rows = _python_rows(columns, self._run(kql, translation.timed, read, None, Window()))
        return [(row[0], row[1], row[2:]) for row in rows]

    def _run(
        self, kql: str, sql: str, read: Iterable[str], now: dt.datetime | None, window: Window | None
    ) -> list[tuple[Any, ...]]:
        for table in read:
            self._create(table)
        moment = now or dt.datetime.now(dt.timezone.utc)  # noqa: UP017
        available = {"now": ticks_of(moment), **(window or Window()).parameters()}
        parameters = {name: value for name, value in available.items() if re.search(rf"\${name}\b", sql)}
        try:
            return self._open().execute(sql, parameters)
        except KqlError as error:
            raise KqlError(error.message, code=error.code, query=kql, unsupported=error.unsupported) from error

    def columns(self, kql: str) -> list[str]:
        """The names of the columns that a query returns. Raises KqlError like `query`."""
        return [column.name for column in self._translation(kql, True)[0].columns]

    def reads(self, kql: str) -> frozenset[str]:
        """The tables that a query reads. Raises KqlError like `query`."""
        return self._translation(kql, True)[1]

    def asks_for_time(self, kql: str) -> bool:
        """Whether the answer to a query hangs on `now`. Raises KqlError like `query`."""
        return "now" in self._translation(kql, True)[0].parameters

    def sql(self, kql: str) -> str:
        """The SQL that a query becomes, for people who look into the engine."""
        return self._translation(kql, False)[0].sql

    def _translation(self, kql: str, windowed: bool) -> tuple[Translation, frozenset[str]]:
        """The query in SQL, and the tables that it reads."""
        key = (kql, windowed)
        if key in self._translations:
            self._translations.move_to_end(key)
            return self._translations[key]
        try:
            analysis = LanguageService.shared().analyze(
                kql, self._tables, self._functions, self._watchlists, tree=True, analyzers=False
            )
        except LanguageError as error:
            raise KqlError(str(error), query=kql, start=0) from error
        _refuse_errors(analysis)
        translator = Translator(analysis, self._tables, self._watchlists, windowed)
        with _deeper_stack():
            translation = translator.translate()
        self._translations[key] = translation, frozenset(translator.read)
        if len(self._translations) > _REMEMBERED:
            self._translations.popitem(last=False)
        return self._translations[key]


class _Tables(Mapping[str, Mapping[str, str]]):
    """The schemas of tables with canonical types, each made when it is asked for: a project may know 800 tables."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        self._given = tables
        self._made: dict[str, dict[str, str]] = {}
        self._added: dict[str, None] = {}

    def add(self, table: str, columns: dict[str, str]) -> None:
        self._made[table] = columns
        self._added[table] = None

    def __getitem__(self, table: str) -> Mapping[str, str]:
        if table not in self._made:
            # The same object each time: the language service knows by it that it has been told this schema.
            self._made[table] = {column: canonical_type(kind) for column, kind in self._given[table].items()}
        return self._made[table]

    def __contains__(self, table: object) -> bool:
        return table in self._added or table in self._given

    def __iter__(self) -> Iterator[str]:
        yield from self._given
        yield from self._added

    def __len__(self) -> int:
        return len(self._given) + len(self._added)


@contextmanager
def _deeper_stack() -> Iterator[None]:
    """Room for the translator's recursion, which DEPTH_LIMIT bounds: some ten frames a level."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 10_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _refuse_errors(analysis: Analysis) -> None:
    for diagnostic in analysis.errors:
        raise KqlError(
            diagnostic.message,
            code=diagnostic.code,
            query=analysis.query,
            start=diagnostic.start,
            end=diagnostic.end,
        )


def _python_rows(columns: Iterable[Column], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    converters = [(i, c) for i, column in enumerate(columns) if (c := outgoing(column.type))]
    return [_python(row, converters) for row in rows]


def _python(row: tuple[Any, ...], converters: list[tuple[int, Any]]) -> tuple[Any, ...]:
    if not converters:
        return row
    values = list(row)
    for index, convert in converters:
        if values[index] is not None:
            values[index] = convert(values[index])
    return tuple(values)


def _ndjson(path: Path) -> Iterable[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise KqlError(f"{path}, line {number}: not JSON ({error})", code="MASTHEAD-TABLE") from None
                if not isinstance(row, dict):
                    raise KqlError(f"{path}, line {number}: a row must be a JSON object", code="MASTHEAD-TABLE")
                yield row

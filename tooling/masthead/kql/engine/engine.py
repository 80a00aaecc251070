"""Engine: tables in, KQL through, rows out."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from masthead.kql.engine.database import MEMORY_LIMIT, TIME_LIMIT, Database, RunError, memory_limit
from masthead.kql.engine.files import ParquetTable, parquet_table
from masthead.kql.engine.fixtures import Fixture, Fixtures
from masthead.kql.engine.incoming import definition, sql_kinds, sql_rows
from masthead.kql.engine.outputs import PLUGINS_LIMIT, Written, output_columns, refuse_untyped
from masthead.kql.engine.refusals import placed, refuse_errors
from masthead.kql.engine.stack import deeper_stack
from masthead.kql.engine.store import Part, Store
from masthead.kql.engine.tables import Tables
from masthead.kql.engine.translations import Looked, Translations
from masthead.kql.engine.values import outgoing, python_rows, ticks_of
from masthead.kql.engine.window import Window
from masthead.kql.errors import KqlError
from masthead.kql.language import Analysis, Column, LanguageError, LanguageService, StoredFunction
from masthead.kql.translate.outputs import NamesNeeded, OutputNeeded
from masthead.kql.translate.translator import Translation, Translator
from masthead.kql.translate.types import quote
from masthead.kql.translate.wildcards import name_views


@dataclass(frozen=True, slots=True)
class Result:
    """What a query returned.

    columns: their names and Kusto types. rows: tuples of Python values: datetime (aware, UTC), timedelta, dict and list
    for dynamic, uuid.UUID, decimal.Decimal, None for null. render: the visualisation the query asks for, or None.
    name: what the query calls it, if anything. others: the results after the first, of fork, facet or more statements.
    """

    columns: list[Column]
    rows: list[tuple[Any, ...]]
    render: Mapping[str, Any] | None = None
    name: str | None = None
    others: tuple[Result, ...] = ()


class Engine:
    """KQL over tables in memory and over Parquet files.

    tables: {name: {column: Kusto type}}. functions: stored functions that queries may call. watchlists: {alias: rows},
    each row a dict of texts, for _GetWatchlist. time_limit: seconds for one query. folder: where `keep` may have files;
    translations are kept beside it.
    fixtures: what stands for that which lies outside the workspace, see `engine.fixtures`; KqlError for a wrong one.
    memory: what a query may use, such as 4GB. spill: a folder where what needs more goes while the engine is there.
    Queries are untrusted: they reach no file and no network, and memory and time are bounded.
    """

    def __init__(
        self,
        tables: Mapping[str, Mapping[str, str]] | None = None,
        functions: Iterable[StoredFunction] = (),
        watchlists: Mapping[str, Iterable[Mapping[str, str]]] | None = None,
        time_limit: float = TIME_LIMIT,
        folder: Path | None = None,
        fixtures: Mapping[str, Fixture] | None = None,
        memory: str = MEMORY_LIMIT,
        spill: Path | None = None,
    ) -> None:
        self._tables = Tables(tables or {})
        self._functions = tuple(functions)
        self._time_limit, self._folder = time_limit, folder
        self._memory, self._spill = memory_limit(memory), spill
        self._attached: dict[str, tuple[ParquetTable, str]] = {}  # the files of tables, and the SQL of their rows
        self._created: dict[str, str] = {}  # how each table is made: its own rows (""), or a SELECT from others
        self._pending: dict[str, list[list[Any]]] = {}
        self._filled: set[str] = set()  # the tables that have rows
        self._watchlists: dict[str, dict[str, str]] = {}
        self._fixtures = Fixtures(fixtures or {}, self._tables)
        for name, (columns, rows) in self._fixtures.tables.items():
            self._tables.add(name, columns)
            self.ingest(name, rows)
        for alias, rows in {**(watchlists or {}), **self._fixtures.watchlists}.items():
            self._add_watchlist(alias, [dict(r) for r in rows])
        beside = folder.with_name("translations") if folder else None
        given = self._tables, self._functions, self._watchlists, self._fixtures.places
        self._translations = Translations(beside, *given)

    def close(self) -> None:
        """Free the database. The engine cannot be used afterwards."""
        if "_database" in self.__dict__:
            self._database.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- data -------------------------------------------------------------------------------------------------------
    def ingest(self, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Append rows to a table, and return how many there were.

        A row's "_ingestion_time" says when it came in; without it, it came in at its TimeGenerated. Values are Python's
        or JSON's. Raises KqlError for an unknown table or column, or a value that is not of its column's type; nothing
        is appended then.
        """
        if table in self._attached:
            raise KqlError(f"{table} has the rows of its files; it takes no others", code="MASTHEAD-TABLE")
        out = list(sql_rows(table, self._columns_of(table), rows))
        if self._created.get(table):
            self.clear(table)
        self._pending.setdefault(table, []).extend(out)
        if out:
            self._filled.add(table)
        return len(out)

    def attach(self, table: str, files: Sequence[Path]) -> None:
        """Let a table have the rows of Parquet files, which are read when queries ask; see `engine.files`.

        Only what is attached before the first query, or the first look at kept rows, can be reached. Raises KqlError
        for a file that cannot be read or does not fit the table, and for a table that has rows.
        """
        columns = self._columns_of(table)
        if "_database" in self.__dict__:
            raise KqlError(f"{table}: files are attached before the first query", code="MASTHEAD-TABLE")
        if table in self._filled:
            raise KqlError(f"{table} has rows; a table over files has none of its own", code="MASTHEAD-TABLE")
        made = parquet_table(files)
        self._attached[table] = made, made.view(columns)
        self._tables.raw[table] = made.raw(columns)
        self._translations.clear()
        self._filled.add(table)

    def clear(self, table: str) -> None:
        """Remove a table's rows."""
        if self._attached.pop(table, None):
            self._tables.raw.pop(table)
            self._translations.clear()
        self._pending.pop(table, None)
        self._filled.discard(table)
        if (made_of := self._created.pop(table, None)) is not None:
            self._database.execute(f"DROP {'VIEW' if made_of else 'TABLE'} {quote(table)}")

    def keep(
        self, key: str, table: str, rows: Callable[[], Iterable[Mapping[str, Any]]], *, outlive: bool = False
    ) -> None:
        """Keep rows of a table under a key, to be shown by it; see `Store.keep`. Known ones are not read again."""
        if key not in self._store:
            self._store.keep(key, table, self._columns_of(table), rows, outlive=outlive)

    def show(self, table: str, parts: Sequence[Part]) -> None:
        """Let a table have the rows of these parts, which are kept; without any, those that were ingested since."""
        if table in self._attached and not parts:
            return
        made_of = self._store.select(parts)
        if self._created.get(table, "") == made_of:
            return
        self.clear(table)
        if made_of:
            self._database.execute(f"CREATE VIEW {quote(table)} AS {made_of}")
            self._created[table] = made_of
            self._filled.add(table)

    def make_room(self, needed: Collection[str]) -> None:
        """Let go rows that were kept under other keys, if there are too many."""
        self._store.make_room(needed)

    def last_arrival(self, parts: Sequence[Part]) -> dt.datetime | None:
        """When the last row of the parts, which are kept, came in; None without rows."""
        ticks = self._store.last(parts)
        return None if ticks is None else outgoing("datetime")(ticks)

    def _columns_of(self, table: str) -> Mapping[str, str]:
        columns = self._tables.get(table)
        if columns is None:
            raise KqlError(f"there is no table {table}", code="MASTHEAD-TABLE")
        return columns

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

    @cached_property
    def _database(self) -> Database:
        files = [path for made, _ in self._attached.values() for path in made.files]
        return Database(self._time_limit, self._folder, files, self._memory, self._spill)

    @cached_property
    def _store(self) -> Store:
        return Store(self._database, self._folder)

    def _create(self, table: str) -> None:
        """The table with all rows that came in for it."""
        if table not in self._tables and (made := self._fixtures.external(table)):
            self._tables.add(table, made[0])
            self.ingest(table, made[1])
        columns = self._tables[table]
        if table not in self._created and table in self._attached:
            rows = self._attached[table][1]
            self._database.execute(f"CREATE VIEW {quote(table)} AS {rows}")
            self._created[table] = rows
        if table not in self._created:
            self._database.execute(f"CREATE TABLE {quote(table)} ({definition(columns)})")
            self._created[table] = ""
        if rows := self._pending.get(table):
            self._database.insert(quote(table), sql_kinds(columns), rows)
            del self._pending[table]  # not before: rows that cannot be inserted are no empty table to the next query

    # --- queries ----------------------------------------------------------------------------------------------------
    def query(self, kql: str, now: dt.datetime | None = None, window: Window | None = None) -> Result:
        """Run a query.

        now: what now() and ago() count from; the clock's time when not given. window: which rows the run may see.
        Raises KqlError, with line and column, for a query that is wrong; `.unsupported` for one this engine cannot run.
        """
        translation, read, written = self._translation(kql, window is not None, now, window)
        if self._attached:  # files may be large, and the query can use all cores
            LanguageService.yield_cores()
        first, *others = (self._result(written, each, read, now, window) for each in (translation, *translation.others))
        return replace(first, others=tuple(others))

    def _result(
        self,
        written: Written,
        translation: Translation,
        read: Iterable[str],
        now: dt.datetime | None,
        window: Window | None,
    ) -> Result:
        rows = self._run(written, translation.sql, read, now, window)
        if translation.most_rows is not None and len(rows) > translation.most_rows:
            message = f"the result has {len(rows):,} rows, more than its truncationmaxrecords"
            raise KqlError(message, query=written.query, start=0)
        columns = translation.columns
        return Result(list(columns), self._answer(written, columns, rows), translation.render, translation.name)

    def values(
        self, kql: str, now: dt.datetime | None = None, window: Window | None = None
    ) -> tuple[list[Column], list[tuple[Any, ...]]]:
        """The columns and rows that `query` returns, values as the database has them: ticks, and text of JSON."""
        translation, read, written = self._translation(kql, window is not None, now, window)
        return list(translation.columns), self._run(written, translation.sql, read, now, window)

    def readings(self, kql: str) -> list[tuple[dt.datetime | None, dt.datetime | None]]:
        """When the rows happened and came in that the answer to a query, in any window, can depend on.

        These are the rows of its tables that pass the filters it begins with. Raises KqlError like `query`.
        """
        translation, read, written = self._translation(kql, True)
        python = outgoing("datetime")
        rows = self._run(written, translation.readings, read, None, Window())
        return [tuple(None if ticks is None else python(ticks) for ticks in row) for row in rows]

    def timed_rows(self, kql: str) -> list[tuple[dt.datetime | None, dt.datetime | None, tuple[Any, ...]]] | None:
        """The rows that a query returns in any window, each behind the times of the row that it was made of.

        None for a query that does not take each row of its tables by itself, or asks for the time. Raises KqlError like
        `query`.
        """
        translation, read, written = self._translation(kql, True)
        if translation.timed is None or "now" in translation.parameters:
            return None
        columns = [Column("", "datetime"), Column("", "datetime"), *translation.columns]
        rows = self._answer(written, columns, self._run(written, translation.timed, read, None, Window()))
        return [(row[0], row[1], row[2:]) for row in rows]

    def _run(
        self, written: Written, sql: str, read: Iterable[str], now: dt.datetime | None, window: Window | None
    ) -> list[tuple[Any, ...]]:
        for table in read:
            if quote(table) in sql:
                self._create(table)
        moment = now or dt.datetime.now(dt.timezone.utc)  # noqa: UP017
        available = {"now": ticks_of(moment), **(window or Window()).parameters()}
        with self._placing(written):
            return self._database.execute(sql, available, self._deadline)

    def _answer(
        self, written: Written, columns: Iterable[Column], rows: list[tuple[Any, ...]]
    ) -> list[tuple[Any, ...]]:
        with self._placing(written):
            return python_rows([c.type for c in columns], rows)

    @contextmanager
    def _placing(self, written: Written) -> Iterator[None]:
        """Give an error of the database its place in the query."""
        try:
            yield
        except RunError as error:
            analysis = self._analysis(written.text)
            given = self._tables, self._watchlists, False, self._filled
            with deeper_stack():
                raise written.error(placed(error, analysis, *given)) from error

    def bound(self, kql: str) -> Analysis:
        """The query as the language service understands it here. Raises KqlError for one that is wrong."""
        return self._analysis(kql)

    def columns(self, kql: str) -> list[str]:
        """The names of the columns that a query returns. Raises KqlError like `query`."""
        return [column.name for column in self._translation(kql, True)[0].columns]

    def reads(self, kql: str, *, windowed: bool = True) -> frozenset[str]:
        """The tables that a query reads; `windowed` if it is to be run so. Raises KqlError like `query`."""
        return self._translation(kql, windowed)[1]

    def asks_for_time(self, kql: str) -> bool:
        """Whether the answer to a query hangs on `now`. Raises KqlError like `query`."""
        return "now" in self._translation(kql, True)[0].parameters

    def sql(self, kql: str) -> str:
        """The SQL that a query becomes, for people who look into the engine."""
        return self._translation(kql, False)[0].sql

    def _translation(
        self, kql: str, windowed: bool, now: dt.datetime | None = None, window: Window | None = None
    ) -> tuple[Translation, frozenset[str], Written]:
        """The query in SQL, the tables that it reads, and what of its text was translated.

        now, window: for columns that only the data tells.
        """
        written = Written(kql, kql)
        known = self._translations.get(kql, windowed)
        if known is None:
            with suppress(LanguageError):  # binding says it again
                LanguageService.shared().start()
        self._deadline = time.monotonic() + self._time_limit  # of all that the query does from here on
        if known is not None:
            return (*known, written)
        tables = Looked(self._tables)
        for _ in range(PLUGINS_LIMIT + 1):
            try:
                analysis = self._analysis(written.text)
                translator = Translator(analysis, tables, self._watchlists, windowed, self._filled)
                translator.deadline = self._deadline
                with deeper_stack():
                    translation = translator.translate()
                break
            except OutputNeeded as needed:
                written = self._with_output(written, needed, analysis, translator.read, now, window)
            except NamesNeeded as needed:
                written = written.insert(needed.place, needed.text)
            except KqlError as error:
                raise written.error(error) from error
        else:
            raise KqlError(f"the query has more than {PLUGINS_LIMIT} plugins without an output schema", query=kql)
        read = frozenset(translator.read | translator.looked_at)
        if not (written.inserted or translator.looked_at):  # they are of the data as it is now
            self._translations.put(kql, windowed, translation, read, tables)
        return translation, read, written

    def _analysis(self, kql: str) -> Analysis:
        """The query, bound. Raises KqlError for one that is wrong."""
        try:
            analysis = LanguageService.shared().analyze(
                kql,
                self._tables,
                self._functions,
                self._watchlists,
                tree=True,
                analyzers=False,
                outside=[(place.scope, place.table, columns) for place, columns in self._fixtures.places],
            )
        except LanguageError as error:
            raise KqlError(str(error), query=kql, start=0) from error
        with deeper_stack():
            name_views(analysis)
        refuse_errors(analysis)
        return analysis

    def _with_output(
        self,
        written: Written,
        needed: OutputNeeded,
        analysis: Analysis,
        read: Iterable[str],
        now: dt.datetime | None,
        window: Window | None,
    ) -> Written:
        """The query with the columns of a plugin declared, as its input is."""
        rows = self._run(written, needed.sql, read, now, window)
        try:
            columns = output_columns(needed, rows, analysis)
            refuse_untyped(columns, analysis, needed.node.start)
        except KqlError as error:
            raise written.error(error) from error
        return written.declare(needed.place, columns)

"""Rows that are kept under a key: read once, and shown as the rows of a table to whoever asks for them.

A large recording takes seconds to parse and a tenth of one to load as Parquet, so its rows are also kept in a folder of
the user's cache, where the next process finds them. The key says which rows they are, to the byte: whoever makes it
puts in all that changes them.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

from masthead.kql.engine.database import Database
from masthead.kql.engine.incoming import definition, sql_kinds, sql_rows
from masthead.kql.errors import KqlError
from masthead.kql.translate.model import INGESTED
from masthead.kql.translate.types import quote, string_literal

WORTH_A_FILE = 1_000  # rows: fewer are parsed as fast as they are found again
MAX_MEMORY = 400_000_000  # bytes of rows in the database, of which those that were not shown for longest are let go
MAX_FILES = 1_000_000_000  # bytes of files in the folder, likewise
_BATCH = 5_000  # rows converted before they are inserted
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a table: those kept under `key`. With a `delay`, each came in so long after its TimeGenerated.

    mark: each came in so many microseconds after 0001-01-01, so that `Engine.readings` tells which part a row is of.
    numbered: each came in a microsecond after the one before, so that it tells which row it is.
    """

    key: str
    delay: timedelta | None = None
    mark: int | None = None
    numbered: bool = False


class Store:
    """The rows kept in a database, by key. `folder` is where large ones outlive it; None when they need not."""

    def __init__(self, database: Database, folder: Path | None) -> None:
        self._database = database
        self._folder = folder
        self._tables: dict[str, str] = {}  # by key, those shown last at the end
        self._numbers = count(1)
        self._grown = False  # since there was room

    def __contains__(self, key: str) -> bool:
        return key in self._tables

    def keep(
        self,
        key: str,
        table: str,
        columns: Mapping[str, str],
        rows: Callable[[], Iterable[Mapping[str, Any]]],
        *,
        outlive: bool = False,
    ) -> None:
        """Keep the rows for a table with these columns. `rows` is called only if they are not known.

        `outlive`: if they are many, keep them in the folder too. Raises what `rows` raises, and KqlError for rows that
        do not fit the columns or do not fit into memory; nothing is kept then.
        """
        name = quote(f"kept:{next(self._numbers)}")
        self._database.execute(f"CREATE TABLE {name} ({definition(columns)})")
        path = self._folder / f"{key}.parquet" if self._folder and outlive else None
        try:
            if path is None:
                self._insert(name, table, columns, rows())
            elif not self._load(name, path):
                with _alone(path):
                    if not self._load(name, path) and self._insert(name, table, columns, rows()) >= WORTH_A_FILE:
                        self._save(name, path)
        except BaseException:
            self._database.execute(f"DROP TABLE {name}")
            raise
        self._tables[key] = name
        self._grown = True

    def make_room(self, needed: Collection[str]) -> None:
        """If more is kept than `MAX_MEMORY`, let go what was not shown for longest and is not needed."""
        if not self._grown:
            return
        for key in [each for each in self._tables if each not in needed]:
            if self._database.memory() <= MAX_MEMORY:
                self._grown = False
                return
            self._database.execute(f"DROP TABLE {self._tables.pop(key)}")

    def last(self, parts: Sequence[Part]) -> int | None:
        """When the last row of parts that are kept, of whichever tables, came in, in ticks; None without rows."""
        latest = [f"(SELECT max({_arrival(part)}) FROM {self._tables[part.key]})" for part in parts]
        return self._database.execute(f"SELECT greatest({', '.join(latest)})")[0][0] if latest else None

    def select(self, parts: Sequence[Part]) -> str:
        """SQL for the rows of parts that are kept, one part after the other."""
        for part in parts:
            self._tables[part.key] = self._tables.pop(part.key)
        return " UNION ALL ".join(f"SELECT {_columns(part)} FROM {self._tables[part.key]}" for part in parts)

    def _insert(self, name: str, table: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> int:
        number, kinds, values = 0, sql_kinds(columns), sql_rows(table, columns, rows)
        while batch := list(islice(values, _BATCH)):
            self._database.insert(name, kinds, batch)
            number += len(batch)
        return number

    def _load(self, name: str, path: Path) -> bool:
        if not path.is_file():
            return False
        try:
            self._database.execute(f"INSERT INTO {name} SELECT * FROM read_parquet({string_literal(path.as_posix())})")
        except KqlError:
            self._database.execute(f"DELETE FROM {name}")  # a broken file is none
            return False
        with contextlib.suppress(OSError):
            os.utime(path)
        return True

    def _save(self, name: str, path: Path) -> None:
        # A folder that cannot be written to costs time at the next start, nothing else.
        with contextlib.suppress(OSError, KqlError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Written aside and moved into place: a process beside this one never reads half a file.
            aside = path.with_suffix(f".{secrets.token_hex(8)}.part")
            try:
                self._database.execute(
                    f"COPY {name} TO {string_literal(aside.as_posix())} (FORMAT parquet, COMPRESSION zstd)"
                )
                aside.replace(path)
            finally:
                aside.unlink(missing_ok=True)
            _make_room_in(path.parent)


def _columns(part: Part) -> str:
    plain = part.delay is None and part.mark is None
    return "*" if plain else f"* REPLACE ({_arrival(part)} AS {quote(INGESTED)})"


def _arrival(part: Part) -> str:
    if part.mark is not None:
        return f"{part.mark * 10}::BIGINT" + (" + rowid * 10" if part.numbered else "")
    if part.delay is None:
        return quote(INGESTED)
    return f'"TimeGenerated" + {part.delay // _MICROSECOND * 10}'


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time make the file: those beside it would do the same work, and find its file instead."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ImportError, OSError):
            import fcntl  # not on Windows, where each works for itself

            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = path.with_suffix(".lock")
            file = stack.enter_context(lock.open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
            stack.callback(lock.unlink, missing_ok=True)
        yield


def _make_room_in(folder: Path) -> None:
    files = sorted(((each.stat().st_mtime, each) for each in folder.iterdir()), reverse=True)
    size = 0
    for _, path in files:
        size += path.stat().st_size
        if size > MAX_FILES:
            path.unlink(missing_ok=True)

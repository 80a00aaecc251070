"""DuckDB, shut in: no files, no network, no extensions, bounded memory, threads and time."""

from __future__ import annotations

import re
import sys
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from masthead.kql.engine.watchdog import Watchdog
from masthead.kql.errors import KqlError
from masthead.kql.translate import registry
from masthead.kql.translate.types import REFUSAL, string_literal

MEMORY_LIMIT = "1GB"
THREADS = 2
TIME_LIMIT = 60.0  # seconds for one query
ANSWER_LIMIT = 1 << 30  # bytes of rows that are handed out at once

_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": MEMORY_LIMIT,
    "max_temp_directory_size": "0KB",
    "threads": str(THREADS),
}
# DuckDB would write its progress into the answer.
_SHUT = "SET enable_progress_bar_print = false; SET enable_external_access = false; SET lock_configuration = true"
_HELPER = re.compile(r"\bkq_\w+")
_PARAMETER = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w+)""")  # a $ within quotes is none
_BATCH = 2048  # rows, as many as DuckDB makes at once
_WATCHDOG = Watchdog()


class Database:
    """One in-memory DuckDB. Macros and Python functions are created when SQL first names them.

    `folder` is the one place on the disk that SQL can reach; None for none.
    """

    def __init__(self, time_limit: float = TIME_LIMIT, folder: Path | None = None) -> None:
        import duckdb

        self._duckdb = duckdb
        self._connection = duckdb.connect(":memory:", config=_CONFIG)
        if folder:
            self._connection.execute(f"SET allowed_directories = [{string_literal(folder.as_posix())}]")
        self._connection.execute(_SHUT)
        # At the latest when Python ends: a connection that is open then makes DuckDB print what it could not free.
        weakref.finalize(self, self._connection.close)
        self._time_limit = time_limit
        self._helpers: set[str] = set()

    def close(self) -> None:
        """Free the database."""
        self._connection.close()

    def _prepare(self, sql: str) -> None:
        for name in sorted(set(_HELPER.findall(sql))):
            if name in self._helpers:
                continue
            self._helpers.add(name)
            if name in registry.MACROS:
                definition = registry.MACROS[name]
                self._prepare(definition)
                self._connection.execute(f"CREATE MACRO {name}{definition}")
            elif name in registry.PYTHON_FUNCTIONS:
                function, arguments, returns = registry.PYTHON_FUNCTIONS[name]
                self._connection.create_function(
                    name, function, arguments, returns, null_handling="special", exception_handling="default"
                )

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a statement. `parameters`: values for what it names with a $; others are left out.

        Raises KqlError when it fails, runs out of time or out of memory.
        """
        named = set(_PARAMETER.findall(sql)) if parameters else ()
        return self._execute(sql, {name: value for name, value in (parameters or {}).items() if name in named} or None)

    def insert(self, table: str, kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Append rows to a table whose columns have the SQL types `kinds`. Raises KqlError like `execute`."""
        # Column by column: a statement for each row takes ten times as long.
        values = ", ".join(f"unnest(${number}::{kind}[])" for number, kind in enumerate(kinds, start=1))
        self._execute(f"INSERT INTO {table} SELECT {values}", [list(column) for column in zip(*rows, strict=True)])

    def memory(self) -> int:
        """Bytes of memory that the database has in use."""
        return self._execute("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()", None)[0][0]

    def _execute(self, sql: str, parameters: dict[str, Any] | list[Any] | None) -> list[tuple[Any, ...]]:
        duckdb = self._duckdb
        expired = None
        try:
            with _WATCHDOG.guard(self._time_limit, self._connection.interrupt) as expired:
                self._prepare(sql)
                return _fetch(self._connection.execute(sql, parameters))
        except duckdb.InterruptException as error:
            if expired is not None and expired.is_set():
                message = f"the query ran longer than {self._time_limit:g} seconds; make it read or join less"
                raise KqlError(message, code="MASTHEAD-TIME") from error
            raise
        except duckdb.OutOfMemoryException as error:
            message = f"the query needs more than {MEMORY_LIMIT} of memory; make it read or keep less"
            raise KqlError(message, code="MASTHEAD-MEMORY") from error
        except RuntimeError as error:  # what DuckDB says of it is "bad cast"
            message = "a text that is no Unicode: half of a character (\\ud800 to \\udfff) stands by itself"
            raise KqlError(message, code="MASTHEAD-RUN") from error
        except duckdb.Error as error:
            message = _plain(error)
            if REFUSAL in message:
                what = message.partition(REFUSAL)[2]
                raise KqlError(what, code="MASTHEAD-UNSUPPORTED", unsupported=True) from error
            raise KqlError(message, code="MASTHEAD-RUN") from error


def _fetch(answer: Any) -> list[tuple[Any, ...]]:
    """All rows, unless they would fill the memory of this process, which DuckDB's limit knows nothing of."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    while batch := answer.fetchmany(_BATCH):
        rows += batch
        size += sum(sys.getsizeof(value) for row in batch for value in row) + 64 * len(batch)
        if size > ANSWER_LIMIT:
            message = f"the query returns more than {ANSWER_LIMIT >> 20} MB; summarize its rows, or take fewer"
            raise KqlError(message, code="MASTHEAD-MEMORY")
    return rows


def _plain(error: Exception) -> str:
    """DuckDB's message without its SQL: people wrote KQL."""
    text = str(error).split("\nLINE ")[0].split("\n\nLINE ")[0].strip()
    first = text.splitlines()[0] if text else type(error).__name__
    return first.removeprefix("Invalid Input Error: ")

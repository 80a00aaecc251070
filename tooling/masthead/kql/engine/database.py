"""DuckDB, shut in: no files, no network, no extensions, bounded memory, threads and time."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from operator import itemgetter
from pathlib import Path
from typing import Any

from masthead.kql.engine.wall import MemoryWall
from masthead.kql.engine.watchdog import Watchdog
from masthead.kql.errors import KqlError
from masthead.kql.translate import registry
from masthead.kql.translate.types import string_literal

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
_HALF = re.compile(r"\\ud[89a-f]")  # half of a character, as repr() spells it
_HALF_ALONE = "a text that is no Unicode: half of a character (a surrogate, \\ud800 to \\udfff) stands by itself"
# A refusal that SQL raised: with its place, as types.refused writes it, or the helper that raised it. Only the whole
# message is one: others quote the data, which could spell a refusal.
_REFUSAL = re.compile(
    r"(?:Python exception occurred while executing the UDF: \w+: )?"
    r"MASTHEAD-UNSUPPORTED(?: (?P<start>\d+)-(?P<end>\d+)| (?P<helper>kq_\w+))?: (?P<what>.*)"
)
_BATCH = 2048  # rows, as many as DuckDB makes at once
_FIXED = frozenset({"BIGINT", "INTEGER", "DOUBLE", "BOOLEAN"})  # types whose values are all of one size
_WATCHDOG = Watchdog()
_WALL = MemoryWall()


class RunError(KqlError):
    """What the database says of a statement.

    start, end: the place in the query, where the SQL has it. helper: the Python function that raised it, where one did.
    """

    def __init__(
        self, message: str, *, code: str, place: tuple[int, int] | None = None, helper: str | None = None
    ) -> None:
        super().__init__(message, code=code, unsupported=code == "MASTHEAD-UNSUPPORTED")
        self.start, self.end = place or (None, None)
        self.helper = helper


def memory_limit(text: str) -> str:
    """A size such as 512MB or 4GB. Raises KqlError for what is none."""
    if not re.fullmatch(r"[1-9]\d{0,5}(\.\d+)?\s*[KMGT]i?B", text):
        raise KqlError(f"{text!r} is no size of memory; write it like 512MB or 4GB", code="MASTHEAD-MEMORY")
    return text


def _bytes(size: str) -> int:
    """A size of memory in bytes."""
    number, unit, binary = re.fullmatch(r"([\d.]+)\s*([KMGT])(i?)B", size).groups()
    return int(float(number) * (1024 if binary else 1000) ** ("KMGT".index(unit) + 1))


class Database:
    """One in-memory DuckDB. Macros and Python functions are created when SQL first names them.

    `folder` and `files` are all on the disk that SQL can reach. memory: what it may use, such as 4GB; what needs more
    goes to a folder of its own in `spill` for as long as it is open, or fails where there is none.
    """

    def __init__(
        self,
        time_limit: float = TIME_LIMIT,
        folder: Path | None = None,
        files: Sequence[Path] = (),
        memory: str = MEMORY_LIMIT,
        spill: Path | None = None,
    ) -> None:
        import duckdb

        self._duckdb = duckdb
        self._memory = memory_limit(memory)
        self._growth = 2 * _bytes(self._memory) + ANSWER_LIMIT
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._connection = duckdb.connect(":memory:", config=_CONFIG | {"memory_limit": self._memory})
        if folder:
            self._connection.execute(f"SET allowed_directories = [{string_literal(folder.as_posix())}]")
        if files:
            listed = ", ".join(string_literal(path.as_posix()) for path in files)
            self._connection.execute(f"SET allowed_paths = [{listed}]")
        if spill:
            self._spill_to(spill)
        self._connection.execute(_SHUT)
        # At the latest when Python ends: a connection that is open then makes DuckDB print what it could not free.
        weakref.finalize(self, self._connection.close)
        self._time_limit = time_limit
        self._helpers: set[str] = set()

    def close(self) -> None:
        """Free the database."""
        self._connection.close()
        if self._own is not None:
            self._own.cleanup()

    def _spill_to(self, folder: Path) -> None:
        """Let what memory does not hold go to the folder, in one that goes when the database does."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._own = own = tempfile.TemporaryDirectory(prefix="masthead-", dir=folder)
        except OSError as error:
            message = f"cannot spill to {folder}: {error.strerror}"
            raise KqlError(message, code="MASTHEAD-MEMORY") from error
        self._connection.execute(f"SET temp_directory = {string_literal(Path(own.name).as_posix())}")
        self._connection.execute(f"SET max_temp_directory_size = '{shutil.disk_usage(own.name).free}B'")

    def _prepare(self, sql: str) -> None:
        for name in sorted(set(_HELPER.findall(sql))):
            if name in self._helpers:
                continue
            registry.load()  # a translation that was known has not loaded it
            self._helpers.add(name)
            if name in registry.MACROS:
                definition = registry.MACROS[name]
                self._prepare(definition)
                self._connection.execute(f"CREATE MACRO {name}{definition}")
            elif name in registry.PYTHON_FUNCTIONS:
                function, arguments, returns = registry.PYTHON_FUNCTIONS[name]
                self._connection.create_function(
                    name,
                    _named(name, function),
                    arguments,
                    returns,
                    null_handling="special",
                    exception_handling="default",
                )

    def execute(
        self, sql: str, parameters: Mapping[str, Any] | None = None, deadline: float | None = None
    ) -> list[tuple[Any, ...]]:
        """The rows of a statement. `parameters`: values for what it names with a $; others are left out.

        deadline: when it must be done, on the monotonic clock, where that is sooner than the time limit.

        Raises KqlError when it fails, runs out of time or out of memory.
        """
        named = set(_PARAMETER.findall(sql)) if parameters else ()
        given = {name: value for name, value in (parameters or {}).items() if name in named}
        return self._execute(sql, given or None, deadline)

    def insert(self, table: str, kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Append rows to a table whose columns have the SQL types `kinds`. Raises KqlError like `execute`."""
        # Column by column: a statement for each row takes ten times as long.
        values = ", ".join(f"unnest(${number}::{kind}[])" for number, kind in enumerate(kinds, start=1))
        self._execute(f"INSERT INTO {table} SELECT {values}", [list(column) for column in zip(*rows, strict=True)])

    def memory(self) -> int:
        """Bytes of memory that the database has in use."""
        return self._execute("SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()", None)[0][0]

    def _execute(
        self, sql: str, parameters: dict[str, Any] | list[Any] | None, deadline: float | None = None
    ) -> list[tuple[Any, ...]]:
        duckdb = self._duckdb
        expired = None
        try:
            left = self._time_limit if deadline is None else max(0.0, deadline - time.monotonic())
            with _WALL.around(self._growth), _WATCHDOG.guard(left, self._connection.interrupt) as expired:
                self._prepare(sql)
                return _fetch(self._connection.execute(sql, parameters))
        except duckdb.InterruptException as error:
            if expired is not None and expired.is_set():
                message = f"the query ran longer than {self._time_limit:g} seconds; make it read or join less"
                raise RunError(message, code="MASTHEAD-TIME") from error
            raise
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            message = f"the query needs more than {self._memory} of memory; make it read or keep less"
            message += "" if self._own else ", or give it more memory, or a folder to spill to"
            raise RunError(message, code="MASTHEAD-MEMORY") from error
        except RuntimeError as error:  # "bad cast" is one of the ways in which DuckDB tells of half a character
            if not _HALF.search(repr((sql, parameters))):
                raise RunError(f"the database fails: {error}", code="MASTHEAD-RUN") from error
            raise RunError(_HALF_ALONE, code="MASTHEAD-RUN") from error
        except duckdb.Error as error:
            if "surrogate" in str(error) and _HALF.search(repr((sql, parameters))):
                raise RunError(_HALF_ALONE, code="MASTHEAD-RUN") from error
            raise _run_error(error) from error


def _named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The Python function, whose refusals say its name, and which refuses what is nested too deeply for it."""

    @wraps(function)  # the database counts its parameters
    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except RecursionError:
            what = "a dynamic value that is nested as deeply"
        except ValueError as error:
            found = _REFUSAL.match(str(error))
            if not found:
                raise
            what = found["what"]
        raise ValueError(f"MASTHEAD-UNSUPPORTED {name}: {what}")

    return call


def _run_error(error: Exception) -> RunError:
    message = _plain(error)
    found = _REFUSAL.match(message)
    if found is None:
        return RunError(message, code="MASTHEAD-RUN")
    place = (int(found["start"]), int(found["end"])) if found["start"] else None
    return RunError(found["what"], code="MASTHEAD-UNSUPPORTED", place=place, helper=found["helper"])


def _fetch(answer: Any) -> list[tuple[Any, ...]]:
    """All rows, unless they would fill the memory of this process, which DuckDB's limit knows nothing of."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    kinds = [str(kind) for _, kind, *_ in answer.description or ()]
    vary = [itemgetter(i) for i, kind in enumerate(kinds) if kind not in _FIXED]
    fixed = 64 + 32 * (len(kinds) - len(vary))  # bytes of a row and of its values that are all of one size
    while batch := answer.fetchmany(_BATCH):
        rows += batch
        size += sum(sum(map(sys.getsizeof, map(value, batch))) for value in vary) + fixed * len(batch)
        if size > ANSWER_LIMIT:
            message = f"the query returns more than {ANSWER_LIMIT >> 20} MB; summarize its rows, or take fewer"
            raise RunError(message, code="MASTHEAD-MEMORY")
    return rows


def _plain(error: Exception) -> str:
    """DuckDB's message without its SQL: people wrote KQL."""
    text = str(error).split("\nLINE ")[0].split("\n\nLINE ")[0].strip()
    first = text.splitlines()[0] if text else type(error).__name__
    return first.removeprefix("Invalid Input Error: ")

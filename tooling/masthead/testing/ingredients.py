"""What the outcome of a case depends on, as one digest: when that is the same, so is the outcome.

Everything is taken from what was read to run the case, and never from a file's time: so a file that changes meanwhile,
or a checkout that gives old times to new files, deceives nobody.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import masthead
from masthead.content.cases import Case
from masthead.content.finding import ContentError
from masthead.content.model import Query
from masthead.content.project import Project
from masthead.content.recording import Recording
from masthead.content.row_files import row_files, rows_digest
from masthead.content.workbooks import Workbook
from masthead.kql.binding import Binding
from masthead.kql.language.service import functions_used, may_read_by_pattern, tables_named
from masthead.testing.fixtures import fixtures_of
from masthead.workbooks.substitution import example_values, substitute

_ROOMS = ("content", "kql", "simulate", "workbooks", "testing")
_SUFFIXES = (".py", ".js", ".json")
_PACKAGES = ("duckdb", "numpy", "h3", "tzdata", "ua-parser", "ua-parser-builtins", "ua-parser-rs")
_CHANCE = re.compile(r"\b(?:rand|random|new_guid|sample)\b")
_TABLE, _TABLE_BY_NAME = re.compile(r"\btable\s*\("), re.compile(r"""\btable\s*\(\s*["'][^"']*["']\s*\)""")
_READS_MANY = re.compile(r"\b(?:union|search|find)\b")
_WATCHLIST = re.compile(r"watchlist", re.IGNORECASE)
_WATCHLIST_BY_ALIAS = re.compile(r"""\b_GetWatchlist\s*\(\s*["']([^"'\\]*)["']\s*\)""")


def code_digest() -> str:
    """A digest of the code that runs cases, and of the versions of what it is written with."""
    package = Path(masthead.__file__).parent
    digest = hashlib.blake2b(digest_size=20)
    digest.update(repr((sys.version_info, platform.system(), platform.machine(), *map(_version, _PACKAGES))).encode())
    for room in _ROOMS:
        for path in sorted((package / room).rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file():
                digest.update(f"\0{path.relative_to(package).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


class Ingredients:
    """What the cases of one project depend on, each ingredient looked at once."""

    def __init__(self, project: Project, binding: Binding) -> None:
        self._project = project
        self._binding = binding
        self._rows: dict[tuple[str, str], str] = {}
        self._recordings: dict[str, str] = {}
        self._schemas: dict[str, str] = {}
        self._read_by: dict[tuple[str, ...], list[Any] | None] = {}

    def rows(self, recording: Recording, table: str) -> str:
        """The digest of the file with the rows of a table, as it was first seen. Raises ContentError."""
        key = recording.name, table
        if key not in self._rows:
            self._rows[key] = rows_digest(recording, table)
        return self._rows[key]

    def key(self, case: Case, content: Query | Workbook, *others: Any) -> str | None:
        """The digest of all that the case's outcome depends on, and of `others` that JSON has.

        None where nobody can say: for a query that hangs on chance, or names a table by what it computes, and for
        files that cannot be read.
        """
        try:
            recordings = self._project.recordings_of(case)
            played = [self._recording(each) for each in recordings]
            fixtures = [[name, repr(each)] for name, each in fixtures_of(case, self._project).items()]
            texts = (*_asked(content, case), *case.given, *case.fixtures)
        except (ContentError, ValueError):  # ValueError: a time range that is no duration
            return None
        tables = {table for each in recordings for table in each.tables}
        read = self._read(texts, tables)
        if read is None:
            return None
        clock = case.clock.start, case.clock.end, case.clock.ingestion_delay
        plays = [case.logs, case.given, case.parameters, case.expect, case.settings, clock]
        return _digest(self._code, content.document.source.text, plays, played, fixtures, read, others)

    def _read(self, texts: tuple[str, ...], tables: Iterable[str]) -> list[Any] | None:
        """What queries find in the project, beside the rows of these tables; None where they do not say it."""
        known = (*sorted(tables), *texts)
        if known not in self._read_by:
            self._read_by[known] = self._find(texts, tables)
        return self._read_by[known]

    def _find(self, texts: Sequence[str], tables: Iterable[str]) -> list[Any] | None:
        functions = functions_used("\n".join(texts), self._binding.functions)
        texts = [*texts, *(each.body for each in functions)]
        whole = "\n".join(texts)
        if _CHANCE.search(whole) or len(_TABLE.findall(whole)) != len(_TABLE_BY_NAME.findall(whole)):
            return None
        schemas = self._binding.tables
        by_pattern = may_read_by_pattern(texts)
        named = {
            *tables,
            *(schemas if by_pattern and _READS_MANY.search(whole) else tables_named(list(texts), schemas)),
        }
        return [
            sorted([each.name, each.parameters, each.body] for each in functions),
            [[table, self._schema(table)] for table in sorted(named)],
            self._names if by_pattern else None,
            list(self._watchlists_named(whole)),
        ]

    def _watchlists_named(self, text: str) -> Iterator[tuple[str, str]]:
        """The watchlists that a text names, with digests; all, where it does not name one by its alias."""
        aliases = _WATCHLIST_BY_ALIAS.findall(text)
        literal = len(_WATCHLIST.findall(_WATCHLIST_BY_ALIAS.sub("", text))) == 0
        wanted = {each.lower() for each in aliases}
        return (
            (alias, digest)
            for alias, digest in (self._watchlists.items() if aliases or not literal else ())
            if not literal or alias.lower() in wanted
        )

    @cached_property
    def _watchlists(self) -> dict[str, str]:
        return {
            each.alias: _digest(each.document.source.text, each.rows) for each in self._project.watchlists.readable()
        }

    def _recording(self, recording: Recording) -> str:
        """The digest of a recording with all its rows. Raises ContentError for rows that cannot be read."""
        if recording.name not in self._recordings:
            files = [each.name for each in row_files(recording)]
            rows = [[table, self.rows(recording, table)] for table in recording.tables]
            self._recordings[recording.name] = _digest(recording.name, recording.document.source.text, files, rows)
        return self._recordings[recording.name]

    def _schema(self, table: str) -> str | None:
        if table not in self._binding.tables:
            return None
        if table not in self._schemas:
            self._schemas[table] = _digest(list(self._binding.tables[table].items()))
        return self._schemas[table]

    @cached_property
    def _code(self) -> str:
        return code_digest()

    @cached_property
    def _names(self) -> str:
        return _digest(sorted(self._binding.tables))


def _asked(content: Query | Workbook, case: Case) -> Iterator[str]:
    """The queries of the content, as the case asks them."""
    if isinstance(content, Workbook):
        values: Mapping[str, Mapping[str | None, str]] = example_values(content, case.parameters)
        yield from (substitute(each.query, values).text for each in content.questions)
    else:
        yield content.query


def _digest(*parts: Any) -> str:
    return hashlib.blake2b(json.dumps(parts, default=str).encode(), digest_size=20).hexdigest()

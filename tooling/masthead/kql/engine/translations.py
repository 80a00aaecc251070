"""Translations that are known already: of this process in memory, and of others in a folder of the user's cache.

Binding a query takes V8 and tens of milliseconds, finding what it became under one. An entry's name is a digest of all
that the translation depends on, versions and this code included, so a stale one is never found. Its head is a digest of
its body, so a broken one is none. It is written aside and moved into place: processes may share the folder. A project
cannot reach it, so a pull request cannot bring translations along.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from masthead.kql.engine.tables import Tables
from masthead.kql.language import Column, StoredFunction
from masthead.kql.language.service import functions_used, may_read_by_pattern, tables_named
from masthead.kql.translate.outside import EXTERNAL_DATA, FIXTURE, Place
from masthead.kql.translate.translator import Translation

REMEMBERED = 256  # in memory: a rule's query runs once for each step of its schedule
MAX_ENTRY = 1_000_000  # bytes; more is translated each time
MAX_FOLDER = 100_000_000  # bytes, of which the oldest are let go
_ROOM_AFTER = 200  # entries that a process writes before it looks for room again
_SEAL = 40  # characters of the digest before the body


class Looked(Mapping[str, Mapping[str, str]]):
    """Tables, and what was asked of them: `names` of tables, or, where `all`, which there are."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.raw = getattr(tables, "raw", {})
        self.names: set[str] = set()
        self.all = False

    def __getitem__(self, table: str) -> Mapping[str, str]:
        self.names.add(table)
        return self._tables[table]

    def __contains__(self, table: object) -> bool:
        self.names.add(str(table))
        return table in self._tables

    def __iter__(self) -> Iterator[str]:
        self.all = True
        return iter(self._tables)

    def __len__(self) -> int:
        self.all = True
        return len(self._tables)


class Translations:
    """The known translations of one engine, of which `tables`, `functions` and `watchlists` are.

    places: what lies outside and has a fixture, see `engine.fixtures`. folder: None keeps them in memory only.
    """

    def __init__(
        self,
        folder: Path | None,
        tables: Tables,
        functions: Iterable[StoredFunction],
        watchlists: Mapping[str, Mapping[str, str]],
        places: Iterable[tuple[Place, Mapping[str, str]]],
    ) -> None:
        self._folder = folder
        self._tables, self._functions = tables, tuple(functions)
        self._watchlists, self._places = watchlists, places
        self._memory: OrderedDict[tuple[str, bool], tuple[Translation, frozenset[str]]] = OrderedDict()
        self._schemas: dict[str, str] = {}
        self._written = 0

    def clear(self) -> None:
        """Forget what is in memory: a table is another now."""
        self._memory.clear()

    def get(self, query: str, windowed: bool) -> tuple[Translation, frozenset[str]] | None:
        """The translation and the tables that it reads; None where it is not known."""
        known = self._memory.get((query, windowed))
        if known is not None:
            self._memory.move_to_end((query, windowed))
        elif self._folder is not None:
            known = _read(self._folder, self._key(query, windowed)[0])
            if known is not None:
                self._remember(query, windowed, known)
        return known

    def put(self, query: str, windowed: bool, translation: Translation, read: frozenset[str], looked: Looked) -> None:
        """Keep a translation, which `looked` at tables."""
        made = translation, read
        self._remember(query, windowed, made)
        if self._folder is not None:
            key, named, by_pattern = self._key(query, windowed)
            if self._said(looked, named, by_pattern):
                _write(self._folder, key, made, make_room=self._written % _ROOM_AFTER == 0)
                self._written += 1

    def _remember(self, query: str, windowed: bool, made: tuple[Translation, frozenset[str]]) -> None:
        self._memory[query, windowed] = made
        if len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)

    def _key(self, query: str, windowed: bool) -> tuple[str, frozenset[str], bool]:
        """The entry's name, the tables whose columns it hangs on, and whether it hangs on which tables there are."""
        functions = functions_used(query, self._functions)
        texts = [query, *(f.body for f in functions)]
        named = tables_named(texts, self._tables)
        by_pattern = may_read_by_pattern(texts)
        raw = getattr(self._tables, "raw", {})
        key = _digest(
            self._context,
            query,
            windowed,
            [[f.name, f.parameters, f.body] for f in functions],
            [[name, self._schema(name)] for name in named],
            [[name, sorted(raw[name])] for name in sorted(raw)],
            self._names if by_pattern else None,
        )
        return key, frozenset(named), by_pattern

    def _said(self, looked: Looked, named: frozenset[str], by_pattern: bool) -> bool:
        """Whether the key says all that the translation looked at; others are not worth finding out."""
        for name in looked.names - named - self._tables.added.keys():
            if name in self._tables or not name.startswith((FIXTURE, EXTERNAL_DATA)):
                return False
        return by_pattern or not looked.all

    def _schema(self, table: str) -> str:
        if table not in self._schemas:
            self._schemas[table] = _digest(list(self._tables[table].items()))
        return self._schemas[table]

    @cached_property
    def _names(self) -> str:
        return _digest(sorted(self._tables))

    @cached_property
    def _context(self) -> str:
        """What all translations of the engine hang on; what is added later has a name that says what it is."""
        return _digest(
            _versions(),
            [[name, list(columns.items())] for name, columns in self._tables.added.items()],
            [[alias, list(columns.items())] for alias, columns in self._watchlists.items()],
            [[place.scope, place.table, list(columns.items())] for place, columns in self._places],
        )


def _digest(*parts: Any) -> str:
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=20).hexdigest()


@cache
def _versions() -> str:
    """A digest of what translates: the code, the language service, Python and the DuckDB that is written for."""
    import duckdb

    package = Path(__file__).parents[1]
    service = [package / "language" / "bridge.js", package / "language" / "vendor" / "kusto" / "package.json"]
    texts = [f"{duckdb.__version__} {sys.version_info}".encode()]
    texts += [path.read_bytes() for path in (*sorted(package.rglob("*.py")), *service) if path.is_file()]
    return hashlib.blake2b(b"\0".join(texts), digest_size=20).hexdigest()


def _read(folder: Path, key: str) -> tuple[Translation, frozenset[str]] | None:
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        path = folder / f"{key}.json"
        with path.open("rb") as file:
            data = file.read(MAX_ENTRY + _SEAL + 1)
        body = data[_SEAL:].decode()
        if data[:_SEAL].decode() == _digest(key, body):
            translation, read = json.loads(body)
            return _translation(translation), frozenset(read)
    return None


def _write(folder: Path, key: str, made: tuple[Translation, frozenset[str]], *, make_room: bool) -> None:
    translation, read = made
    try:
        body = json.dumps([_plain(translation), sorted(read)])
        same = _translation(json.loads(body)[0]) == translation
    except (TypeError, ValueError, RecursionError):
        return  # of values that JSON does not have
    if not same or len(body) > MAX_ENTRY:
        return
    # A folder that cannot be written to costs time at the next start, nothing else.
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, aside = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write((_digest(key, body) + body).encode())
            Path(aside).replace(folder / f"{key}.json")
        except OSError:
            Path(aside).unlink(missing_ok=True)
            raise
        if make_room:
            _make_room(folder)


def _make_room(folder: Path) -> None:
    files = []
    for each in os.scandir(folder):
        with contextlib.suppress(OSError):  # another process has let it go
            files.append((each.stat().st_mtime, each.stat().st_size, each.path))
    size = 0
    for _, bytes_, path in sorted(files, reverse=True):
        size += bytes_
        if size > MAX_FOLDER:
            Path(path).unlink(missing_ok=True)


def _plain(translation: Translation) -> dict[str, Any]:
    """The translation as JSON has it."""
    plain = {each.name: getattr(translation, each.name) for each in fields(translation)}
    plain["columns"] = [[column.name, column.type] for column in translation.columns]
    plain["parameters"] = sorted(translation.parameters)
    plain["others"] = [_plain(each) for each in translation.others]
    return plain


def _translation(plain: dict[str, Any]) -> Translation:
    columns = tuple(Column(name, kind) for name, kind in plain["columns"])
    others = tuple(_translation(each) for each in plain["others"])
    return Translation(**{**plain, "columns": columns, "parameters": frozenset(plain["parameters"]), "others": others})

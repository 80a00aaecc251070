"""Remembers which tables queries read, between runs: binding a query costs tens of milliseconds.

The cache is an aid and never the truth: it is keyed by everything that the answer depends on, one that is broken or
from elsewhere is as good as none, and it may be deleted at any time.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(".masthead/cache")
_FILE = "tables-read.json"


class TableCache:
    """The tables that queries read, kept in .masthead/cache below `root`.

    `context` is what the answers depend on apart from the query: versions, functions, the names of the tables. `file`:
    the name of the file, for those who remember something else of queries that is a list of texts.
    """

    def __init__(self, root: Path, context: Iterable[str], file: str = _FILE) -> None:
        self._path = root / _FOLDER / file
        self._context = sha256("\0".join(context).encode()).digest()
        self._known = _read(self._path)
        self._used: dict[str, list[str]] = {}

    def tables(self, query: str, find: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        """The tables that `query` reads: as remembered, else what `find` says."""
        key = sha256(self._context + query.encode()).hexdigest()
        known = self._known.get(key)
        self._used[key] = list(find()) if known is None else known
        return tuple(self._used[key])

    def save(self) -> None:
        """Keep what this run has used, and forget the rest. A disk that cannot be written to is no reason to fail."""
        if self._used == self._known:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Written aside and moved into place: a run beside this one never reads half a file.
            handle, aside = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(self._used, file)
            Path(aside).replace(self._path)
        except OSError:
            return


def _read(path: Path) -> dict[str, list[str]]:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {key: tables for key, tables in data.items() if _is_names(tables)}


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)

"""What was said about files last time, in one file under .masthead/cache, sealed: see `content.sealed`."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from masthead.content.sealed import read_sealed, write_sealed
from masthead.kql.language.snapshot import cache_folder
from masthead.lint.examine import Examination
from masthead.lint.plain import Plain, from_plain, to_plain

_FILE = "lint.json"


class Cache:
    """Examinations by path. An entry counts while the digests of its file and of the context are those of now."""

    def __init__(self, root: Path, context: str) -> None:
        self._root = root
        self._context = context
        self._entries: dict[str, tuple[str, Plain]] = {}
        self._changed = False
        self._read()

    def get(self, path: str, digest: str | None) -> Examination | None:
        """What was said about the file at `path` when its digest was `digest`; None when nothing was."""
        known, plain = self._entries.get(path, (None, None))
        if plain is None or digest is None or known != digest:
            return None
        try:
            return from_plain(plain)
        except (ValueError, TypeError, AttributeError, KeyError):
            return None

    def put(self, path: str, digest: str | None, examination: Examination) -> None:
        """Remember what was said."""
        if digest is not None:
            self._entries[path] = (digest, to_plain(examination))
            self._changed = True

    def save(self, paths: frozenset[str]) -> None:
        """Write what has changed, without files that are no longer among `paths`. A failure costs only time."""
        if not self._changed:
            return
        entries = {path: entry for path, entry in self._entries.items() if path in paths}
        body = json.dumps([self._context, entries], ensure_ascii=False, separators=(",", ":")).encode()
        write_sealed(self._root, _FILE, body, cache_folder())

    def _read(self) -> None:
        body = read_sealed(self._root, _FILE, cache_folder())
        with contextlib.suppress(ValueError, TypeError, AttributeError, RecursionError):
            context, entries = json.loads(body or b"")
            if context == self._context:
                self._entries = {path: (digest, plain) for path, (digest, plain) in entries.items()}

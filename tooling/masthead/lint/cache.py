"""What was said about files last time, in one file under .masthead/cache.

The file is sealed with a key that only this user's cache folder has. So a file that was cut short, or one that a pull
request brings along to call bad content clean, is not believed. It is written beside its place and moved in whole: of
two processes at once the later one wins, and the other's work is done again some day.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from pathlib import Path

from masthead.kql.language.snapshot import cache_folder
from masthead.lint.examine import Examination
from masthead.lint.plain import Plain, from_plain, to_plain

_FOLDER = ".masthead"
_FILE = f"{_FOLDER}/cache/lint.json"
_SEAL_SIZE = 64  # characters of a SHA-256 in hexadecimal
_MAX_BYTES = 256 * 1024 * 1024


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
        with contextlib.suppress(OSError):
            _write(self._root, _seal(body) + body)

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
            with (self._root / _FILE).open("rb") as file:
                data = file.read(_MAX_BYTES)
            seal, body = data[:_SEAL_SIZE], data[_SEAL_SIZE:]
            if not hmac.compare_digest(seal, _seal(body)):
                return
            context, entries = json.loads(body)
            if context == self._context:
                self._entries = {path: (digest, plain) for path, (digest, plain) in entries.items()}


def _seal(body: bytes) -> bytes:
    return hmac.new(_key(), body, hashlib.sha256).hexdigest().encode()


def _key() -> bytes:
    """This user's key, made when it is first needed. Raises OSError when it can neither be read nor made."""
    path = cache_folder() / "lint.key"
    with contextlib.suppress(FileNotFoundError):
        if len(key := path.read_bytes()) == 32:
            return key
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _replace(path, secrets.token_bytes(32))
    return path.read_bytes()


def _write(root: Path, data: bytes) -> None:
    path = root / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.parent.resolve().is_relative_to(root.resolve()):
        return  # a link that leads out of the project: nothing is written there
    ignore = root / _FOLDER / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    _replace(path, data)


def _replace(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise

"""Files of a project that only this user's own runs have written.

Each is sealed with a key that only this user's cache folder has, and its own name. So a file that was cut short, or one
that a pull request brings along to call bad content good, is not believed. It is written beside its place and moved in
whole: of two processes at once the later one wins, and the other's work is done again some day.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

FOLDER = ".masthead"
_KEY = "seal.key"
_SEAL_SIZE = 64  # characters of a SHA-256 in hexadecimal
_MAX_BYTES = 256 * 1024 * 1024


def read_sealed(root: Path, name: str, keys: Path) -> bytes | None:
    """What this user's runs wrote to the file `name` of the project last; None for a file that is missing or foreign.

    keys: the user's cache folder.
    """
    with contextlib.suppress(OSError):
        with (root / FOLDER / "cache" / name).open("rb") as file:
            data = file.read(_MAX_BYTES)
        seal, body = data[:_SEAL_SIZE], data[_SEAL_SIZE:]
        if hmac.compare_digest(seal, _seal(name, body, keys)):
            return body
    return None


def write_sealed(root: Path, name: str, body: bytes, keys: Path) -> None:
    """Write the file `name` of the project. A folder that cannot be written to costs time at the next run, no more."""
    path = root / FOLDER / "cache" / name
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.parent.resolve().is_relative_to(root.resolve()):
            return  # a link that leads out of the project: nothing is written there
        ignore = root / FOLDER / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        _replace(path, _seal(name, body, keys) + body)


def _seal(name: str, body: bytes, keys: Path) -> bytes:
    return hmac.new(_key(keys), name.encode() + b"\0" + body, hashlib.sha256).hexdigest().encode()


def _key(folder: Path) -> bytes:
    """This user's key, made when it is first needed. Raises OSError when it can neither be read nor made."""
    path = folder / _KEY
    with contextlib.suppress(FileNotFoundError):
        if len(key := path.read_bytes()) == 32:
            return key
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _replace(path, secrets.token_bytes(32))
    return path.read_bytes()


def _replace(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise

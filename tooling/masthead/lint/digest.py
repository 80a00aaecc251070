"""Digests of what an examination depends on: when none of it has changed, neither has the answer."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import masthead
from masthead.content.layout import ROWS_SUFFIXES, ContentFile, Kind
from masthead.content.project import Project

CATALOG = frozenset({Kind.USE_CASES, Kind.LOG_SOURCE, Kind.TABLE})
CONTEXT = CATALOG | {Kind.FUNCTION, Kind.WATCHLIST}
"""The kinds of files that what is said about other files depends on."""

_SIZE_LIMIT = 64 * 1024 * 1024


def file_digest(root: Path, file: ContentFile) -> str | None:
    """The digest of a file and of the rows beside it; None when it cannot be read, or is too large to keep."""
    key = hashlib.blake2b(file.kind.encode(), digest_size=16)
    try:
        for path in (root / file.path, *_rows(root, file)):
            if path.is_symlink() or path.stat().st_size > _SIZE_LIMIT:
                return None
            key.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    except OSError:
        return None
    return key.hexdigest()


def _rows(root: Path, file: ContentFile) -> Iterator[Path]:
    path = PurePosixPath(file.path)
    if file.kind is Kind.WATCHLIST and (root / path.with_suffix(".csv")).is_file():
        yield root / path.with_suffix(".csv")
    if file.kind is Kind.RECORDING:
        yield from sorted(each for each in (root / path.parent).iterdir() if each.name.endswith(ROWS_SUFFIXES))


def context_digest(project: Project) -> str:
    """The digest of Masthead itself and of the project's catalog, functions and watchlists."""
    key = hashlib.blake2b(_tool_stamp(), digest_size=16)
    for file in project.files:
        if file.kind in CONTEXT:
            key.update(f"{file.path}\0{file_digest(project.root, file)}\0".encode())
    return key.hexdigest()


def _tool_stamp() -> bytes:
    """Masthead's version, the times of its files (in a checkout, code changes without the version), and of the packages
    that know schemas."""
    key = hashlib.blake2b(masthead.__version__.encode())
    for name in ("jsonschema", "sigma"):
        spec = importlib.util.find_spec(name)
        key.update(_stamp(Path(spec.origin)) if spec and spec.origin else f"{name}\0".encode())
    package = Path(masthead.__file__).parent
    for part in ("content", "kql/language", "lint"):
        for path in sorted((package / part).rglob("*")):
            if path.suffix in (".py", ".js", ".json") and "vendor" not in path.parts:
                key.update(_stamp(path))
    return key.digest()


def _stamp(path: Path) -> bytes:
    stat = path.stat()
    return f"{path} {stat.st_mtime_ns} {stat.st_size}\0".encode()

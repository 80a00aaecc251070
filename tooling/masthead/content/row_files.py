"""The files with the rows of recordings, plain or gzipped: found, opened and read line by line, with bounds."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import IO

from masthead.content.finding import ContentError, finding
from masthead.content.layout import ROWS_SUFFIXES
from masthead.content.location import Position, Span
from masthead.content.recording import Recording

MAX_FILE_BYTES = 256 * 1024 * 1024
"""The size of a table's rows; of a compressed file, when it is unpacked."""

MAX_PACKED_BYTES = 64 * 1024 * 1024
MAX_LINE_BYTES = 4 * 1024 * 1024
MAX_LINES = 2_000_000
"""Some 250 KB of gzip hold 256 MB of empty lines, which would take minutes to pass over."""

_CHUNK = 1024 * 1024


def row_files(recording: Recording) -> list[Path]:
    """The files in the recording's folder that hold rows, sorted."""
    return sorted(path for path in recording.folder.iterdir() if path.name.endswith(ROWS_SUFFIXES))


def table_of(path: Path) -> str:
    """The table whose rows the file holds."""
    return path.name.partition(".")[0]


def relative_name(recording: Recording, path: Path) -> str:
    """The path of a file in the recording's folder relative to the project's root, for a finding."""
    return f"{PurePosixPath(recording.path).parent}/{path.name}"


def rows_digest(recording: Recording, table: str) -> str:
    """A digest of the file with the rows of `table`, as it is now. Raises ContentError like `read_lines`."""
    digest = blake2b(recording.rows_path(table).suffix.encode(), digest_size=20)
    with _open(recording, table) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def read_lines(recording: Recording, table: str) -> Iterator[tuple[int, bytes]]:
    """Each line of the rows of `table` with its number; empty ones are passed over.

    Raises ContentError: MH016 when the recording has no such rows or has them twice, MH001 for a link that leads
    elsewhere, MH003 for more than 256 MB (unpacked; 64 MB packed), two million lines or 4 MB in one line, and MH020 for
    gzip that is damaged or cut off.
    """
    packed = _open(recording, table)
    name = relative_name(recording, recording.rows_path(table))
    with packed:
        if not name.endswith(".gz"):
            yield from _bounded(packed, name)
            return
        try:
            with gzip.open(packed) as unpacked:
                yield from _bounded(unpacked, name)
            if not packed.tell():
                raise EOFError
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            problem = "end too early: the file was cut off" if isinstance(error, EOFError) else f"are damaged: {error}"
            hint = "Write the plain rows again, and pack them with gzip -n."
            raise ContentError(finding("MH020", f"the compressed rows {problem}", name, hint=hint)) from None


def _open(recording: Recording, table: str) -> IO[bytes]:
    """The file with the rows, as it stands on the disk."""
    if table not in recording.tables:
        message = f"the recording {recording.name} has no rows of {table}"
        raise ContentError(recording.document.finding("MH016", message, ("tables",)))
    path = recording.rows_path(table)
    name = relative_name(recording, path)
    twice = [each for suffix in ROWS_SUFFIXES if (each := recording.folder / f"{table}{suffix}").exists()]
    if len(twice) > 1:
        message = f"the rows of {table} stand here and in {twice[1].name}"
        raise ContentError(finding("MH016", message, name, hint="Remove one of the two files."))
    limit = MAX_PACKED_BYTES if path.suffix == ".gz" else MAX_FILE_BYTES
    try:
        if path.resolve().parent != recording.folder.resolve():
            raise ContentError(finding("MH001", "the rows lie outside the recording's folder", name))
        if path.stat().st_size > limit:
            raise _too_large(name, f"the file is larger than {limit // 2**20} MB")
        return path.open("rb")
    except OSError as error:
        at = ("tables", recording.tables.index(table))
        message = f"the rows of {table} cannot be read: {error.strerror}"
        hint = f"They belong in {name}."
        raise ContentError(recording.document.finding("MH016", message, at, hint=hint)) from None


def _bounded(file: IO[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    number = size = 0
    while raw := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        size += len(raw)
        if len(raw) > MAX_LINE_BYTES:
            span = Span(Position(number, 1), Position(number, 1))
            message = f"the line is longer than {MAX_LINE_BYTES // 2**20} MB"
            raise ContentError(finding("MH003", message, name, span))
        if size > MAX_FILE_BYTES:
            raise _too_large(name, f"the rows are larger than {MAX_FILE_BYTES // 2**20} MB when they are unpacked")
        if number > MAX_LINES:
            raise _too_large(name, f"the file has more than {MAX_LINES:,} lines")
        if not raw.isspace():
            yield number, raw


def _too_large(name: str, message: str) -> ContentError:
    return ContentError(finding("MH003", message, name, hint="Keep only the rows that tell the story."))

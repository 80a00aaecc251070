"""Reading text files of a project, with bounds."""

from __future__ import annotations

from pathlib import Path

from masthead.content.finding import ContentError, finding
from masthead.content.location import SourceFile


def relative_path(path: Path, root: Path) -> str:
    """`path` relative to `root`, with "/"; raises ContentError MH001 when it lies outside, links followed."""
    absolute = path if path.is_absolute() else root / path
    try:
        return absolute.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        hint = f"Masthead reads only files below the project's root, {root}."
        raise ContentError(finding("MH001", "the path lies outside the project", path.as_posix(), hint=hint)) from None
    except (OSError, RuntimeError) as error:
        raise ContentError(finding("MH001", f"the path cannot be followed: {error}", path.as_posix())) from None


def read_bytes(path: Path, root: Path, max_bytes: int) -> bytes:
    """What the file holds. Raises ContentError: MH001 when it cannot be read, MH003 beyond `max_bytes`."""
    name = relative_path(path, root)
    absolute = root / name
    try:
        if not absolute.is_file():
            problem = "this is a folder, not a file" if absolute.is_dir() else "the file does not exist"
            raise ContentError(finding("MH001", problem, name))
        with absolute.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise ContentError(finding("MH001", f"the file cannot be read: {error.strerror}", name)) from None
    if len(data) > max_bytes:
        size = f"{max_bytes // 1024 // 1024} MB" if max_bytes >= 1024 * 1024 else f"{max_bytes:,} bytes"
        raise ContentError(finding("MH003", f"the file is larger than {size}", name, hint="Split it."))
    return data


def read_text(path: Path, root: Path, max_bytes: int) -> SourceFile:
    """The text of the file, without byte order mark. Raises ContentError: MH001, MH002 not UTF-8, MH003."""
    data = read_bytes(path, root, max_bytes)
    name = relative_path(path, root)
    try:
        return SourceFile(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        readable = SourceFile(name, data.decode("utf-8-sig", errors="replace"))
        at = len(data[: error.start].decode("utf-8-sig"))
        message = f"the file is not UTF-8: byte 0x{data[error.start]:02x} cannot stand here"
        span = readable.span(at, at + 1)
        raise ContentError(finding("MH002", message, readable, span, hint="Save the file as UTF-8.")) from None

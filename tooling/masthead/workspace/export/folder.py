"""The folder that an export is written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from masthead.content.layout import DEPLOYED, FOLDERS
from masthead.workspace.export import arm, bicep
from masthead.workspace.export.template import MADE_FROM

_HEAD = 1000
"""Within how many bytes an exported file says that it is one."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What an export would do to a folder: the paths to write, and those to remove, as their content is gone."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def changes(folder: Path, files: Mapping[str, str]) -> Changes:
    """What is not in the folder as `files` have it. Files that no export has written are left alone."""
    written = [path for path, text in files.items() if not _holds(folder / path, text)]
    removed = [path for path in _exported(folder) if path not in files]
    return Changes(tuple(written), tuple(sorted(removed)))


def apply(folder: Path, files: Mapping[str, str], change: Changes) -> None:
    """Make the changes. Raises OSError."""
    for path in change.written:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(files[path].encode())
    for path in change.removed:
        (folder / path).unlink()


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _exported(folder: Path) -> list[str]:
    """The files there that an export has written, in either language, since Sentinel would deploy both."""
    found = []
    for kind in DEPLOYED:
        for path in (folder / FOLDERS[kind]).rglob("*"):
            if path.suffix in (arm.SUFFIX, bicep.SUFFIX) and path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    if MADE_FROM.encode() in file.read(_HEAD):
                        found.append(path.relative_to(folder).as_posix())
    return found

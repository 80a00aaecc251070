"""Finds the content files that a user means by a path."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from masthead.content.files import relative_path
from masthead.content.finding import ContentError, Finding, finding
from masthead.content.layout import (
    FOLDERS,
    NOTEBOOK_SUFFIXES,
    RECORDINGS,
    ROWS_SUFFIXES,
    SINGLE_FILES,
    SUFFIXES,
    WORKSPACES,
    ContentFile,
    Kind,
    kind_of,
)

_SKIPPED_FOLDERS = {"node_modules", "__pycache__", "build", "dist", "venv"}
_SNIFFED_BYTES = 64 * 1024

# Rules that do not lie under detections/ are known by keys that no other file has in its first column.
_RULE = re.compile(rb"^kind:[ \t]*[\"']?(?:Scheduled|NRT)\b", re.MULTILINE)
_QUERY = re.compile(rb"^query:", re.MULTILINE)
_HUNTING = re.compile(rb"^(?:tactics|relevantTechniques|requiredDataConnectors):", re.MULTILINE)


def project_files(root: Path) -> tuple[ContentFile, ...]:
    """All the content files of the project at `root`, in the folders of the layout, sorted by path."""
    found = [ContentFile(path, kind) for path, kind in SINGLE_FILES.items() if (root / path).is_file()]
    for folder in FOLDERS.values():
        found += (file for path in _walk(root / folder) if (file := _by_place(root, path)))
    return tuple(sorted(found))


def find_content(root: Path, paths: Iterable[Path]) -> tuple[ContentFile, ...]:
    """The content files that `paths` (files or folders, absolute or below the working folder) name, sorted, once each.

    A rule or hunting query outside the layout's folders is known by its keys. The CSV of a watchlist and the rows of a
    recording stand for the YAML file that describes them, rows of a watchlist in some workspace for workspaces.yaml.

    Raises ContentError: MH001 for a path that does not exist or lies outside `root`, MH010 for one without content.
    """
    found: set[ContentFile] = set()
    findings: list[Finding] = []
    for path in paths:
        try:
            found.update(_content_at(root, path.absolute()))
        except ContentError as error:
            findings += error.findings
    if findings:
        raise ContentError(findings)
    return tuple(sorted(found))


def _content_at(root: Path, path: Path) -> list[ContentFile]:
    name = relative_path(path, root)
    if path.is_dir():
        files = [file for each in _walk(path) if (file := _by_place(root, each) or _by_keys(root, each))]
        if not files:
            hint = f"Content is kept in {', '.join(f'{folder}/' for folder in FOLDERS.values())} and catalog/."
            raise ContentError(finding("MH010", "the folder holds no content", name, hint=hint))
        return files
    if not path.exists():
        raise ContentError(finding("MH001", "there is no such file or folder", name))
    described_by = _description_of(root, path, name)
    file = _by_place(root, described_by) or _by_keys(root, described_by)
    if not file:
        hint = "Name a rule, a hunting query, or another YAML file of the project's content."
        raise ContentError(finding("MH010", "this is not a content file", name, hint=hint))
    return [file]


def _description_of(root: Path, path: Path, name: str) -> Path:
    if path.name.endswith(ROWS_SUFFIXES) and name.startswith(RECORDINGS + "/"):
        return path.parent / "recording.yaml"
    if path.suffix == ".csv" and name.startswith(FOLDERS[Kind.WATCHLIST] + "/"):
        beside = path.with_suffix(".yaml")
        # Rows that a watchlist has in some workspace only are named there.
        return beside if beside.exists() else root / WORKSPACES
    return path


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _SKIPPED_FOLDERS)
        yield from (Path(parent) / file for file in sorted(files) if file.endswith((*SUFFIXES, *NOTEBOOK_SUFFIXES)))


def _by_place(root: Path, path: Path) -> ContentFile | None:
    # Links are followed only when the file is read, and there refused if they lead outside.
    name = PurePosixPath(os.path.relpath(path, root).replace(os.sep, "/")).as_posix()
    kind = kind_of(name)
    return ContentFile(name, kind) if kind and path.is_file() else None


def _by_keys(root: Path, path: Path) -> ContentFile | None:
    if not path.name.endswith(SUFFIXES) or not path.is_file():
        return None
    with path.open("rb") as file:
        text = file.read(_SNIFFED_BYTES)
    if not _QUERY.search(text):
        return None
    kind = Kind.DETECTION if _RULE.search(text) else Kind.HUNTING_QUERY if _HUNTING.search(text) else None
    return ContentFile(relative_path(path, root), kind) if kind else None

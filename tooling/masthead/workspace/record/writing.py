"""Writes a recording's folder: recording.yaml, and the rows of each table."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from masthead.content.document import read_document
from masthead.content.finding import ContentError
from masthead.content.layout import RECORDINGS, ContentFile, Kind
from masthead.content.recording import Recording
from masthead.content.rows import Schema, check_recording
from masthead.workspace.errors import WorkspaceError

DESCRIPTION = "recording.yaml"
"""The file that says what a recording is."""

_PLAIN_BYTES = 64 * 1024  # rows that are fewer are kept as they are, so that a diff shows them


@dataclass(frozen=True, slots=True)
class About:
    """What recording.yaml says besides the tables."""

    title: str
    description: str
    source: str
    how: str
    start: datetime
    end: datetime


def files_of(about: About, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, str]:
    """The files of a recording by their names, before any is compressed."""
    files = {f"{table}.ndjson": _lines(rows) for table, rows in tables.items()}
    return files | {DESCRIPTION: _about(about, list(tables))}


def write_files(root: Path, name: str, files: Mapping[str, str], schema: Schema, *, replace: bool) -> list[Path]:
    """Write a recording in the project at `root`; the paths of its files.

    The folder is complete, and was read again, before it takes its place. Raises WorkspaceError when there is one
    already, unless `replace`, or when what was written does not fit the tables, which is a defect.
    """
    folder = root / RECORDINGS / name
    if folder.exists() and not replace:
        hint = "Take another name, or --replace it."
        raise WorkspaceError(f"there is a recording {name} already", hint)
    if folder.exists() and any(folder.iterdir()) and not (folder / DESCRIPTION).is_file():
        raise WorkspaceError(f"{RECORDINGS}/{name} holds something else than a recording, which would be lost")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".recording-") as beside:
        new = Path(beside) / RECORDINGS / name
        new.mkdir(parents=True)
        for file, text in files.items():
            data = text.encode("utf-8")
            if file != DESCRIPTION and len(data) > _PLAIN_BYTES:
                (new / f"{file}.gz").write_bytes(compressed(data))
            else:
                (new / file).write_bytes(data)
        _check(Path(beside), f"{RECORDINGS}/{name}/{DESCRIPTION}", schema)
        if folder.exists():
            folder.rename(Path(beside) / "old")
        new.rename(folder)
    return sorted(folder.iterdir())


def _check(root: Path, path: str, schema: Schema) -> None:
    document = read_document(root / path, root)
    recording = Recording.read(document, ContentFile(path, Kind.RECORDING), root)
    if findings := check_recording(recording, schema):
        raise ContentError(findings)


def compressed(data: bytes) -> bytes:
    """`data` as gzip that tells nothing of when, where and by which name it was made."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n" for row in rows)


def _about(about: About, tables: list[str]) -> str:
    content = {
        "title": about.title,
        "description": about.description,
        "provenance": {"kind": "recorded", "source": about.source, "how": about.how},
        "period": {"from": _stamp(about.start), "to": _stamp(about.end)},
        "tables": tables,
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

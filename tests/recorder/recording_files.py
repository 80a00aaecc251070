"""Writes a recording's folder: recording.yaml, and the rows of each table, compressed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from masthead.workspace.record.writing import compressed
from recorder.privacy import private_things


class RecordingRefused(Exception):
    """The recording must not be written; `reasons` say why, one each."""

    def __init__(self, folder: Path, reasons: Sequence[str]) -> None:
        super().__init__(f"the recording {folder.name} is not written:\n" + "\n".join(f"- {each}" for each in reasons))
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class About:
    """What recording.yaml says besides the tables: see recording.schema.json for the meaning of each."""

    title: str
    description: str
    start: datetime
    end: datetime
    source: str
    how: str
    versions: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)
    """The tables whose rows were not recorded → derived (from objects of the same run) or constructed."""
    use_case: str = ""
    techniques: Sequence[str] = ()
    detect: str = ""
    peaceful: bool = False


def write_recording(
    folder: Path, about: About, tables: Mapping[str, Sequence[Mapping[str, Any]]], also: Iterable[str] = ()
) -> None:
    """Write the recording in place of what `folder` holds. Tables without rows are left out.

    The same rows give the same bytes wherever zlib compresses alike. The folder is complete before it takes the place
    of the old one, so what fails or is interrupted loses nothing.

    Raises RecordingRefused when there are no rows, when they or recording.yaml hold something private (the names in
    `also` included), and when `folder` holds something else than a recording.
    """
    filled = {table: rows for table, rows in tables.items() if rows}
    files = {f"{table}.ndjson.gz": _lines(rows) for table, rows in filled.items()}
    files["recording.yaml"] = _about(about, list(filled))
    also = tuple(also)
    reasons = [f"{name} holds {thing}" for name, text in files.items() for thing in private_things(text, also)]
    if not filled:
        reasons.append("it has no rows")
    if folder.exists() and any(folder.iterdir()) and not (folder / "recording.yaml").is_file():
        reasons.append("its folder holds something else than a recording, which would be lost")
    if reasons:
        raise RecordingRefused(folder, reasons)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
        new, old = Path(beside, "new"), Path(beside, "old")
        new.mkdir()
        for name, text in files.items():
            data = text.encode("utf-8")
            (new / name).write_bytes(compressed(data) if name.endswith(".gz") else data)
        _exchange(folder, new, old)


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)


def _about(about: About, tables: list[str]) -> str:
    provenance: dict[str, Any] = {"kind": "recorded", "source": about.source, "how": about.how}
    if about.versions:
        provenance["versions"] = dict(about.versions)
    if others := {table: about.provenance[table] for table in tables if table in about.provenance}:
        provenance["tables"] = others
    story = {
        "useCase": about.use_case,
        "techniques": list(about.techniques),
        "detect": about.detect,
        "peaceful": about.peaceful,
    }
    content = {
        "title": about.title,
        "description": _Prose(about.description),
        **{key: value for key, value in story.items() if value},
        "provenance": provenance,
        "period": {"from": _stamp(about.start), "to": _stamp(about.end)},
        "tables": tables,
    }
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Dumper(yaml.SafeDumper):
    """Writes sentences as folded text, so that nothing in them is escaped."""


class _Prose(str):
    """Text of more than a line."""


_Dumper.add_representer(
    _Prose, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=">")
)


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _exchange(folder: Path, new: Path, old: Path) -> None:
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except BaseException:
        if old.exists():
            old.rename(folder)
        raise

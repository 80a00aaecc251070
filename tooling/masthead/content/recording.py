"""Recordings: logs kept to test content with, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Self

from masthead.content.document import Document
from masthead.content.finding import ContentError
from masthead.content.instants import parse_instant
from masthead.content.layout import ContentFile, Kind
from masthead.content.model import Content
from masthead.content.schema import checked_data


class ProvenanceKind(StrEnum):
    """Where rows come from, from the strongest proof to the weakest."""

    RECORDED = "recorded"
    VENDOR_SAMPLE = "vendor-sample"
    CONSTRUCTED = "constructed"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a recording comes from: its kind, the source, how rows were made from it, and versions of what ran."""

    kind: ProvenanceKind
    source: str
    how: str | None
    versions: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recording(Content):
    """A recording; cases call it by its `name`, the path of its folder below tests/recordings.

    It plays from `start` to `end`. `rows.read_rows` reads its rows on demand.
    """

    title: str
    description: str
    provenance: Provenance
    start: datetime
    end: datetime
    tables: tuple[str, ...]
    root: Path

    @property
    def name(self) -> str:
        """The path of its folder below tests/recordings, like kubernetes/quiet-day."""
        return self.slug

    @property
    def folder(self) -> Path:
        """The folder with its files, absolute if the project's root is."""
        return self.root / PurePosixPath(self.path).parent

    def rows_path(self, table: str) -> Path:
        """The file with the rows of `table`."""
        return self.folder / f"{table}.ndjson"

    @classmethod
    def read(cls, document: Document, file: ContentFile, root: Path) -> Self:
        """The recording in `document`; raises ContentError with what its schema refuses, MH008 for a period's order."""
        data = checked_data(document, Kind.RECORDING)
        start, end = parse_instant(data["period"]["from"]), parse_instant(data["period"]["to"])
        if end <= start:
            raise ContentError(document.finding("MH008", "the period ends before it starts", ("period", "to")))
        origin = data["provenance"]
        return cls(
            file=file,
            document=document,
            title=data["title"],
            description=data["description"],
            provenance=Provenance(
                ProvenanceKind(origin["kind"]), origin["source"], origin.get("how"), origin.get("versions") or {}
            ),
            start=start,
            end=end,
            tables=tuple(data["tables"]),
            root=root,
        )

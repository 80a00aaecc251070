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
from masthead.content.layout import ROWS_SUFFIXES, ContentFile, Kind
from masthead.content.model import Content
from masthead.content.schema import checked_data


class ProvenanceKind(StrEnum):
    """Where rows come from, from the strongest proof to the weakest.

    *Derived* rows were worked out from objects that were captured in the same run. The objects are real, but which
    columns they fill, and how, is our reading of the documentation: so they prove less than rows that the vendor itself
    has written, and more than rows of which nothing has happened.
    """

    RECORDED = "recorded"
    VENDOR_SAMPLE = "vendor-sample"
    DERIVED = "derived"
    CONSTRUCTED = "constructed"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a recording comes from: its kind, the source, how rows were made from it, and versions of what ran.

    `tables` are the tables whose rows are of another kind.
    """

    kind: ProvenanceKind
    source: str
    how: str | None
    versions: dict[str, str]
    tables: dict[str, ProvenanceKind]

    def of(self, table: str) -> ProvenanceKind:
        """Where the rows of `table` come from."""
        return self.tables.get(table, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recording(Content):
    """A recording; cases call it by its `name`, the path of its folder below tests/recordings.

    It plays from `start` to `end`. `rows.read_rows` reads its rows on demand. `use_case`, `techniques` (of ATT&CK) and
    `detect`, what a detection should see, are empty where the recording does not say. In a `peaceful` one nothing
    happens that should alarm anybody.
    """

    title: str
    description: str
    use_case: str
    techniques: tuple[str, ...]
    detect: str
    peaceful: bool
    provenance: Provenance
    start: datetime
    end: datetime
    tables: tuple[str, ...]
    root: Path

    @property
    def name(self) -> str:
        """The path of its folder below tests/recordings, like kubernetes/working-day."""
        return self.slug

    @property
    def folder(self) -> Path:
        """The folder with its files, absolute if the project's root is."""
        return self.root / PurePosixPath(self.path).parent

    def rows_path(self, table: str) -> Path:
        """The file with the rows of `table`: <Table>.ndjson, or <Table>.ndjson.gz if only that is there."""
        plain, packed = (self.folder / f"{table}{suffix}" for suffix in ROWS_SUFFIXES)
        return packed if packed.exists() and not plain.exists() else plain

    @classmethod
    def read(cls, document: Document, file: ContentFile, root: Path) -> Self:
        """The recording in `document`.

        Raises ContentError: what its schema refuses, MH008 for a period's order, MH016 for a table under provenance
        that it does not have.
        """
        data = checked_data(document, Kind.RECORDING)
        start, end = parse_instant(data["period"]["from"]), parse_instant(data["period"]["to"])
        if end <= start:
            raise ContentError(document.finding("MH008", "the period ends before it starts", ("period", "to")))
        origin = data["provenance"]
        if unknown := [
            document.finding("MH016", f"the recording has no table {table}", ("provenance", "tables", table), key=True)
            for table in origin.get("tables") or {}
            if table not in data["tables"]
        ]:
            raise ContentError(unknown)
        return cls(
            file=file,
            document=document,
            title=data["title"],
            description=data["description"],
            use_case=data.get("useCase", ""),
            techniques=tuple(data.get("techniques") or ()),
            detect=data.get("detect", ""),
            peaceful=data.get("peaceful", False),
            provenance=Provenance(
                ProvenanceKind(origin["kind"]),
                origin["source"],
                origin.get("how"),
                origin.get("versions") or {},
                {table: ProvenanceKind(kind) for table, kind in (origin.get("tables") or {}).items()},
            ),
            start=start,
            end=end,
            tables=tuple(data["tables"]),
            root=root,
        )

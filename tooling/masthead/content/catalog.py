"""The catalog: what is watched and why (use cases), with which logs (sources), and what these hold (tables)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from masthead.content.document import Document, ValuePath
from masthead.content.durations import parse_duration
from masthead.content.layout import ContentFile, Kind
from masthead.content.model import Content
from masthead.content.schema import checked_data


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UseCase:
    """A use case: the log sources it rests on, others that help, and its risks (slug → description).
    `not_shown` says of some risks why no log can show them, and what would.

    `document` and `at` say where the catalog defines it.
    """

    slug: str
    title: str
    description: str
    log_sources: tuple[str, ...]
    also_useful: tuple[str, ...]
    risks: dict[str, str]
    not_shown: dict[str, str]
    document: Document
    at: ValuePath


def read_use_cases(document: Document) -> tuple[UseCase, ...]:
    """The use cases in `document`, in its order; raises ContentError with what the schema refuses."""
    data = checked_data(document, Kind.USE_CASES)
    return tuple(
        UseCase(
            slug=each["slug"],
            title=each["title"],
            description=each["description"],
            log_sources=tuple(each["logSources"]),
            also_useful=tuple(each.get("alsoUseful") or ()),
            risks=each["risks"],
            not_shown=each.get("notShown") or {},
            document=document,
            at=("use_cases", index),
        )
        for index, each in enumerate(data["use_cases"])
    )


@dataclass(frozen=True, slots=True)
class Connector:
    """A Sentinel data connector of a log source.

    `id` is what a rule's requiredDataConnectors names; it is None for data that arrives without a connector.
    """

    id: str | None
    title: str
    status: str | None
    kind: str | None
    data_types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogSource(Content):
    """A log source: connectors and the tables they fill.

    `freshness` is the age beyond which its newest row means that the source has stopped; `delay` is how long rows
    usually take to arrive; `check` says how to see whether it is connected.
    """

    title: str
    description: str
    connectors: tuple[Connector, ...]
    tables: tuple[str, ...]
    freshness: timedelta | None
    delay: timedelta | None
    check: dict[str, Any]
    notes: tuple[str, ...]

    @classmethod
    def read(cls, document: Document, file: ContentFile) -> Self:
        """The log source in `document`; raises ContentError with what its schema refuses."""
        data = checked_data(document, Kind.LOG_SOURCE)
        return cls(
            file=file,
            document=document,
            title=data["title"],
            description=data["description"],
            connectors=tuple(_connector(each) for each in data.get("connectors") or ()),
            tables=tuple(data["tables"]),
            freshness=_duration(data.get("freshness")),
            delay=_duration(data.get("delay")),
            check=data.get("check") or {},
            notes=_notes(data.get("notes")),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table(Content):
    """A Log Analytics table: its columns with their Kusto types, and the descriptions of those that have one."""

    name: str
    description: str
    sources: tuple[str, ...]
    columns: dict[str, str]
    column_descriptions: dict[str, str]
    notes: tuple[str, ...]

    @classmethod
    def read(cls, document: Document, file: ContentFile) -> Self:
        """The table in `document`; raises ContentError with what its schema refuses."""
        data = checked_data(document, Kind.TABLE)
        columns = {name: each if isinstance(each, dict) else {"type": each} for name, each in data["columns"].items()}
        return cls(
            file=file,
            document=document,
            name=data["name"],
            description=data["description"],
            sources=tuple(data.get("sources") or ()),
            columns={name: each["type"] for name, each in columns.items()},
            column_descriptions={name: each["description"] for name, each in columns.items() if "description" in each},
            notes=_notes(data.get("notes")),
        )


def _connector(data: dict[str, Any]) -> Connector:
    return Connector(
        id=data.get("id"),
        title=data["title"],
        status=data.get("status"),
        kind=data.get("kind"),
        data_types=tuple(data.get("dataTypes") or ()),
    )


def _duration(text: str | None) -> timedelta | None:
    return parse_duration(text) if text else None


def _notes(notes: str | list[str] | None) -> tuple[str, ...]:
    return (notes,) if isinstance(notes, str) else tuple(notes or ())

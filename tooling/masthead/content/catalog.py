"""The catalog: what is watched and why (use cases), with which logs (sources), and what these hold (tables)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from masthead.content.connecting import (
    ConnectorResource,
    DiagnosticSetting,
    Solution,
    Step,
    read_resource,
    read_setting,
    read_solution,
    read_steps,
)
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

    `id` is what a rule's requiredDataConnectors names; it is None for data that arrives without a connector. solution:
    what brings it. resource: what it becomes once it is connected; None where only rows tell.
    """

    id: str | None
    title: str
    status: str | None
    kind: str | None
    data_types: tuple[str, ...]
    solution: Solution | None = None
    resource: ConnectorResource | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogSource(Content):
    """A log source: connectors and the tables they fill.

    `freshness` is the age beyond which its newest row means that the source has stopped, `freshness_of` that of tables
    which are quieter; `delay` is how long rows usually take to arrive. rows_of: for tables that others fill too, a
    condition for the rows that are its own. `check` says how to see whether it is connected, `diagnostic_setting` and
    `connect` what to do about it.
    """

    title: str
    description: str
    connectors: tuple[Connector, ...]
    tables: tuple[str, ...]
    freshness: timedelta | None
    freshness_of: dict[str, timedelta]
    rows_of: dict[str, str]
    delay: timedelta | None
    diagnostic_setting: DiagnosticSetting | None
    connect: tuple[Step, ...]
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
            freshness_of={table: parse_duration(each) for table, each in (data.get("freshnessOf") or {}).items()},
            rows_of=data.get("rowsOf") or {},
            delay=_duration(data.get("delay")),
            diagnostic_setting=read_setting(data.get("diagnosticSetting")),
            connect=read_steps(data.get("connect")),
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
        solution=read_solution(data.get("solution")),
        resource=read_resource(data.get("resource")),
    )


def _duration(text: str | None) -> timedelta | None:
    return parse_duration(text) if text else None


def _notes(notes: str | list[str] | None) -> tuple[str, ...]:
    return (notes,) if isinstance(notes, str) else tuple(notes or ())

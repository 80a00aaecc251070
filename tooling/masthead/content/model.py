"""Analytics rules and hunting queries: the Azure-Sentinel YAML format, typed.

Every object is made from data that its JSON Schema accepts and keeps its `document`, so that whoever has something
to say about it can point at the line. Field names are Sentinel's, in Python's spelling.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from masthead.content.document import Document
from masthead.content.durations import parse_duration
from masthead.content.layout import ContentFile, Kind
from masthead.content.schema import checked_data


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Content:
    """What every piece of content has: the file it is and the document it was read from."""

    file: ContentFile
    document: Document

    @property
    def path(self) -> str:
        """The file's path relative to the project's root."""
        return self.file.path

    @property
    def slug(self) -> str:
        """The name of the file, by which the project calls this piece of content."""
        return self.file.slug

    @property
    def use_case(self) -> str | None:
        """The slug of its use case: the folder it lies in."""
        return self.file.use_case


@dataclass(frozen=True, slots=True)
class RequiredConnector:
    """A connector that must be connected, and the data types (mostly tables) it must bring."""

    connector_id: str
    data_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """The entity's `identifier` takes its value from the query's column `column_name`."""

    identifier: str
    column_name: str


@dataclass(frozen=True, slots=True)
class EntityMapping:
    """One entity for each row: its type and where its identifiers come from."""

    entity_type: str
    fields: tuple[FieldMapping, ...]


@dataclass(frozen=True, slots=True)
class AlertDetailsOverride:
    """What a row puts in place of the rule's own title, description, tactics, severity and other properties.

    The formats hold `{{Column}}` placeholders; `dynamic_properties` maps alert properties to columns.
    """

    display_name_format: str | None
    description_format: str | None
    tactics_column: str | None
    severity_column: str | None
    dynamic_properties: dict[str, str]


@dataclass(frozen=True, slots=True)
class Grouping:
    """How a rule's alerts come together in incidents."""

    enabled: bool
    reopen_closed_incident: bool
    lookback_duration: timedelta
    matching_method: str
    by_entities: tuple[str, ...]
    by_alert_details: tuple[str, ...]
    by_custom_details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IncidentConfiguration:
    """Whether alerts become incidents, and how they are grouped; without `grouping` each alert is its own incident."""

    create_incident: bool
    grouping: Grouping | None


def addresses(risks: Iterable[str], use_case: str | None) -> tuple[tuple[str | None, str], ...]:
    """Risks as content of a use case writes them, as (slug of the use case, slug of the risk)."""
    return tuple((risk.split("/", 1)[0], risk.split("/", 1)[1]) if "/" in risk else (use_case, risk) for risk in risks)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Query(Content):
    """What analytics rules and hunting queries share.

    `risks` are as written: the slug of a risk of the same use case, or `use-case/risk` for another's.
    """

    id: str
    name: str
    description: str
    query: str
    version: str | None
    tactics: tuple[str, ...]
    relevant_techniques: tuple[str, ...]
    required_data_connectors: tuple[RequiredConnector, ...]
    entity_mappings: tuple[EntityMapping, ...]
    custom_details: dict[str, str]
    tags: tuple[Any, ...]
    metadata: dict[str, Any]

    @property
    def risks(self) -> tuple[str, ...]:
        """The risks it addresses, as written under `metadata`."""
        return tuple(self.metadata.get("risks") or ())

    @property
    def risk_addresses(self) -> tuple[tuple[str | None, str], ...]:
        """The risks it addresses as (slug of the use case, slug of the risk)."""
        return addresses(self.risks, self.use_case)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detection(Query):
    """An analytics rule. The schedule (`query_frequency` to `trigger_threshold`) is None in an NRT rule.

    `trigger_operator` is gt, lt, eq or ne; `event_grouping` is SingleAlert or AlertPerResult.
    """

    kind: str
    severity: str
    status: str | None
    enabled: bool
    query_frequency: timedelta | None
    query_period: timedelta | None
    trigger_operator: str | None
    trigger_threshold: int | None
    alert_details_override: AlertDetailsOverride | None
    event_grouping: str
    incident_configuration: IncidentConfiguration | None
    suppression_enabled: bool
    suppression_duration: timedelta | None

    @property
    def is_nrt(self) -> bool:
        """Whether the rule is near-real-time: run each minute over what was ingested since."""
        return self.kind == "NRT"

    @classmethod
    def read(cls, document: Document, file: ContentFile) -> Self:
        """The rule in `document`; raises ContentError with what its schema refuses."""
        data = checked_data(document, Kind.DETECTION)
        grouping = data.get("eventGroupingSettings") or {}
        return cls(
            **_query_fields(data),
            file=file,
            document=document,
            kind=data["kind"],
            severity=data["severity"],
            status=data.get("status"),
            enabled=data.get("enabled", True),
            query_frequency=_duration(data.get("queryFrequency")),
            query_period=_duration(data.get("queryPeriod")),
            trigger_operator=_OPERATORS.get(str(data.get("triggerOperator")).lower()),
            trigger_threshold=data.get("triggerThreshold"),
            alert_details_override=_override(data.get("alertDetailsOverride")),
            event_grouping=grouping.get("aggregationKind", "SingleAlert"),
            incident_configuration=_incidents(data.get("incidentConfiguration")),
            suppression_enabled=data.get("suppressionEnabled") or False,
            suppression_duration=_duration(data.get("suppressionDuration")),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HuntingQuery(Query):
    """A query that an analyst runs by hand."""

    @classmethod
    def read(cls, document: Document, file: ContentFile) -> Self:
        """The hunting query in `document`; raises ContentError with what its schema refuses."""
        data = checked_data(document, Kind.HUNTING_QUERY)
        return cls(**_query_fields(data), file=file, document=document)


_OPERATORS = {"gt": "gt", "lt": "lt", "eq": "eq", "ne": "ne"}
_OPERATORS |= {"greaterthan": "gt", "lessthan": "lt", "equal": "eq", "notequal": "ne"}


def _duration(text: str | None) -> timedelta | None:
    return parse_duration(text) if text else None


def _strings(values: list[str] | None) -> tuple[str, ...]:
    return tuple(values or ())


def _query_fields(data: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": data["id"],
        "name": data["name"],
        "description": data["description"],
        "query": data["query"],
        "version": data.get("version"),
        "tactics": _strings(data.get("tactics")),
        "relevant_techniques": _strings(data.get("relevantTechniques")),
        "required_data_connectors": tuple(
            RequiredConnector(each["connectorId"], _strings(each.get("dataTypes")))
            for each in data.get("requiredDataConnectors") or ()
        ),
        "entity_mappings": tuple(
            EntityMapping(
                each["entityType"],
                tuple(FieldMapping(field["identifier"], field["columnName"]) for field in each["fieldMappings"]),
            )
            for each in data.get("entityMappings") or ()
        ),
        "custom_details": data.get("customDetails") or {},
        "tags": tuple(data.get("tags") or ()),
        "metadata": data.get("metadata") or {},
    }


def _override(data: dict[str, Any] | None) -> AlertDetailsOverride | None:
    if not data:
        return None
    return AlertDetailsOverride(
        display_name_format=data.get("alertDisplayNameFormat"),
        description_format=data.get("alertDescriptionFormat"),
        tactics_column=data.get("alertTacticsColumnName"),
        severity_column=data.get("alertSeverityColumnName"),
        dynamic_properties={each["alertProperty"]: each["value"] for each in data.get("alertDynamicProperties") or ()},
    )


def _incidents(data: dict[str, Any] | None) -> IncidentConfiguration | None:
    if not data:
        return None
    grouping = data.get("groupingConfiguration")
    return IncidentConfiguration(
        create_incident=data["createIncident"],
        grouping=Grouping(
            enabled=grouping["enabled"],
            reopen_closed_incident=grouping["reopenClosedIncident"],
            lookback_duration=parse_duration(grouping["lookbackDuration"]),
            matching_method=grouping["matchingMethod"],
            by_entities=_strings(grouping.get("groupByEntities")),
            by_alert_details=_strings(grouping.get("groupByAlertDetails")),
            by_custom_details=_strings(grouping.get("groupByCustomDetails")),
        )
        if grouping
        else None,
    )

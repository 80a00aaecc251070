"""An analytics rule as Sentinel's API takes it (2025-10-01-preview, the first kind of versions that know NRT rules)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from masthead.content.durations import iso_duration
from masthead.content.model import AlertDetailsOverride, Detection, Grouping, IncidentConfiguration

TEMPLATE = "template"
"""The key under `metadata` that names the gallery's template a rule was made from: `{id: GUID, version: 1.0.0}`."""

OPERATORS = {"gt": "GreaterThan", "lt": "LessThan", "eq": "Equal", "ne": "NotEqual"}

SUPPRESSION = timedelta(hours=5)
"""What the portal sends where suppression is off; the API insists on a duration."""

_UNGROUPED = Grouping(False, False, timedelta(hours=5), "AllEntities", (), (), ())


def detection_body(detection: Detection) -> dict[str, Any]:
    """The body of a PUT of the rule. What has a default in Sentinel is said all the same: nothing depends on it then.

    No templateVersion: the API refuses one without the name of a template ("can only be used if alertRuleTemplateName
    is not empty"), which only a rule from Sentinel's gallery has.
    """
    schedule: dict[str, Any] = {}
    if not detection.is_nrt:
        schedule = {
            "queryFrequency": _iso(detection.query_frequency),
            "queryPeriod": _iso(detection.query_period),
            "triggerOperator": OPERATORS[detection.trigger_operator or "gt"],
            "triggerThreshold": detection.trigger_threshold,
        }
    techniques = detection.relevant_techniques
    properties: dict[str, Any] = {
        "displayName": detection.name,
        "description": detection.description,
        "severity": detection.severity,
        "enabled": detection.enabled,
        "query": detection.query,
        **schedule,
        "suppressionEnabled": detection.suppression_enabled,
        "suppressionDuration": _iso(detection.suppression_duration or SUPPRESSION),
        "tactics": list(detection.tactics),
        "techniques": list(dict.fromkeys(each.partition(".")[0] for each in techniques)),
        "subTechniques": list(dict.fromkeys(each for each in techniques if "." in each)),
        "eventGroupingSettings": {"aggregationKind": detection.event_grouping},
        "incidentConfiguration": _incidents(detection.incident_configuration),
        **_mappings(detection),
    }
    template = detection.metadata.get(TEMPLATE)
    if isinstance(template, Mapping) and template.get("id"):
        properties["alertRuleTemplateName"] = template["id"]
        if template.get("version"):
            properties["templateVersion"] = template["version"]
    return {"kind": detection.kind, "properties": properties}


def _iso(duration: timedelta | None) -> str | None:
    return iso_duration(duration) if duration is not None else None


def _mappings(detection: Detection) -> dict[str, Any]:
    """How columns become entities, details and titles, as far as the rule says."""
    made: dict[str, Any] = {}
    if detection.entity_mappings:
        made["entityMappings"] = [
            {
                "entityType": each.entity_type,
                "fieldMappings": [
                    {"identifier": field.identifier, "columnName": field.column_name} for field in each.fields
                ],
            }
            for each in detection.entity_mappings
        ]
    if ready := detection.document.data.get("sentinelEntitiesMappings"):
        made["sentinelEntitiesMappings"] = [{"columnName": each["columnName"]} for each in ready]
    if detection.custom_details:
        made["customDetails"] = dict(detection.custom_details)
    if detection.alert_details_override:
        made["alertDetailsOverride"] = _override(detection.alert_details_override)
    return made


def _override(override: AlertDetailsOverride) -> dict[str, Any]:
    made: dict[str, Any] = {
        "alertDisplayNameFormat": override.display_name_format,
        "alertDescriptionFormat": override.description_format,
        "alertTacticsColumnName": override.tactics_column,
        "alertSeverityColumnName": override.severity_column,
    }
    if override.dynamic_properties:
        made["alertDynamicProperties"] = [
            {"alertProperty": name, "value": column} for name, column in override.dynamic_properties.items()
        ]
    return {name: value for name, value in made.items() if value is not None}


def _incidents(configuration: IncidentConfiguration | None) -> dict[str, Any]:
    grouping = (configuration.grouping if configuration else None) or _UNGROUPED
    return {
        "createIncident": configuration.create_incident if configuration else True,
        "groupingConfiguration": {
            "enabled": grouping.enabled,
            "reopenClosedIncident": grouping.reopen_closed_incident,
            "lookbackDuration": iso_duration(grouping.lookback_duration),
            "matchingMethod": grouping.matching_method,
            "groupByEntities": list(grouping.by_entities),
            "groupByAlertDetails": list(grouping.by_alert_details),
            "groupByCustomDetails": list(grouping.by_custom_details),
        },
    }

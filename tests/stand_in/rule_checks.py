"""What the body of an alert rule may hold, with the service's limits.

Names are those of the REST API (2025-10-01-preview); limits are from
https://learn.microsoft.com/azure/sentinel/sentinel-service-limits and the pages on creating analytics rules.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from stand_in.collection import body_of
from stand_in.durations import read_duration
from stand_in.shape import (
    Check,
    Fields,
    Wrong,
    boolean,
    duration,
    integer,
    list_of,
    mapping,
    one_of,
    text,
    words,
)

MINUTES_5, DAYS_14, DAY = timedelta(minutes=5), timedelta(days=14), timedelta(days=1)

TACTICS = words(
    "Reconnaissance ResourceDevelopment InitialAccess Execution Persistence PrivilegeEscalation DefenseEvasion "
    "CredentialAccess Discovery LateralMovement Collection Exfiltration CommandAndControl Impact PreAttack "
    "ImpairProcessControl InhibitResponseFunction"
)
ENTITIES = words(
    "Account Host IP Malware File Process CloudApplication DNS AzureResource FileHash RegistryKey RegistryValue "
    "SecurityGroup URL Mailbox MailCluster MailMessage SubmissionMail"
)
PROPERTIES_OF_ALERTS = words(
    "AlertLink ConfidenceLevel ConfidenceScore ExtendedLinks ProductName ProviderName ProductComponentName "
    "RemediationSteps Techniques SubTechniques"
)

SEVERITY = one_of("High", "Medium", "Low", "Informational")

_column = text(500, least=1)
_grouping = Fields(
    {
        "enabled": boolean,
        "reopenClosedIncident": boolean,
        "lookbackDuration": duration(MINUTES_5, timedelta(days=7)),
        "matchingMethod": one_of("AllEntities", "AnyAlert", "Selected"),
    },
    {
        "groupByEntities": list_of(one_of(*ENTITIES), distinct=True),
        "groupByAlertDetails": list_of(one_of("DisplayName", "Severity"), distinct=True),
        "groupByCustomDetails": list_of(text(20, least=1), distinct=True),
    },
)
_common: dict[str, Check] = {
    "displayName": text(256, least=1),
    "enabled": boolean,
    "query": text(10_000, least=1),
    "severity": SEVERITY,
    "suppressionEnabled": boolean,
    "suppressionDuration": duration(MINUTES_5, DAY),
}
_common_optional: dict[str, Check] = {
    "alertRuleTemplateName": text(least=1),
    "templateVersion": text(20, form=r"\d+\.\d+\.\d+"),
    "description": text(5_000),
    "tactics": list_of(one_of(*TACTICS), distinct=True),
    "techniques": list_of(text(form=r"T\d{4}"), distinct=True),
    "subTechniques": list_of(text(form=r"T\d{4}\.\d{3}"), distinct=True),
    "incidentConfiguration": Fields({"createIncident": boolean}, {"groupingConfiguration": _grouping}),
    "eventGroupingSettings": Fields({"aggregationKind": one_of("SingleAlert", "AlertPerResult")}),
    "customDetails": mapping(text(20, form=r"[a-zA-Z]\w*"), _column, 20),
    "entityMappings": list_of(
        Fields(
            {
                "entityType": one_of(*ENTITIES),
                "fieldMappings": list_of(Fields({"identifier": text(least=1), "columnName": _column}), least=1, most=3),
            }
        ),
        most=10,
    ),
    "sentinelEntitiesMappings": list_of(Fields({"columnName": _column}), most=5),
    "alertDetailsOverride": Fields(
        {},
        {
            "alertDisplayNameFormat": text(256, least=1),
            "alertDescriptionFormat": text(5_000, least=1),
            "alertTacticsColumnName": _column,
            "alertSeverityColumnName": _column,
            "alertDynamicProperties": list_of(
                Fields({"alertProperty": one_of(*PROPERTIES_OF_ALERTS), "value": _column}), most=10
            ),
        },
    ),
}
_schedule: dict[str, Check] = {
    "queryFrequency": duration(MINUTES_5, DAYS_14),
    "queryPeriod": duration(MINUTES_5, DAYS_14),
    "triggerOperator": one_of("GreaterThan", "LessThan", "Equal", "NotEqual"),
    "triggerThreshold": integer(0, 10_000),
}
_read_only = ("lastModifiedUtc",)

BODIES: dict[str, Check] = {
    "Scheduled": body_of(
        Fields({**_common, **_schedule}, _common_optional, _read_only),
        {"kind": one_of("Scheduled")},
    ),
    "NRT": body_of(Fields(_common, _common_optional, _read_only), {"kind": one_of("NRT")}),
    "Fusion": body_of(
        Fields(
            {"alertRuleTemplateName": text(least=1), "enabled": boolean},
            {},
            ("displayName", "description", "severity", "tactics", "techniques", "lastModifiedUtc"),
        ),
        {"kind": one_of("Fusion")},
    ),
    "MicrosoftSecurityIncidentCreation": body_of(
        Fields(
            {"displayName": text(256, least=1), "enabled": boolean, "productFilter": text(least=1)},
            {
                "alertRuleTemplateName": text(),
                "description": text(5_000),
                "severitiesFilter": list_of(SEVERITY),
                "displayNamesFilter": list_of(text()),
                "displayNamesExcludeFilter": list_of(text()),
            },
            _read_only,
        ),
        {"kind": one_of("MicrosoftSecurityIncidentCreation")},
    ),
}
"""By kind; other kinds the stand-in does not know."""

_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_EVERYTHING = re.compile(r"\b(?:search|union)\s+\*", re.IGNORECASE)


def check_together(body: dict[str, Any]) -> None:
    """What several fields must be together. Raises Wrong."""
    properties = body["properties"]
    if body["kind"] == "Scheduled":
        frequency, period = (read_duration(properties[name]) for name in ("queryFrequency", "queryPeriod"))
        if frequency > period:
            raise Wrong("properties.queryPeriod", "must be at least as long as queryFrequency")
        if period >= timedelta(days=2) and frequency < timedelta(hours=1):
            raise Wrong("properties.queryFrequency", "must be at least PT1H where queryPeriod is P2D or more")
    if _EVERYTHING.search(properties.get("query", "")):
        raise Wrong("properties.query", "must not contain 'search *' or 'union *'")
    override = properties.get("alertDetailsOverride") or {}
    for name in ("alertDisplayNameFormat", "alertDescriptionFormat"):
        if len(set(_PLACEHOLDER.findall(override.get(name, "")))) > 3:
            raise Wrong(f"properties.alertDetailsOverride.{name}", "has more than 3 parameters")
    _check_grouping(properties)


def _check_grouping(properties: dict[str, Any]) -> None:
    grouping = (properties.get("incidentConfiguration") or {}).get("groupingConfiguration") or {}
    where = "properties.incidentConfiguration.groupingConfiguration"
    chosen = [grouping.get(f"groupBy{each}") for each in ("Entities", "AlertDetails", "CustomDetails")]
    if grouping.get("matchingMethod") == "Selected" and not any(chosen):
        raise Wrong(where, "matchingMethod Selected needs something to group by")
    mapped = {each["entityType"] for each in properties.get("entityMappings") or ()}
    if unmapped := sorted(set(grouping.get("groupByEntities") or ()) - mapped):
        raise Wrong(f"{where}.groupByEntities", f"{unmapped[0]} is not mapped by entityMappings")
    details = properties.get("customDetails") or {}
    if unknown := sorted(set(grouping.get("groupByCustomDetails") or ()) - set(details)):
        raise Wrong(f"{where}.groupByCustomDetails", f"{unknown[0]} is not one of customDetails")

"""A workspace in use: content of others, solutions, connectors in several states."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from stand_in.normal import normalised_rule
from stand_in.populate_hub import populate_hub

if TYPE_CHECKING:
    from stand_in.stand_in import StandIn

OTHERS = "sam@contoso.example"
"""Who made what is there before us."""

_FUSION = "f71aba3d-28fb-450b-b192-4e76a83015c8"


def populate(stand_in: StandIn) -> None:
    """Put there what is not ours."""
    before = stand_in.clock.passed
    stand_in.clock.passed -= timedelta(days=90)  # it has been there for long
    try:
        _rules(stand_in)
        _searches(stand_in)
        _others(stand_in)
        populate_hub(stand_in, OTHERS)
    finally:
        stand_in.clock.passed = before


def _rules(stand_in: StandIn) -> None:
    make = stand_in.portal.make
    fusion = {
        "alertRuleTemplateName": _FUSION,
        "displayName": "Advanced Multistage Attack Detection",
        "description": "Fusion",
        "enabled": True,
        "severity": "High",
        "tactics": ["Collection", "CommandAndControl"],
        "techniques": [],
        "lastModifiedUtc": "2026-01-05T10:00:00.0000000Z",
    }
    make("alertRules", "BuiltInFusion", {"kind": "Fusion", "properties": fusion}, "Azure Sentinel")
    incidents = {
        "productFilter": "Microsoft Defender for Cloud",
        "severitiesFilter": ["High"],
        "displayNamesFilter": None,
        "displayNamesExcludeFilter": None,
        "displayName": "Create incidents of Microsoft Defender for Cloud",
        "description": "",
        "enabled": True,
        "alertRuleTemplateName": None,
        "lastModifiedUtc": "2026-01-05T10:00:00.0000000Z",
    }
    body = {"kind": "MicrosoftSecurityIncidentCreation", "properties": incidents}
    make("alertRules", named("defender incidents"), body, OTHERS)
    for title, table in (("Many failed sign-ins", "SigninLogs"), ("Someone else's rule", "AuditLogs")):
        make("alertRules", named(title), _scheduled(stand_in, title, f"{table}\n| take 10"), OTHERS)


def _scheduled(stand_in: StandIn, title: str, query: str) -> dict[str, Any]:
    properties = {
        "displayName": title,
        "description": "Not of this repository.",
        "enabled": True,
        "severity": "Low",
        "query": query,
        "queryFrequency": "PT1H",
        "queryPeriod": "PT1H",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionEnabled": False,
        "suppressionDuration": "PT5H",
        "tactics": ["CredentialAccess"],
        "lastModifiedUtc": "2026-01-05T10:00:00.0000000Z",
    }
    return normalised_rule({"kind": "Scheduled", "properties": properties}, stand_in.azure.quirks)


def _searches(stand_in: StandIn) -> None:
    saved = {
        "Errors of last week": {"category": "Team", "query": "AzureActivity | where Level == 'Error'"},
        "TeamSignIns": {
            "category": "Functions",
            "query": "SigninLogs | where TimeGenerated > ago(days * 1d)",
            "functionAlias": "TeamSignIns",
            "functionParameters": "days: int = 7",
        },
        "Rare callers": {
            "category": "Hunting Queries",
            "query": "AzureActivity | summarize count() by Caller",
            "tags": [{"name": "description", "value": "Who seldom calls"}, {"name": "tactics", "value": "Discovery"}],
        },
    }
    for title, properties in saved.items():
        body = {"properties": {"version": 2, "displayName": title, **properties}}
        stand_in.portal.make("savedSearches", named(title), body, OTHERS)


def _others(stand_in: StandIn) -> None:
    make = stand_in.portal.make
    content = {
        "version": "Notebook/1.0",
        "items": [{"type": 1, "content": {"json": "# The team's own"}, "name": "text"}],
    }
    workbook = {
        "displayName": "The team's own workbook",
        "serializedData": json.dumps(content),
        "category": "sentinel",
        "version": "Notebook/1.0",
        "sourceId": stand_in.scope.lower(),
        "tags": [],
    }
    body = {"kind": "shared", "location": stand_in.live.location, "properties": workbook}
    make("workbooks", named("workbook"), body, OTHERS)
    watchlist = {
        "displayName": "VIPs",
        "provider": "Contoso",
        "itemsSearchKey": "Upn",
        "description": "Accounts to look after",
        "watchlistAlias": "VIPUsers",
        "watchlistId": named("VIPUsers"),
        "labels": [],
        "source": "vips.csv",
        "sourceType": "Local",
        "defaultDuration": "P1279DT12H30M5S",
    }
    make("watchlists", "VIPUsers", {"properties": watchlist}, OTHERS)
    scope = f"{stand_in.scope}/providers/Microsoft.SecurityInsights/watchlists/VIPUsers"
    for upn in ("ceo@contoso.example", "cfo@contoso.example"):
        item = {"properties": {"itemsKeyValue": {"Upn": upn, "Title": upn[:3].upper()}, "entityMapping": {}}}
        type = "Microsoft.SecurityInsights/watchlists/watchlistItems"
        id = f"{scope}/watchlistItems/{named(upn)}"
        stand_in.state.put(scope, type, named(upn), item, (OTHERS, ""), id=id, quiet=True)
    rule = {
        "displayName": "Close test incidents",
        "order": 1,
        "triggeringLogic": {"isEnabled": True, "triggersOn": "Incidents", "triggersWhen": "Created", "conditions": []},
        "actions": [{"order": 1, "actionType": "ModifyProperties", "actionConfiguration": {"status": "Closed"}}],
    }
    make("automationRules", named("automation"), {"properties": rule}, OTHERS)


def named(text: str) -> str:
    """A GUID that is always the same for a text."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://contoso.example/{text}"))

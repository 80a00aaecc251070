"""Bodies that the service accepts, for tests to vary."""

from __future__ import annotations

import copy
import json
from typing import Any

RULE_ID = "11111111-2222-4333-8444-555555555555"

_RULE = {
    "kind": "Scheduled",
    "properties": {
        "displayName": "Somebody created something",
        "enabled": True,
        "severity": "Medium",
        "query": "AKSAuditAdmin | where Verb == 'create'",
        "queryFrequency": "PT1H",
        "queryPeriod": "PT1H",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionEnabled": False,
        "suppressionDuration": "PT5H",
    },
}
_SCHEDULE = ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold")
_SEARCH = {"properties": {"category": "Hunting Queries", "displayName": "Who creates", "query": "AKSAuditAdmin"}}
_WATCHLIST = {"properties": {"displayName": "Approved", "provider": "Contoso", "itemsSearchKey": "Registry"}}
_WORKBOOK = {
    "location": "westeurope",
    "kind": "shared",
    "properties": {
        "displayName": "Pods",
        "category": "sentinel",
        "serializedData": json.dumps({"version": "Notebook/1.0", "items": []}),
    },
}
_AUTOMATION = {
    "properties": {
        "displayName": "Label",
        "order": 5,
        "triggeringLogic": {"isEnabled": True, "triggersOn": "Incidents", "triggersWhen": "Created"},
        "actions": [
            {
                "order": 1,
                "actionType": "ModifyProperties",
                "actionConfiguration": {"labels": [{"labelName": "kubernetes"}]},
            }
        ],
    }
}
_METADATA = {"properties": {"parentId": "/subscriptions/s/resourceGroups/g/x", "kind": "AnalyticsRule"}}


def rule(**properties: Any) -> dict[str, Any]:
    """A scheduled rule, with other properties; those that are None are left out."""
    return _varied(_RULE, properties)


def nrt_rule(**properties: Any) -> dict[str, Any]:
    """A rule near real time."""
    return {**_varied(_RULE, {**dict.fromkeys(_SCHEDULE), **properties}), "kind": "NRT"}


def saved_search(**properties: Any) -> dict[str, Any]:
    """A hunting query."""
    return _varied(_SEARCH, properties)


def watchlist(**properties: Any) -> dict[str, Any]:
    """A watchlist without rows."""
    return _varied(_WATCHLIST, properties)


def workbook(**properties: Any) -> dict[str, Any]:
    """An empty workbook."""
    return _varied(_WORKBOOK, properties)


def automation_rule(**properties: Any) -> dict[str, Any]:
    """A rule that labels incidents."""
    return _varied(_AUTOMATION, properties)


def metadata(**properties: Any) -> dict[str, Any]:
    """Where a rule comes from."""
    return _varied(_METADATA, properties)


def _varied(body: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    varied = copy.deepcopy(body)
    varied["properties"].update(properties)
    varied["properties"] = {name: value for name, value in varied["properties"].items() if value is not None}
    return varied

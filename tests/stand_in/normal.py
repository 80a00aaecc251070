"""What the service makes of a rule that it accepts: defaults, spelling, order. See `Quirks`."""

from __future__ import annotations

import copy
from typing import Any

from stand_in.durations import read_duration, spell_duration
from stand_in.quirks import Quirks

_GROUPING = {
    "enabled": False,
    "reopenClosedIncident": False,
    "lookbackDuration": "PT5H",
    "matchingMethod": "AllEntities",
    "groupByEntities": [],
    "groupByAlertDetails": [],
    "groupByCustomDetails": [],
}
_NULL = (
    "alertDetailsOverride",
    "alertRuleTemplateName",
    "customDetails",
    "entityMappings",
    "eventGroupingSettings",
    "sentinelEntitiesMappings",
    "templateVersion",
)
_LISTS = ("tactics", "techniques", "subTechniques")
_DURATIONS = ("queryFrequency", "queryPeriod", "suppressionDuration")


def normalised_rule(given: dict[str, Any], quirks: Quirks) -> dict[str, Any]:
    """The rule as it will be read."""
    rule = copy.deepcopy(given)
    properties = rule["properties"]
    if rule["kind"] not in ("Scheduled", "NRT"):
        return rule
    if quirks.fills_in_defaults:
        _fill_in(properties)
    if quirks.respells_durations:
        for name in _DURATIONS:
            _respell(properties, name)
        grouping = (properties.get("incidentConfiguration") or {}).get("groupingConfiguration") or {}
        _respell(grouping, "lookbackDuration")
    if quirks.reorders_lists:
        for name in _LISTS:
            if properties.get(name):
                properties[name] = sorted(properties[name])
    if quirks.trims_text and properties.get("description"):
        properties["description"] = properties["description"].rstrip()
    return rule


def _fill_in(properties: dict[str, Any]) -> None:
    properties.setdefault("description", "")
    for name in _LISTS:
        properties.setdefault(name, [])
    for name in _NULL:
        properties.setdefault(name, None)
    incidents = properties.setdefault("incidentConfiguration", {"createIncident": True})
    grouping = incidents.setdefault("groupingConfiguration", {})
    incidents["groupingConfiguration"] = {**copy.deepcopy(_GROUPING), **grouping}


def _respell(properties: dict[str, Any], name: str) -> None:
    length = read_duration(properties[name]) if properties.get(name) else None
    if length is not None:
        properties[name] = spell_duration(length)

"""Resources in a form that can be compared.

What the content says and what the workspace answers mean the same in many spellings: durations, defaults that the
service fills in, the order of things that have none, fields that only it writes. `normal` takes these differences away,
and no others: two resources are equal here only if Sentinel treats them alike.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from masthead.content.durations import iso_duration, parse_duration
from masthead.workspace.resources import Desired, Live, ResourceKind

Normal = dict[str, Any]
"""Values by dotted name, like `incidentConfiguration.createIncident`; those that say nothing are left out."""

ITEMS = "items"
"""The name under which the rows of a watchlist stand, sorted."""


def normal(resource: Desired | Live) -> Normal:
    """What Sentinel sees in a resource."""
    values = _NORMAL[resource.key.kind](resource)
    return dict(sorted(_flat(values, _WHOLE[resource.key.kind])))


def digest(values: Normal) -> str:
    """A fingerprint of a normalised resource: the same values, the same text of 32 characters."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _flat(values: Mapping[str, Any], whole: frozenset[str], prefix: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in values.items():
        path = prefix + name
        if isinstance(value, Mapping) and path not in whole:
            yield from _flat(value, whole, f"{path}.")
        elif value is not None and value not in ("", [], {}):
            yield path, value


# --- texts, durations, sets ------------------------------------------------------------------------------------------
def _text(value: Any) -> Any:
    """Line ends as Unix has them, and none at the end."""
    return value.replace("\r\n", "\n").replace("\r", "\n").rstrip() if isinstance(value, str) else value


_ISO = re.compile(
    r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.0*)?S)?)?|(?:(\d+)\.)?(\d+):(\d+):(\d+)(?:\.0*)?",
    re.IGNORECASE,
)


def _duration(value: Any) -> Any:
    """ISO 8601 in one spelling: PT24H and 1.00:00:00 are P1D. What is no duration stays."""
    if not isinstance(value, str):
        return value
    try:
        return iso_duration(parse_duration(value))
    except ValueError:
        found = _ISO.fullmatch(value)
        if not found:
            return value
        parts = [int(each or 0) for each in found.groups()]
        days, hours, minutes, seconds = (one + other for one, other in zip(parts[:4], parts[4:], strict=True))
        return iso_duration(timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))


def _set(values: Any) -> Any:
    """What has no order, in one."""
    if not isinstance(values, list):
        return values
    return sorted(values, key=lambda each: json.dumps(each, sort_keys=True))


def _plain(value: Any) -> Any:
    """Without members that say nothing, at any depth."""
    if isinstance(value, Mapping):
        kept = {name: _plain(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each is not None and each not in ("", [], {})}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _word(value: Any, known: Iterable[str]) -> Any:
    """An enumeration's value in its usual case."""
    return next((each for each in known if isinstance(value, str) and each.lower() == value.lower()), value)


# --- analytics rules -------------------------------------------------------------------------------------------------
_RULE_OWN = ("lastModifiedUtc",)
_DURATIONS = ("queryFrequency", "queryPeriod", "suppressionDuration")
_SETS = ("tactics", "techniques", "subTechniques", "sentinelEntitiesMappings")
_ENUMS = {
    "severity": ("Informational", "Low", "Medium", "High"),
    "triggerOperator": ("GreaterThan", "LessThan", "Equal", "NotEqual"),
}
_AGGREGATIONS = ("SingleAlert", "AlertPerResult")
_MATCHING = ("AllEntities", "AnyAlert", "Selected")


def _rule(resource: Desired | Live) -> Normal:
    values = _plain({name: each for name, each in resource.body.get("properties", {}).items() if name not in _RULE_OWN})
    for name in _DURATIONS:
        if name in values:
            values[name] = _duration(values[name])
    for name in _SETS:
        if name in values:
            values[name] = _set(values[name])
    for name, known in _ENUMS.items():
        if name in values:
            values[name] = _word(values[name], known)
    for name in ("description", "query"):
        values[name] = _text(values.get(name, ""))
    if mappings := values.get("entityMappings"):
        values["entityMappings"] = _set(
            [{**each, "fieldMappings": _set(each.get("fieldMappings"))} for each in mappings]
        )
    grouped = (values.get("eventGroupingSettings") or {}).get("aggregationKind", "SingleAlert")
    values["eventGroupingSettings"] = {"aggregationKind": _word(grouped, _AGGREGATIONS)}
    values["incidentConfiguration"] = _incidents(values.get("incidentConfiguration") or {})
    if override := values.get("alertDetailsOverride"):
        if properties := override.get("alertDynamicProperties"):
            override["alertDynamicProperties"] = _set(properties)
        for name in ("alertDisplayNameFormat", "alertDescriptionFormat"):
            if name in override:
                override[name] = _text(override[name])
    return {"kind": resource.body.get("kind"), **values}


def _incidents(values: dict[str, Any]) -> dict[str, Any]:
    """Incidents are created unless the rule says otherwise; how they would be grouped matters only where they are."""
    grouping = values.get("groupingConfiguration") or {}
    made: dict[str, Any] = {"createIncident": values.get("createIncident", True)}
    if not grouping.get("enabled"):
        return made | {"groupingConfiguration": {"enabled": False}}
    kept = {**grouping, "matchingMethod": _word(grouping.get("matchingMethod", "AllEntities"), _MATCHING)}
    kept["lookbackDuration"] = _duration(grouping.get("lookbackDuration", "PT5H"))
    kept["reopenClosedIncident"] = grouping.get("reopenClosedIncident", False)
    for name in ("groupByEntities", "groupByAlertDetails", "groupByCustomDetails"):
        if name in kept:
            kept[name] = _set(kept[name])
    return made | {"groupingConfiguration": kept}


# --- saved searches --------------------------------------------------------------------------------------------------
_SERVER_TAGS = frozenset({"createdby", "createdtimeutc"})
_LISTS_IN_TAGS = frozenset({"tactics", "techniques", "relevanttechniques"})
_AROUND_SIGNS = re.compile(r"""('[^']*'|"[^"]*")|\s*([:,=()])\s*""")  # and not within a text


def _saved_search(resource: Desired | Live) -> Normal:
    values = _plain(resource.body.get("properties", {}))
    tags = {}
    for each in values.pop("tags", ()):
        name, value = str(each.get("name", "")), each.get("value", "")
        if name.lower() not in _SERVER_TAGS:
            tags[name.lower()] = _tag(name.lower(), value)
    values["query"] = _text(values.get("query", ""))
    if "functionParameters" in values:
        values["functionParameters"] = _AROUND_SIGNS.sub(r"\1\2", values["functionParameters"].strip())
    values.pop("version", None)  # the service keeps its own
    return values | {"tags": tags}


def _tag(name: str, value: Any) -> Any:
    if name in _LISTS_IN_TAGS and isinstance(value, str):
        return sorted(part.strip() for part in value.split(",") if part.strip())
    return _text(value)


# --- the others ------------------------------------------------------------------------------------------------------
_WATCHLIST_FIELDS = ("displayName", "provider", "description", "itemsSearchKey", "watchlistAlias")


def _watchlist(resource: Desired | Live) -> Normal:
    properties = resource.body.get("properties", {})
    values = {name: _text(properties.get(name)) for name in _WATCHLIST_FIELDS}
    rows = [{name: str(value) for name, value in row.items()} for row in resource.items or ()]
    return values | {ITEMS: _set(rows)}


_WORKBOOK_FIELDS = ("displayName", "description", "category", "version")


def _workbook(resource: Desired | Live) -> Normal:
    properties = resource.body.get("properties", {})
    text = properties.get("serializedData") or ""
    try:
        content = json.loads(text)
    except ValueError:
        content = text
    values = {name: _text(properties.get(name)) for name in _WORKBOOK_FIELDS}
    return values | {"serializedData": content, "sourceId": str(properties.get("sourceId", "")).lower()}


_AUTOMATION_OWN = ("createdTimeUtc", "lastModifiedTimeUtc", "createdBy", "lastModifiedBy")


def _automation_rule(resource: Desired | Live) -> Normal:
    values = {name: each for name, each in resource.body.get("properties", {}).items() if name not in _AUTOMATION_OWN}
    values = _plain(values)
    logic = dict(values.get("triggeringLogic") or {})
    if "conditions" in logic:
        logic["conditions"] = _set([_in_lower_case_ids(each) for each in logic["conditions"]])
    if expires := logic.get("expirationTimeUtc"):
        logic["expirationTimeUtc"] = re.sub(r"(\.0+)?(Z|\+00:00)$", "Z", str(expires))
    actions = [_action(each) for each in values.get("actions", ())]
    return values | {"triggeringLogic": logic, "actions": sorted(actions, key=lambda each: each.get("order", 0))}


def _in_lower_case_ids(value: Any) -> Any:
    """Conditions have no order among themselves, nor their values; the ids of rules are ids whatever their case."""
    if isinstance(value, Mapping):
        kept = {name: _in_lower_case_ids(each) for name, each in value.items()}
        return kept | {"propertyValues": _set(kept["propertyValues"])} if "propertyValues" in kept else kept
    if isinstance(value, list):
        return _set([_in_lower_case_ids(each) for each in value])
    return value.lower() if isinstance(value, str) and value.startswith("/subscriptions/") else value


def _action(action: Mapping[str, Any]) -> dict[str, Any]:
    """Labels are the user's own unless they say otherwise; the service adds their type."""
    made = dict(action)
    configuration = made.get("actionConfiguration")
    if isinstance(configuration, Mapping) and configuration.get("labels"):
        labels = [{"labelName": each.get("labelName")} for each in configuration["labels"]]
        made["actionConfiguration"] = {**configuration, "labels": _set(labels)}
    return made


_NORMAL: dict[ResourceKind, Callable[[Desired | Live], Normal]] = {
    ResourceKind.DETECTION: _rule,
    ResourceKind.FUNCTION: _saved_search,
    ResourceKind.HUNTING_QUERY: _saved_search,
    ResourceKind.WATCHLIST: _watchlist,
    ResourceKind.WORKBOOK: _workbook,
    ResourceKind.AUTOMATION_RULE: _automation_rule,
}

_WHOLE: dict[ResourceKind, frozenset[str]] = {
    kind: frozenset({"serializedData"}) if kind is ResourceKind.WORKBOOK else frozenset() for kind in ResourceKind
}

"""A live analytics rule as content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from masthead.content.durations import short_duration
from masthead.workspace.bodies.detection import OPERATORS, SUPPRESSION, TEMPLATE
from masthead.workspace.changes import AUTO_DISABLED
from masthead.workspace.pull.converted import (
    FIRST_VERSION,
    NO_DESCRIPTION,
    Converted,
    Inexpressible,
    guid,
    plain,
    short,
    text,
    without_empty,
    word,
)
from masthead.workspace.resources import Live

_SEVERITIES = ("Informational", "Low", "Medium", "High")
_KINDS = ("Scheduled", "NRT")
_OPERATORS = {name: operator for operator, name in OPERATORS.items()}
_MATCHING = ("AllEntities", "AnyAlert", "Selected")
_GROUPED_BY = ("groupByEntities", "groupByAlertDetails", "groupByCustomDetails")


def detection_content(live: Live) -> Converted:
    """The rule as content. Raises Inexpressible for kinds of rules that only Sentinel makes."""
    kind = word(live.body.get("kind"), _KINDS)
    if kind not in _KINDS:
        raise Inexpressible(f"rules of the kind {kind} are Sentinel's own")
    said = plain(live.body.get("properties") or {})
    name, disabled = _name(text(said.get("displayName")))
    description, (techniques, agrees) = text(said.get("description")), _techniques(said)
    data = without_empty(
        {
            "id": guid(live.key.id),
            "name": name,
            "description": description or NO_DESCRIPTION,
            "severity": word(said.get("severity"), _SEVERITIES),
            "enabled": None if said.get("enabled", True) else False,
        }
    )
    if kind == "Scheduled":
        data["requiredDataConnectors"] = []
    data["kind"] = kind
    data |= without_empty(
        {
            **_schedule(said),
            "tactics": said.get("tactics"),
            "relevantTechniques": techniques,
            "query": text(said.get("query")),
            "entityMappings": said.get("entityMappings"),
            "sentinelEntitiesMappings": said.get("sentinelEntitiesMappings"),
            "customDetails": said.get("customDetails"),
            "alertDetailsOverride": _override(said.get("alertDetailsOverride") or {}),
            "eventGroupingSettings": _rows(said.get("eventGroupingSettings") or {}),
            "incidentConfiguration": _incidents(said.get("incidentConfiguration") or {}),
            **_suppression(said),
            "version": FIRST_VERSION,
            "metadata": _template(said),
        }
    )
    notes, may_differ = [], set()
    if disabled:
        notes.append("Sentinel has disabled it, and put that before its name; the file has the name alone")
        may_differ |= {"displayName", "description"}
    if not description:
        notes.append("it has no description; the file says so")
        may_differ.add("description")
    if not agrees:
        notes.append("its techniques and sub-techniques do not belong together; the file has both")
        may_differ |= {"techniques", "subTechniques"}
    comments = {"enabled": f"{AUTO_DISABLED} by Sentinel"} if disabled and "enabled" in data else {}
    return Converted(data=data, comments=comments, may_differ=frozenset(may_differ), notes=tuple(notes))


def _name(title: str) -> tuple[str, bool]:
    """The rule's own name, and whether Sentinel has put before it that it disabled the rule."""
    own = title.removeprefix(AUTO_DISABLED)
    return (own.strip(" :-"), True) if own != title else (title, False)


def _schedule(said: Mapping[str, Any]) -> dict[str, Any]:
    operator = word(said.get("triggerOperator"), _OPERATORS)
    return {
        "queryFrequency": short(said.get("queryFrequency")),
        "queryPeriod": short(said.get("queryPeriod")),
        "triggerOperator": _OPERATORS.get(operator, operator),
        "triggerThreshold": said.get("triggerThreshold"),
    }


def _techniques(said: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Sub-techniques in the place of those they belong to, and whether the API would get the same two lists again."""
    techniques, subs = said.get("techniques") or [], said.get("subTechniques") or []
    found: dict[str, None] = {}
    for each in techniques:
        found |= dict.fromkeys([sub for sub in subs if sub.partition(".")[0] == each] or [each])
    found |= dict.fromkeys(subs)
    parents = {each.partition(".")[0] for each in found}
    return list(found), parents == set(techniques) and {each for each in found if "." in each} == set(subs)


def _override(said: Mapping[str, Any]) -> dict[str, Any]:
    formats = {name: text(said.get(name)) for name in ("alertDisplayNameFormat", "alertDescriptionFormat")}
    others = ("alertTacticsColumnName", "alertSeverityColumnName", "alertDynamicProperties")
    return without_empty(formats | {name: said.get(name) for name in others})


def _rows(said: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = word(said.get("aggregationKind", "SingleAlert"), ("SingleAlert", "AlertPerResult"))
    return {"aggregationKind": kind} if kind != "SingleAlert" else None


def _incidents(said: Mapping[str, Any]) -> dict[str, Any] | None:
    create, grouping = said.get("createIncident", True), said.get("groupingConfiguration") or {}
    if not grouping.get("enabled"):
        return {"createIncident": create} if not create else None
    return {
        "createIncident": create,
        "groupingConfiguration": {
            "enabled": True,
            "reopenClosedIncident": grouping.get("reopenClosedIncident", False),
            "lookbackDuration": short(grouping.get("lookbackDuration", "PT5H")),
            "matchingMethod": word(grouping.get("matchingMethod", "AllEntities"), _MATCHING),
            **{name: grouping[name] for name in _GROUPED_BY if grouping.get(name)},
        },
    }


def _suppression(said: Mapping[str, Any]) -> dict[str, Any]:
    enabled, duration = said.get("suppressionEnabled", False), short(said.get("suppressionDuration"))
    usual = not enabled and duration in (None, short_duration(SUPPRESSION))
    return {"suppressionEnabled": enabled or None, "suppressionDuration": None if usual else duration}


def _template(said: Mapping[str, Any]) -> dict[str, Any] | None:
    if not said.get("alertRuleTemplateName"):
        return None
    named = {"id": said["alertRuleTemplateName"], "version": said.get("templateVersion")}
    return {TEMPLATE: without_empty(named)}

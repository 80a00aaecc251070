"""Which resources are ours: Sentinel's own metadata says so, one record for each.

The record names Masthead and the project's owner tag as the content's source, and keeps the fingerprint of what was
deployed. It is written before the resource: so whatever stands in a workspace after a deployment that was cut short
is known to be ours. It keeps the fingerprint of what was there before too: a resource that has that one was not
reached yet, and nobody has changed it. Where nothing was there before, the record says so until the resource is there:
so one that was never made is told from one that somebody has deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from masthead.content.workspaces import Workspace
from masthead.workspace.resources import Desired, Key, ResourceKind

SOURCE = "Masthead"

NOTHING = "nothing"
"""In place of the fingerprint of what was there before."""

_KINDS = {
    ResourceKind.WATCHLIST: "Watchlist",
    ResourceKind.FUNCTION: "Parser",
    ResourceKind.DETECTION: "AnalyticsRule",
    ResourceKind.HUNTING_QUERY: "HuntingQuery",
    ResourceKind.WORKBOOK: "Workbook",
    ResourceKind.AUTOMATION_RULE: "AutomationRule",
}
_BY_NAME = {name.lower(): kind for kind, name in _KINDS.items()}

_SEGMENTS = {
    "alertrules": ResourceKind.DETECTION,
    "automationrules": ResourceKind.AUTOMATION_RULE,
    "watchlists": ResourceKind.WATCHLIST,
    "workbooks": ResourceKind.WORKBOOK,
}


@dataclass(frozen=True, slots=True)
class Ownership:
    """That a resource is ours: the record's name, and the fingerprints of what was deployed and of what was before.

    `before` is NOTHING while the resource is being made, and None once it is known to be there.
    """

    key: Key
    record: str
    digest: str
    before: str | None = None
    version: str | None = None


def resource_path(workspace: Workspace, key: Key) -> str:
    """The id in Azure of the resource `key` of the workspace."""
    match key.kind:
        case ResourceKind.DETECTION:
            return f"{workspace.resource_id}/providers/Microsoft.SecurityInsights/alertRules/{key.id}"
        case ResourceKind.AUTOMATION_RULE:
            return f"{workspace.resource_id}/providers/Microsoft.SecurityInsights/automationRules/{key.id}"
        case ResourceKind.WATCHLIST:
            return f"{workspace.resource_id}/providers/Microsoft.SecurityInsights/watchlists/{key.id}"
        case ResourceKind.WORKBOOK:
            group = f"/subscriptions/{workspace.subscription}/resourceGroups/{workspace.resource_group}"
            return f"{group}/providers/Microsoft.Insights/workbooks/{key.id}"
        case _:
            return f"{workspace.resource_id}/savedSearches/{key.id}"


def record_name(key: Key) -> str:
    """The name of the record of a resource, after Sentinel's own custom."""
    return f"{_KINDS[key.kind].lower()}-{key.id.lower()}"


def record_of(workspace: Workspace, desired: Desired, digest: str, before: str | None) -> dict[str, Any]:
    """The record that says a resource is ours, as the API takes it."""
    properties: dict[str, Any] = {
        "parentId": resource_path(workspace, desired.key),
        "contentId": desired.key.id,
        "kind": _KINDS[desired.key.kind],
        "source": {"kind": "SourceRepository", "name": SOURCE, "sourceId": workspace.owner},
        "customVersion": f"{digest}<{before}" if before and before != digest else digest,
    }
    if desired.version:
        properties["version"] = desired.version
    return {"properties": properties}


@dataclass(frozen=True, slots=True)
class Records:
    """What the metadata of a workspace say: which resources are `ours`, and of which others a record speaks."""

    ours: dict[Key, Ownership]
    others: frozenset[Key]


def read_records(workspace: Workspace, metadata: Iterable[Mapping[str, Any]]) -> Records:
    """The records in `metadata`, as the API lists them. What another owner's Masthead deployed is another's."""
    ours: dict[Key, Ownership] = {}
    others: set[Key] = set()
    for each in metadata:
        properties = each.get("properties") or {}
        key = _key(properties)
        if key is None:
            continue
        source = properties.get("source") or {}
        if source.get("name") != SOURCE or source.get("sourceId") != workspace.owner:
            others.add(key)
            continue
        digest, _, before = str(properties.get("customVersion") or "").partition("<")
        ours[key] = Ownership(key, str(each["name"]), digest, before or None, properties.get("version"))
    return Records(ours, frozenset(others - ours.keys()))


def _key(properties: Mapping[str, Any]) -> Key | None:
    parent = str(properties.get("parentId") or "")
    segment, _, name = parent.rpartition("/")
    segment = segment.rpartition("/")[2].lower()
    kind = _SEGMENTS.get(segment)
    if segment == "savedsearches":
        kind = _BY_NAME.get(str(properties.get("kind", "")).lower())
    if kind is None or not name:
        return None
    return Key(kind, name if kind is ResourceKind.WATCHLIST else name.lower())

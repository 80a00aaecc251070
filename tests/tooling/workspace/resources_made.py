"""Resources to test with, as content wants them and as a workspace has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from masthead.content.workspaces import Workspace
from masthead.workspace.live import LiveState
from masthead.workspace.normal import digest, normal
from masthead.workspace.ownership import Ownership, record_name
from masthead.workspace.resources import Desired, Key, Live, ResourceKind

WORKSPACE = Workspace(
    name="production",
    subscription="11111111-1111-4111-8111-111111111111",
    resource_group="rg-security",
    workspace="law-security",
    location="westeurope",
)


def wanted(id: str, kind: ResourceKind = ResourceKind.DETECTION, path: str = "", **properties: Any) -> Desired:
    """A resource that the content wants."""
    body = {"properties": {"displayName": id.title(), "query": "T", **properties}}
    if kind is ResourceKind.DETECTION:
        body = {"kind": "Scheduled", "properties": {"severity": "Low", "enabled": True, **body["properties"]}}
    return Desired(key=Key(kind, id), title=id.title(), body=body, path=path or f"detections/rbac/{id}.yaml")


def there(desired: Desired, etag: str = '"1"', **properties: Any) -> Live:
    """The same in a workspace, but for `properties`."""
    body = {**desired.body, "properties": {**desired.body["properties"], **properties}}
    title = body["properties"]["displayName"]
    return Live(key=desired.key, title=title, body=body, etag=etag, items=desired.items)


def owned(desired: Desired, before: Live | None = None, **properties: Any) -> Ownership:
    """That it was deployed as it is in `desired`, but for `properties`."""
    was = replace(there(desired, **properties))
    return Ownership(
        desired.key, record_name(desired.key), digest(normal(was)), digest(normal(before)) if before else None
    )


def state(resources: Iterable[Live] = (), ours: Iterable[Ownership] = (), others: Iterable[Key] = ()) -> LiveState:
    """A workspace with these."""
    return LiveState({each.key: each for each in resources}, {each.key: each for each in ours}, frozenset(others))

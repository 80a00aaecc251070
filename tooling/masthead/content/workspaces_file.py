"""Reading of `workspaces.yaml`: the workspaces that content is deployed to, and groups of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from masthead.content.document import Document, ValuePath
from masthead.content.finding import ContentError, Finding
from masthead.content.layout import Kind
from masthead.content.schema import checked_data, closest
from masthead.content.workspaces import Cloud, Override, Workspace

RESERVED = "demo"
"""The name that means the stand-in which `masthead demo-workspace` starts."""


def read_workspaces(document: Document) -> dict[str, Workspace]:
    """The workspaces in `document` by name, in its order.

    Raises ContentError: what the schema refuses (a key that does not exist, too), and MH021 for a reserved name, an
    unknown group, and two workspaces that would deploy over each other.
    """
    data = checked_data(document, Kind.WORKSPACES, strict=True)
    groups = data.get("groups") or {}
    workspaces = {name: _workspace(document, name, each, groups) for name, each in data["workspaces"].items()}
    findings = [*_reserved(document, workspaces), *_unknown_groups(document, data), *_same(document, workspaces)]
    if findings:
        raise ContentError(sorted(findings, key=lambda each: each.span.start if each.span else None))
    return workspaces


def _workspace(document: Document, name: str, data: dict[str, Any], groups: dict[str, Any]) -> Workspace:
    at: ValuePath = ("workspaces", name)
    parts = [(("groups", group), groups[group]) for group in data.get("groups") or () if group in groups]
    parts.append((at, data))
    return Workspace(
        name=name,
        subscription=data["subscription"],
        resource_group=data["resourceGroup"],
        workspace=data["workspace"],
        cloud=Cloud(data.get("cloud", Cloud.PUBLIC)),
        tenant=data.get("tenant"),
        location=data.get("location"),
        owner=data.get("owner", "masthead"),
        groups=tuple(data.get("groups") or ()),
        include=tuple(pattern for _, part in parts for pattern in part.get("include") or ()),
        exclude=tuple(pattern for _, part in parts for pattern in part.get("exclude") or ()),
        overrides=tuple(each for place, part in parts for each in _overrides(document, place, part)),
        document=document,
        at=at,
    )


def _overrides(document: Document, at: ValuePath, data: dict[str, Any]) -> Iterator[Override]:
    for pattern, said in (data.get("overrides") or {}).items():
        yield Override(
            pattern=pattern,
            enabled=said.get("enabled"),
            severity=said.get("severity"),
            trigger_threshold=said.get("triggerThreshold"),
            rows=said.get("rows"),
            document=document,
            at=(*at, "overrides", pattern),
        )


def _reserved(document: Document, workspaces: dict[str, Workspace]) -> Iterator[Finding]:
    if RESERVED in workspaces:
        message = f'a workspace cannot be called "{RESERVED}": so is the stand-in that masthead demo-workspace starts'
        yield document.finding("MH021", message, workspaces[RESERVED].at, key=True, hint="Give it another name.")


def _unknown_groups(document: Document, data: dict[str, Any]) -> Iterator[Finding]:
    groups = data.get("groups") or {}
    for name, workspace in data["workspaces"].items():
        for index, group in enumerate(workspace.get("groups") or ()):
            if group not in groups:
                near = closest(group, groups)
                hint = f'Did you mean "{near}"?' if near else "Describe it under groups, at the end of the file."
                at = ("workspaces", name, "groups", index)
                yield document.finding("MH021", f'there is no group "{group}"', at, hint=hint)


def _same(document: Document, workspaces: dict[str, Workspace]) -> Iterator[Finding]:
    """Workspaces that are one in Azure, which does not look at capitals, and that would take each other's content for
    their own."""
    seen: dict[tuple[str, str], str] = {}
    for name, each in workspaces.items():
        first = seen.setdefault((each.resource_id.lower(), each.owner), name)
        if first != name:
            message = (
                f"{name} is the same workspace as {first}, and has the same owner: each would undo the other's work"
            )
            hint = "Remove one of the two, or give them different owners."
            yield document.finding("MH021", message, (*each.at, "workspace"), hint=hint)

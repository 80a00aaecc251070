"""Which content a workspace gets, in the form that it has there, and by which name the workspace knows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from masthead.content.automation_rules import AutomationRule
from masthead.content.finding import ContentError, Finding
from masthead.content.functions import Function
from masthead.content.layout import Kind
from masthead.content.model import Content, Detection, HuntingQuery
from masthead.content.project import Project
from masthead.content.watchlists import Watchlist, read_rows
from masthead.content.workbooks import Workbook
from masthead.content.workspaces import Workspace
from masthead.workspace.bodies.workbook import workbook_id
from masthead.workspace.resources import Key, ResourceKind

RESOURCES = {
    Kind.WATCHLIST: ResourceKind.WATCHLIST,
    Kind.FUNCTION: ResourceKind.FUNCTION,
    Kind.DETECTION: ResourceKind.DETECTION,
    Kind.HUNTING_QUERY: ResourceKind.HUNTING_QUERY,
    Kind.WORKBOOK: ResourceKind.WORKBOOK,
    Kind.AUTOMATION_RULE: ResourceKind.AUTOMATION_RULE,
}
"""What the kinds of files become that a workspace gets."""

_ORDER = {kind: number for number, kind in enumerate(ResourceKind)}


def contents_for(project: Project, workspace: Workspace) -> tuple[Content, ...]:
    """The content that the workspace gets, as its overrides have it: what others depend on first, then by path.

    Raises ContentError with all that is wrong with it.
    """
    files = [each for each in project.files if each.kind in RESOURCES and workspace.gets(each.path)]
    contents: list[Content] = []
    findings: list[Finding] = []
    for file in sorted(files, key=lambda each: (_ORDER[RESOURCES[each.kind]], each.path)):
        try:
            contents.append(overridden(project.read(file), workspace, project))
        except ContentError as error:
            findings += error.findings
    if findings:
        raise ContentError(findings)
    return tuple(contents)


def overridden(content: Content, workspace: Workspace, project: Project) -> Content:
    """The content as the workspace has it. Raises ContentError when the rows it has there cannot be read."""
    said = overrides(content, workspace)
    if isinstance(content, Watchlist) and said:
        columns = [column.name for column in content.columns]
        return replace(content, rows=read_rows(said["rows"], project.root, columns))
    if isinstance(content, AutomationRule) and said:
        return replace(content, triggering_logic={**content.triggering_logic, "isEnabled": said["enabled"]})
    return replace(content, **said)


def overrides(content: Content, workspace: Workspace) -> dict[str, Any]:
    """What the workspace has otherwise than the content says, by the names of `workspaces.FIELDS`, in their order.

    What such content does not have is left out, as a pattern may name content of several kinds.
    """
    deciding = workspace.deciding(content.path)
    return {name: getattr(deciding[name], name) for name in _fields(content) if name in deciding}


def _fields(content: Content) -> tuple[str, ...]:
    if isinstance(content, Detection):
        return ("enabled", "severity") if content.is_nrt else ("enabled", "severity", "trigger_threshold")
    if isinstance(content, Watchlist):
        return ("rows",)
    return ("enabled",) if isinstance(content, AutomationRule) else ()


def key_of(content: Content) -> Key:
    """By which name a workspace knows the content."""
    kind = RESOURCES[content.file.kind]
    if isinstance(content, Watchlist):
        return Key(kind, content.alias)
    if isinstance(content, Workbook):
        return Key(kind, workbook_id(content))
    assert isinstance(content, Detection | HuntingQuery | Function | AutomationRule)
    return Key(kind, content.id.lower())

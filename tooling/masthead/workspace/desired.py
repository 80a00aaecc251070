"""What the content of a project wants in a workspace, ready to be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from masthead.content.automation_rules import AutomationRule, RulePattern
from masthead.content.finding import ContentError, Finding
from masthead.content.functions import Function
from masthead.content.model import Content, Detection, HuntingQuery
from masthead.content.patterns import matches
from masthead.content.project import Project
from masthead.content.watchlists import Watchlist
from masthead.content.workbooks import Workbook
from masthead.content.workspaces import Workspace
from masthead.coverage.sources import TableReader
from masthead.lint.checks.identity.duplicate_id import DuplicateId
from masthead.workspace.bodies.automation_rule import automation_rule_body
from masthead.workspace.bodies.detection import detection_body
from masthead.workspace.bodies.function import function_body
from masthead.workspace.bodies.hunting_query import hunting_query_body
from masthead.workspace.bodies.watchlist import watchlist_body
from masthead.workspace.bodies.workbook import workbook_body
from masthead.workspace.contents import contents_for, key_of, overrides
from masthead.workspace.ownership import resource_path
from masthead.workspace.resources import Desired, Key, ResourceKind

_NAMES = {"enabled": "enabled", "severity": "severity", "trigger_threshold": "triggerThreshold", "rows": "rows"}


def desired(project: Project, workspace: Workspace, *, tables: bool = True) -> list[Desired]:
    """Everything that the content wants in the workspace, what others depend on first, then by path.

    Patterns of the workspace say what it gets, and its overrides are applied. A workbook has the workspace's location
    as far as that is known. Raises ContentError with all that is wrong with content that the workspace gets, since
    whoever deploys should have all of it or nothing; LanguageError for a query that is too costly to bind.

    tables: whether to tell which tables each reads, for which all queries are bound.
    """
    contents = contents_for(project, workspace)
    if twins := list(_twins(contents)):
        raise ContentError(twins)
    found: list[Desired] = []
    findings: list[Finding] = []
    with TableReader(project) if tables else nullcontext() as reader:
        for content in contents:
            try:
                found.append(_resource(content, contents, workspace, reader))
            except ContentError as error:
                findings += error.findings
    if findings:
        raise ContentError(findings)
    return found


def body_of(content: Content, contents: Iterable[Content], workspace: Workspace) -> dict[str, Any]:
    """What the API takes for the content. `contents`: all that the workspace gets, for the rules that others name.

    Raises ContentError for an automation rule that names detections which the workspace does not get.
    """
    if isinstance(content, Detection):
        return detection_body(content)
    if isinstance(content, HuntingQuery):
        return hunting_query_body(content)
    if isinstance(content, Function):
        return function_body(content)
    if isinstance(content, Watchlist):
        return watchlist_body(content)
    if isinstance(content, Workbook):
        return workbook_body(content, workspace.resource_id, workspace.location)
    assert isinstance(content, AutomationRule)
    return automation_rule_body(content, _rules_named_by(content, contents, workspace))


def _resource(
    content: Content, contents: Iterable[Content], workspace: Workspace, reader: TableReader | None
) -> Desired:
    body = body_of(content, contents, workspace)
    asks = isinstance(content, Detection | HuntingQuery | Workbook)
    return Desired(
        key=key_of(content),
        title=body["properties"]["displayName"],
        body=body,
        path=content.path,
        version=getattr(content, "version", None),
        items=content.rows if isinstance(content, Watchlist) else None,
        tables=reader.tables(content) if asks and reader else (),  # type: ignore[arg-type]
        notes=tuple(_notes(content, workspace)),
    )


def _rules_named_by(
    rule: AutomationRule, contents: Iterable[Content], workspace: Workspace
) -> Callable[[RulePattern], list[str]]:
    detections = [each for each in contents if isinstance(each, Detection)]

    def ids(pattern: RulePattern) -> list[str]:
        named = [each for each in detections if matches(pattern.pattern, each.path)]
        if not named:
            # A condition without values would hold for nothing, or for everything: neither is what is meant.
            message = f'"{pattern.pattern}" names no detection that {workspace.name} gets'
            hint = f"Correct the pattern, or exclude {rule.path} from the workspace as well."
            raise ContentError(rule.document.finding("MH008", message, pattern.at, hint=hint))
        return [resource_path(workspace, key_of(each)) for each in named]

    return ids


def _notes(content: Content, workspace: Workspace) -> Iterator[str]:
    for field, value in overrides(content, workspace).items():
        said = str(value).lower() if isinstance(value, bool) else value
        yield f"{_NAMES[field]} is {said} here, as workspaces.yaml says"


def _twins(contents: Iterable[Content]) -> Iterator[Finding]:
    """Contents that would be the same resource: lint's finding, which a deployment cannot pass over."""
    first: dict[Key, str] = {}
    for content in contents:
        key = key_of(content)
        # Hunting queries and functions are both saved searches.
        kind = ResourceKind.FUNCTION if key.kind is ResourceKind.HUNTING_QUERY else key.kind
        other = first.setdefault(Key(kind, key.id.lower()), content.path)
        if other != content.path:
            name = "watchlistAlias" if key.kind is ResourceKind.WATCHLIST else "id"
            told = content.document.finding("MH008", f"the {name} is also that of {other}", (name,))
            yield replace(told, code=DuplicateId.code, slug=DuplicateId.slug)

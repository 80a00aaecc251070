"""What the checks of workspaces.yaml share: what the file says, and what it says it of."""

from __future__ import annotations

from masthead.content.automation_rules import AutomationRule
from masthead.content.finding import ContentError
from masthead.content.layout import ContentFile, Kind
from masthead.content.watchlists import Watchlist
from masthead.content.workspaces import FIELDS, Override, Workspace
from masthead.lint.overview import Overview


def workspaces(overview: Overview) -> tuple[Workspace, ...]:
    """The workspaces, if lint was asked for them; none when they cannot be used, which is said where they are read."""
    if not any(overview.of(Kind.WORKSPACES)):
        return ()
    try:
        return tuple(overview.project.workspaces.values())
    except ContentError:
        return ()


def said(overview: Overview) -> tuple[tuple[Override, str], ...]:
    """Each field of each override that counts in some workspace, once, as (override, field)."""
    overrides = {each.at: each for workspace in workspaces(overview) for each in workspace.overrides}
    return tuple((each, field) for each in overrides.values() for field in FIELDS if getattr(each, field) is not None)


def applies(overview: Overview, file: ContentFile, field: str) -> bool:
    """Whether content like that in `file` has the field."""
    if field == "rows":
        return file.kind is Kind.WATCHLIST
    if field == "enabled":
        return file.kind in (Kind.DETECTION, Kind.AUTOMATION_RULE)
    if file.kind is not Kind.DETECTION:
        return False
    rule = overview.rule(file)
    return field == "severity" or rule is None or not rule.nrt


def own_value(overview: Overview, file: ContentFile, field: str) -> object | None:
    """What the content itself says; None when that cannot be read."""
    if file.kind is Kind.DETECTION:
        rule = overview.rule(file)
        values = (
            {"enabled": rule.enabled, "severity": rule.severity, "trigger_threshold": rule.threshold} if rule else {}
        )
        return values.get(field)
    try:
        content = overview.project.read(file)
    except ContentError:
        return None
    if isinstance(content, AutomationRule) and field == "enabled":
        return content.enabled
    return content.rows if isinstance(content, Watchlist) and field == "rows" else None

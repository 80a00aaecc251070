"""Which rules fail, as Sentinel's own health log tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from masthead.content.model import Content, Detection
from masthead.workspace.asking import QueryRefused, ask
from masthead.workspace.preflight.permission import if_permitted
from masthead.workspace.preflight.states import TableState
from masthead.workspace.session import Session

HEALTH = "SentinelHealth"

# https://learn.microsoft.com/azure/sentinel/monitor-analytics-rule-integrity
_QUERY = f"""{HEALTH}
| where TimeGenerated > ago(1d) and SentinelResourceType =~ "Analytics Rule"
| summarize arg_max(TimeGenerated, Status, Reason, Description, SentinelResourceName) by SentinelResourceId
| where Status !~ "Success"
| project TimeGenerated, SentinelResourceId, SentinelResourceName, Status, Reason, Description
| order by SentinelResourceName asc"""


@dataclass(frozen=True, slots=True)
class FailingRule:
    """A rule whose last run of the last day did not succeed. path: the content file; None for a rule of others."""

    name: str
    status: str
    reason: str
    at: datetime
    path: str | None


def failing_rules(
    session: Session, state: TableState | None, contents: Iterable[Content]
) -> tuple[tuple[FailingRule, ...], str | None]:
    """The rules that fail; or why that is not known, and what to do. Raises WorkspaceError."""
    if state is None or state.exists is None:
        return (), state.unknown if state else None
    if not state.exists or state.rows == 0:
        hint = "Switch on auditing and health monitoring in Sentinel's settings"
        return (), f"whether rules fail, since {HEALTH} has no rows. {hint}."
    try:
        answer, refused = if_permitted(session, "look for rules that fail", lambda: ask(session, _QUERY))
    except QueryRefused as error:
        return (), error.message
    if answer is None:
        return (), refused
    paths = {each.id.lower(): each.path for each in contents if isinstance(each, Detection)}
    return tuple(_rule(row, paths) for row in answer.dicts()), None


def _rule(row: Mapping[str, object], paths: Mapping[str, str]) -> FailingRule:
    id = str(row["SentinelResourceId"]).rsplit("/", 1)[-1].lower()
    reason = str(row["Reason"] or row["Description"] or "no reason given")
    at = row["TimeGenerated"]
    assert isinstance(at, datetime)
    return FailingRule(str(row["SentinelResourceName"] or id), str(row["Status"]), reason, at, paths.get(id))

"""Who changed something in a workspace: asked of its own logs, where these are kept."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from masthead.workspace.asking import ask
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.plan import Plan, Trace
from masthead.workspace.resources import Key
from masthead.workspace.session import Session

LOOK_BACK = timedelta(days=90)

# SentinelAudit tells of rules (once auditing is switched on), AzureActivity of all that goes through Resource Manager.
# Types are said, as the columns of a table that is not there have none.
_QUERY = """
let ids = dynamic([{ids}]);
union isfuzzy=true
    (
    SentinelAudit
    | project When = todatetime(TimeGenerated), Operation = tostring(OperationName),
        Where = strcat(SentinelResourceId, " ", SentinelResourceName), Who = tostring(ExtendedProperties.CallerName)
    ),
    (
    AzureActivity
    | where OperationNameValue endswith "/write" or OperationNameValue endswith "/delete"
    | where ActivityStatusValue !in~ ("Failure", "Failed")
    | project When = todatetime(TimeGenerated), Operation = tostring(OperationNameValue),
        Where = strcat(_ResourceId, " ", ResourceId, " ", Properties), Who = tostring(Caller)
    )
| where isnotempty(Who) and Where has_any (ids)
| mv-expand Id = ids to typeof(string)
| where Where has Id
| summarize arg_max(When, Who, Operation) by Id
"""


def traced(session: Session, plan: Plan) -> Plan:
    """The plan with, at each resource that drifted, who changed it last. Without logs that tell, it stays as it is."""
    if not plan.drifted:
        return plan
    try:
        traces = last_changes(session, [step.key for step in plan.drifted])
    except WorkspaceError:
        return plan  # the plan holds without them: the account may not read logs, or none are kept
    steps = (replace(step, trace=traces.get(step.key)) if step.drifted else step for step in plan.steps)
    return replace(plan, steps=tuple(steps))


def last_changes(session: Session, keys: Collection[Key]) -> dict[Key, Trace]:
    """Who changed each of the resources last, where the logs tell. Raises WorkspaceError."""
    query = _QUERY.replace("{ids}", ", ".join(json.dumps(key.id) for key in keys))
    now = datetime.now(UTC)
    answer = ask(session, query, start=now - LOOK_BACK, end=now, action="look who changed what")
    found = {row["Id"].lower(): row for row in answer.dicts()}
    return {key: Trace(row["Who"], row["When"], row["Operation"]) for key in keys if (row := found.get(key.id.lower()))}

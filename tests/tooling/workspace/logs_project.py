"""A small project with logs: a rule that takes each row by itself, one that counts, a hunting query and a workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from masthead.content.project import Project

RULE = """\
id: {id}
name: {name}
description: Somebody deleted something.
severity: Medium
kind: Scheduled
requiredDataConnectors: []
queryFrequency: 1h
queryPeriod: {period}
triggerOperator: gt
triggerThreshold: 0
tactics: [Impact]
relevantTechniques: [T1485]
query: |
{query}
entityMappings:
  - entityType: Account
    fieldMappings: [{{identifier: Name, columnName: Actor}}]
alertDetailsOverride: {{alertDisplayNameFormat: "{{{{Actor}}}} deletes"}}
eventGroupingSettings: {{aggregationKind: AlertPerResult}}
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    {{enabled: true, reopenClosedIncident: false, lookbackDuration: 5h, matchingMethod: AllEntities}}
version: 1.0.0
"""


def rule(number: int, name: str, query: str, period: str = "1h") -> str:
    """The text of a rule."""
    indented = "\n".join(f"  {line}" for line in query.splitlines())
    return RULE.format(id=f"4e5914ea-6d52-4b4c-9a64-5a87b7d3{number:04d}", name=name, query=indented, period=period)


DELETED = """\
Events
| where Action == "delete"
| where Actor !in ((_GetWatchlist("admins") | project SearchKey))"""
OFTEN = """\
Deletions
| where TimeGenerated > ago(2h)
| summarize Times = count(), TimeGenerated = max(TimeGenerated) by Actor
| sort by Actor asc"""
FILES = {
    "pyproject.toml": "[tool.masthead]\n",
    "catalog/tables/Events.yaml": """\
name: Events
description: What happened.
columns: {TimeGenerated: datetime, Actor: string, Action: string, Count: long, Detail: dynamic}
""",
    "functions/deletions.yaml": """\
id: 3d0e5c5e-6f3c-4f0c-9a44-7f4e86f2b7a1
name: Deletions
version: 1.0.0
description: What was deleted.
functionAlias: Deletions
query: |-
  Events
  | where Action == "delete"
""",
    "watchlists/admins.csv": "Name\nalice\n",
    "watchlists/admins.yaml": """\
id: 6f85d559-2ade-48c6-a970-fdfc41187d32
watchlistAlias: admins
displayName: Administrators
description: Who may delete.
provider: Contoso
itemsSearchKey: Name
version: 1.0.0
columns: [{name: Name, description: The account}]
""",
    "detections/rbac/deleted.yaml": rule(1, "Deleted", DELETED),
    "detections/rbac/often.yaml": rule(2, "Deleted often", OFTEN, "2h"),
    "hunting/rbac/actors.yaml": """\
id: 7c9e6679-7425-40de-944b-e07fc1f90ae7
name: Who did what
description: All that was done.
query: |
  Events
  | project TimeGenerated, Actor, Count, Detail
version: 1.0.0
""",
    "tests/detections/rbac/deleted.yaml": """\
cases:
  - name: two alerts
    logs: [attack]
    expect: {alerts: [{title: mallory deletes}, {title: trudy deletes}]}
""",
    "tests/detections/rbac/often.yaml": """\
cases:
  - name: three alerts
    logs: [attack]
    expect: {alerts: [{title: mallory deletes}, {title: mallory deletes}, {title: trudy deletes}]}
""",
    "tests/hunting/rbac/actors.yaml": "cases: [{name: three rows, logs: [attack], expect: {count: 3}}]\n",
    "tests/recordings/attack/recording.yaml": """\
title: Mallory deletes
description: Mallory deletes, and Trudy does.
provenance: {kind: constructed, source: this test}
period: {from: "2026-11-03T09:00:00Z", to: "2026-11-03T11:00:00Z"}
tables: [Events]
""",
}  # fmt: skip
ATTACK = [
    {"TimeGenerated": "2026-11-03T09:10:00Z", "Actor": "mallory", "Action": "delete", "Count": 1, "Detail": {"a": 1}},
    {"TimeGenerated": "2026-11-03T09:20:00Z", "Actor": "alice", "Action": "create", "Count": 2},
    {"TimeGenerated": "2026-11-03T10:30:00Z", "Actor": "trudy", "Action": "delete", "Count": 3},
]


def write_project(root: Path, changes: Mapping[str, str | None] | None = None) -> Project:
    """The project in a folder, with some of its files changed (path → text) or left out (path → None)."""
    rows = {"tests/recordings/attack/Events.ndjson": "".join(json.dumps(row) + "\n" for row in ATTACK)}
    for path, text in {**FILES, **rows, **(changes or {})}.items():
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    return Project.load(root)

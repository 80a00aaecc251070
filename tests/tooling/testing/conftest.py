"""A small project to run cases in: one table, one rule, one hunting query, two recordings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.content.project import Project

FILES = {
    "pyproject.toml": "[tool.masthead]\n",
    "catalog/tables/Events.yaml": """\
name: Events
description: What happened.
columns: {TimeGenerated: datetime, Actor: string, Action: string, Count: long, Detail: dynamic}
""",
    "catalog/tables/Other.yaml": """\
name: Other
description: What else happened.
columns: {TimeGenerated: datetime, Name: string}
""",
    "detections/rbac/deleted.yaml": """\
id: 4e5914ea-6d52-4b4c-9a64-5a87b7d35e21
name: Something was deleted
description: Somebody deleted something.
severity: Medium
kind: Scheduled
requiredDataConnectors: []
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [Impact]
relevantTechniques: [T1485]
query: |
  Events
  | where Action == "delete"
entityMappings:
  - entityType: Account
    fieldMappings: [{identifier: Name, columnName: Actor}]
customDetails: {Number: Count}
alertDetailsOverride: {alertDisplayNameFormat: "{{Actor}} deletes"}
eventGroupingSettings: {aggregationKind: AlertPerResult}
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    {enabled: true, reopenClosedIncident: false, lookbackDuration: 5h, matchingMethod: AnyAlert}
version: 1.0.0
""",
    "hunting/rbac/actors.yaml": """\
id: 7c9e6679-7425-40de-944b-e07fc1f90ae7
name: Who did what
description: All that was done.
query: |
  Events
  | project TimeGenerated, Actor, Count
version: 1.0.0
""",
    "tests/recordings/attack/recording.yaml": """\
title: Mallory deletes
description: Mallory deletes twice.
provenance: {kind: constructed, source: this test}
period: {from: "2026-11-03T09:00:00Z", to: "2026-11-03T11:00:00Z"}
tables: [Events]
""",
    "tests/recordings/quiet/recording.yaml": """\
title: Nothing
description: Alice creates.
provenance: {kind: constructed, source: this test}
period: {from: "2026-11-03T00:00:00Z", to: "2026-11-03T08:00:00Z"}
tables: [Events]
""",
}

ATTACK = [
    {"TimeGenerated": "2026-11-03T09:10:00Z", "Actor": "mallory", "Action": "delete", "Count": 1, "Detail": {"a": 1}},
    {"TimeGenerated": "2026-11-03T09:20:00Z", "Actor": "alice", "Action": "create", "Count": 2},
    {"TimeGenerated": "2026-11-03T10:30:00Z", "Actor": "trudy", "Action": "delete", "Count": 3},
]
QUIET = [{"TimeGenerated": "2026-11-03T07:00:00Z", "Actor": "alice", "Action": "create", "Count": 1}]

MakeProject = Callable[..., Project]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """The project, with some of its files changed (path → text) or left out (path → None)."""

    def make(changes: dict[str, str | None] | None = None) -> Project:
        rows = {"attack": ATTACK, "quiet": QUIET}
        ndjson = {
            f"tests/recordings/{name}/Events.ndjson": "".join(json.dumps(row) + "\n" for row in each)
            for name, each in rows.items()
        }
        for path, text in {**FILES, **ndjson, **(changes or {})}.items():
            if text is not None:
                (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / path).write_text(text, encoding="utf-8")
        (tmp_path / "detections").mkdir(exist_ok=True)
        return Project.load(tmp_path)

    return make

"""A rule whose tables are missing is not deployed enabled: the cases in missing.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from masthead.content.project import Project
from masthead.kql.binding import Binding
from masthead.workspace.preflight.missing import missing_for
from masthead.workspace.preflight.states import TablePlan, TableState
from masthead.workspace.resources import Desired, Key, ResourceKind

ROOT = Path(__file__).parents[4]
CASES = yaml.safe_load((Path(__file__).parent / "missing.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def binding():
    return Binding(Project.load(ROOT))


def state(name: str, plan: str | None) -> TableState:
    if plan == "unknown":
        return TableState(name=name, exists=None, unknown="the account may not")
    return TableState(name=name, exists=plan is not None, plan=TablePlan(plan) if plan else None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_rule_runs_or_is_told_why_not(case, binding):
    read = tuple(dict.fromkeys(each.name for each in binding.analyze(case["query"], analyzers=False).tables))
    rule = Desired(
        key=Key(ResourceKind.DETECTION, "id"),
        title="Rule",
        body={"properties": {"query": case["query"]}},
        path="detections/rbac/rule.yaml",
        tables=read,
    )
    states = {name: state(name, case["tables"].get(name)) for name in read}
    assert missing_for(rule, states, binding) == case.get("reason")

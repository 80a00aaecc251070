"""What is known without a run: on which recordings a detection sees nothing, and so cannot fire."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.content.project import Project
from masthead.testing.bench import Bench
from masthead.testing.everywhere import alerts_of, unforeseen
from masthead.testing.together import Together
from masthead.testing.verdict import judge

MakeProject = Callable[..., Project]
RULE = "detections/rbac/deleted.yaml"
CASES = f"tests/{RULE}"
NO_CASES = """\
cases:
  - {name: none, logs: [], clock: {from: 2026-11-03T00:00:00Z, to: 2026-11-03T01:00:00Z}, expect: {alerts: []}}
"""
DELETED = 'Action == "delete"'


def seen(make_project: MakeProject, tmp_path: Path, old: str = "", new: str = "") -> dict[str, bool]:
    """For each recording whether the rule may see something there; one that sees nothing must not fire."""
    make_project()
    text = (tmp_path / RULE).read_text(encoding="utf-8")
    assert old in text
    project = make_project({CASES: NO_CASES, RULE: text.replace(old, new)})
    rule, bench = project.detections.at(RULE), Bench(project)
    assert rule
    cases, together = project.cases_for(rule), Together(bench)
    assert cases
    found = {}
    for case in unforeseen(cases, rule, bench):
        assert case.recording
        found[case.recording] = not together.sees_nothing(rule, case)
        assert found[case.recording] or not alerts_of(judge(case, rule, bench))
    return found


def test_only_recordings_with_rows_behind_the_first_filters_are_seen(make_project: MakeProject, tmp_path: Path) -> None:
    assert seen(make_project, tmp_path) == {"attack": True, "quiet": False}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"| where {DELETED}", f"| summarize Count = countif({DELETED}), Actor = take_any(Actor)"),
        (f"| where {DELETED}", f"| where {DELETED} and ingestion_time() > datetime(2020-01-01)"),
        ("triggerOperator: gt\ntriggerThreshold: 0", "triggerOperator: lt\ntriggerThreshold: 1"),
        (DELETED, f"{DELETED} | union (print Actor = 'nobody', TimeGenerated = now(), Count = 1)"),
    ],
    ids=["summarises nothing to a row", "asks when rows came in", "fires on too few rows", "makes rows of its own"],
)
def test_a_detection_is_run_that(make_project: MakeProject, tmp_path: Path, old: str, new: str) -> None:
    assert seen(make_project, tmp_path, old, new) == {"attack": True, "quiet": True}

"""A pull from the stand-in, through Microsoft's own clients: afterwards a plan has nothing to change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tooling.workspace.stage import AT_ONCE, FOREIGN, Stage, staged

from masthead.content.project import Project
from masthead.workspace.live import read_live
from masthead.workspace.plan import Action
from masthead.workspace.pull.names import Selection
from masthead.workspace.pull.pulling import Pull, pull, write


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path) as stage:
        yield stage


def pulled(stage: Stage) -> Pull:
    session = stage.session()
    found = pull(Project.load(stage.root), session.workspace, read_live(session), Selection())
    write(stage.root, found.pulled)
    return found


def test_what_others_made_can_be_adopted(stage: Stage) -> None:
    stage.deploy()
    found = pulled(stage)
    assert [path for each in found.pulled for path in each.files] == [
        "watchlists/vips.yaml",
        "watchlists/vips.csv",
        "functions/team-sign-ins.yaml",
        "detections/pulled/many-failed-sign-ins.yaml",
        "detections/pulled/someone-elses-rule.yaml",
        "hunting/pulled/rare-callers.yaml",
        "workbooks/pulled/the-teams-own-workbook.workbook",
    ]
    assert [each.reason for each in found.left][:2] == [
        "rules of the kind Fusion are Sentinel's own",
        "rules of the kind MicrosoftSecurityIncidentCreation are Sentinel's own",
    ]
    assert (found.unchanged, found.others) == (8, 1)
    # What differs still: a rule whose table is missing, and a function that had no description.
    assert [(each.action, each.path) for each in stage.plan().steps] == [
        (Action.LEAVE, "functions/team-sign-ins.yaml"),
        (Action.LEAVE, "detections/pulled/someone-elses-rule.yaml"),
    ]
    assert pulled(stage).pulled == ()


def test_after_a_pull_of_changes_by_hand_a_plan_has_nothing_to_change(stage: Stage) -> None:
    stage.deploy()
    portal = stage.stand_in.portal
    portal.change("alertRules", FOREIGN, severity="Low", query="SigninLogs\r\n| take 5", queryFrequency="PT30M")
    portal.change("savedSearches", f"{FOREIGN[:-1]}6", query="SigninLogs")
    portal.change("automationRules", f"{FOREIGN[:-1]}8", order=77)
    found = pulled(stage)
    changed = {path: each.fields for each in found.pulled if each.fields for path in each.files}
    assert changed == {
        "detections/sign-in/foreign.yaml": ("severity", "queryFrequency", "query"),
        "hunting/sign-in/rare.yaml": ("query",),
        "automation/label.yaml": ("order",),
    }
    steps = [step for step in stage.plan().steps if step.action is not Action.LEAVE]
    assert [(step.action, step.path, step.changes) for step in steps] == [
        (Action.RECORD, "detections/sign-in/foreign.yaml", ()),
        (Action.RECORD, "hunting/sign-in/rare.yaml", ()),
        (Action.RECORD, "automation/label.yaml", ()),
    ]


def test_a_rule_that_sentinel_disabled_is_written_disabled_under_its_own_name(stage: Stage) -> None:
    stage.deploy()
    stage.stand_in.portal.auto_disable(AT_ONCE)
    pulled(stage)
    text = (stage.root / "detections/sign-in/at-once.yaml").read_text(encoding="utf-8")
    assert "name: Sign-in of a forbidden account\n" in text
    assert "enabled: false  # AUTO DISABLED by Sentinel\n" in text
    assert "failed too often" not in text

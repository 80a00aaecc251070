"""A plan in a file: what it refuses, and that the rest of it can be done after a deployment was cut short."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tooling.workspace.resources_made import WORKSPACE, owned, state, there, wanted

from masthead.workspace.errors import WorkspaceError
from masthead.workspace.plan import Plan, make_plan
from masthead.workspace.plan_file import KeptPlan, write_plan
from masthead.workspace.prepare import Options
from masthead.workspace.resources import ResourceKind

NEW, OLD, GONE = wanted("new"), wanted("old", severity="High"), wanted("gone")
BEFORE = state([there(wanted("old")), there(GONE)], [owned(wanted("old")), owned(GONE)])
OPTIONS = Options(prune=True)


def planned(live: Any = BEFORE, content: Any = (NEW, OLD)) -> Plan:
    return make_plan(WORKSPACE, list(content), live, prune=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    write_plan(planned(), OPTIONS, path)
    return path


def refusal(file: Path, plan: Plan | None = None, workspace: Any = WORKSPACE) -> str:
    with pytest.raises(WorkspaceError) as caught:
        kept = KeptPlan.read(file)
        kept.check_workspace(workspace)
        kept.check(plan or planned())
    return caught.value.message


def test_the_same_plan_may_be_done_with_its_own_options(file: Path) -> None:
    kept = KeptPlan.read(file)
    kept.check_workspace(WORKSPACE)
    kept.check(planned())
    assert kept.options == OPTIONS


def test_a_plan_is_the_same_bytes_each_time(file: Path, tmp_path: Path) -> None:
    write_plan(planned(), OPTIONS, tmp_path / "again.json")
    assert file.read_bytes() == (tmp_path / "again.json").read_bytes()


def test_the_rest_of_a_plan_may_be_done_after_any_part_of_it(file: Path) -> None:
    """Each of its three steps may be done, half done (the record is written first), or not begun."""
    kept = KeptPlan.read(file)
    new = [([], []), ([], [owned(NEW)]), ([there(NEW)], [owned(NEW)])]
    old = [
        ([there(wanted("old"))], [owned(wanted("old"))]),
        ([there(wanted("old"))], [owned(OLD, before=there(wanted("old")))]),
        ([there(OLD)], [owned(OLD, before=there(wanted("old")))]),
    ]
    gone = [([there(GONE)], [owned(GONE)]), ([], [owned(GONE)]), ([], [])]
    for one in new:
        for two in old:
            for three in gone:
                kept.check(planned(state([*one[0], *two[0], *three[0]], [*one[1], *two[1], *three[1]])))


def test_a_plan_is_stale_when_the_workspace_changed(file: Path) -> None:
    edited = state([there(wanted("old"), query="U"), there(GONE)], [owned(wanted("old")), owned(GONE)])
    assert "Old: it was changed in the workspace since the plan" in refusal(file, planned(edited))


def test_a_plan_is_stale_when_somebody_else_made_what_it_creates(file: Path) -> None:
    taken = state([*BEFORE.resources.values(), there(NEW, query="U")], BEFORE.owned.values())
    assert "New: it was changed in the workspace since the plan" in refusal(file, planned(taken))


def test_a_plan_is_stale_when_the_content_changed(file: Path) -> None:
    other = planned(content=[wanted("new", query="U"), OLD])
    assert "New: the content has changed since the plan" in refusal(file, other)


def test_a_plan_is_stale_when_there_is_more_to_do(file: Path) -> None:
    assert "More: to create, which the plan does not have" in refusal(file, planned(content=[NEW, OLD, wanted("more")]))


def test_a_plan_for_another_workspace_is_refused(file: Path) -> None:
    other = replace(WORKSPACE, name="staging", workspace="law-staging")
    assert "is a plan for production" in refusal(file, workspace=other)
    assert "is a plan for production" in refusal(file, workspace=replace(WORKSPACE, owner="another"))


@pytest.mark.parametrize("field", ["wanted", "title", "action"])
def test_an_altered_plan_is_refused(file: Path, field: str) -> None:
    data = json.loads(file.read_text(encoding="utf-8"))
    data["steps"][0][field] = "other"
    file.write_text(json.dumps(data), encoding="utf-8")
    assert "was altered since it was made" in refusal(file)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '{"checksum": "x"}', "\x00"])
def test_what_is_no_plan_is_told(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    assert "is not a plan, or was cut off" in refusal(file)


def test_a_plan_that_was_cut_off_is_told(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])
    assert "is not a plan, or was cut off" in refusal(file)


def test_a_plan_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "no such file or directory" in refusal(tmp_path / "none.json")


def test_items_and_workbooks_are_in_the_plan_as_what_changes(tmp_path: Path) -> None:
    workbook = wanted("w", ResourceKind.WORKBOOK, serializedData='{"items": [1]}')
    live = state([there(workbook, serializedData='{"items": []}')], [owned(workbook)])
    path = tmp_path / "plan.json"
    write_plan(make_plan(WORKSPACE, [workbook], live), OPTIONS, path)
    step = json.loads(path.read_text(encoding="utf-8"))["steps"][0]
    assert step["changes"] == [{"field": "serializedData", "old": {"items": []}, "new": {"items": [1]}}]

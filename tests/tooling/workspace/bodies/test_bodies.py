"""What the API gets of each kind of content, whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from masthead.content.automation_rules import AutomationRule
from masthead.content.layout import ContentFile, kind_of
from masthead.content.project import Project
from masthead.content.workspaces import Workspace
from masthead.workspace.bodies.automation_rule import automation_rule_body
from masthead.workspace.bodies.saved_search import MAX_TAG, shortened
from masthead.workspace.bodies.workbook import workbook_id
from masthead.workspace.desired import body_of

CASES = yaml.safe_load((Path(__file__).parent / "bodies.yaml").read_text(encoding="utf-8"))
WORKSPACE = Workspace(name="prod", subscription="s", resource_group="rg", workspace="ws", location="westeurope")


def read(root: Path, case: dict[str, Any]) -> Any:
    path = root / case["path"]
    path.parent.mkdir(parents=True)
    path.write_text(case["content"], encoding="utf-8")
    if "rows" in case:
        path.with_suffix(".csv").write_text(case["rows"], encoding="utf-8")
    kind = kind_of(case["path"])
    assert kind is not None
    return Project.load(root).read(ContentFile(case["path"], kind))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_content_becomes_this_body(tmp_path: Path, case: dict[str, Any]) -> None:
    content = read(tmp_path, case)
    if isinstance(content, AutomationRule):
        rules = {"a*": ["/a", "/aa"], "aa": ["/aa"], "b": ["/b"]}
        body = automation_rule_body(content, lambda pattern: rules[pattern.pattern])
    else:
        body = body_of(content, (), WORKSPACE)
    if "serializedData" in body["properties"]:
        body["properties"]["serializedData"] = json.loads(body["properties"]["serializedData"])
    assert body == case["body"]


def test_making_a_body_leaves_the_content_as_it_was(tmp_path: Path) -> None:
    rule = read(tmp_path, next(case for case in CASES if case["path"] == "automation/close.yaml"))
    before = json.dumps(rule.document.data)
    automation_rule_body(rule, lambda _: ["/a"])["properties"]["actions"].clear()
    assert json.dumps(rule.document.data) == before


def test_a_workbook_in_json_without_an_id_has_one_of_its_path(tmp_path: Path) -> None:
    case = {"path": "workbooks/rbac/page.workbook", "content": '{"version": "Notebook/1.0", "items": []}'}
    assert workbook_id(read(tmp_path, case)) == "5647b831-a7c9-5755-a049-a9cf07707139"


@given(st.text() | st.text(" ab", min_size=250, max_size=300) | st.text("ab", min_size=250, max_size=300))
def test_a_shortened_description_fits_and_is_not_shortened_again(text: str) -> None:
    short = shortened(text)
    assert len(short) <= MAX_TAG
    assert shortened(short) == short
    assert short == text.strip() or text.strip().startswith(short.rstrip("…"))

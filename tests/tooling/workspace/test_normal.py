"""What a comparison of resources passes over, and that it passes over nothing else."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masthead.content.project import Project
from masthead.content.workspaces import Workspace
from masthead.workspace.desired import desired
from masthead.workspace.normal import digest, normal
from masthead.workspace.resources import Desired, Key, Live, ResourceKind

ROOT = Path(__file__).parents[3]
CASES = yaml.safe_load(Path(__file__).with_name("normal.yaml").read_text(encoding="utf-8"))
WORKSPACE = Workspace(name="w", subscription="s", resource_group="r", workspace="w", location="westeurope")


def live(kind: str, properties: dict[str, Any], items: list[dict[str, str]] | None = None) -> Live:
    body = {"kind": "Scheduled", "properties": {"displayName": "Title", "query": "T", **properties}}
    return Live(key=Key(ResourceKind(kind), "id"), title="Title", body=body, items=tuple(items) if items else None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_the_same(case: dict[str, Any]) -> None:
    one, other = (normal(live(case["kind"], case[side])) for side in ("one", "other"))
    assert (one == other) is case["same"], (one, other)
    assert (digest(one) == digest(other)) is case["same"]


def test_the_items_of_a_watchlist_have_no_order_but_a_number() -> None:
    a, b = {"K": "1", "V": "x"}, {"K": "2", "V": "y"}
    assert normal(live("watchlist", {}, [a, b])) == normal(live("watchlist", {}, [b, a]))
    assert normal(live("watchlist", {}, [a, b])) != normal(live("watchlist", {}, [a, a, b]))


def test_a_rule_of_another_kind_is_another_rule() -> None:
    scheduled = live("detection", {})
    nrt = Live(key=scheduled.key, title="Title", body={**scheduled.body, "kind": "NRT"})
    assert normal(scheduled) != normal(nrt)


@pytest.fixture(scope="module")
def content() -> list[Desired]:
    return desired(Project.load(ROOT), WORKSPACE)


INERT = {"version", "source", "sourceType", "contentType", "numberOfLinesToSkip"}
"""The version of a saved search, which Sentinel keeps itself, and how a watchlist was loaded."""


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_other_value_anywhere_in_our_content_is_seen(content: list[Desired], data: st.DataObject) -> None:
    each = data.draw(st.sampled_from(content), label="content")
    body = copy.deepcopy(dict(each.body))
    path = data.draw(st.sampled_from([p for p in leaves(body) if p[-1] not in INERT]), label="path")
    value = at(body, path[:-1])[path[-1]]
    if is_inert(body, path):
        return
    at(body, path[:-1])[path[-1]] = changed(value, data)
    assert normal(each) != normal(Desired(key=each.key, title=each.title, body=body, path=each.path, items=each.items))


def is_inert(body: dict[str, Any], path: tuple[Any, ...]) -> bool:
    """Settings of a grouping that is off."""
    if "groupingConfiguration" not in path or path[-1] == "enabled":
        return False
    return not body["properties"]["incidentConfiguration"]["groupingConfiguration"]["enabled"]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in leaves(each, (*path, name))]
    if isinstance(value, list):
        return [leaf for index, each in enumerate(value) for leaf in leaves(each, (*path, index))]
    return [path] if value is not None and path[:1] == ("properties",) else []


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def changed(value: Any, data: st.DataObject) -> Any:
    """Another value of the same type, that means something else."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + data.draw(st.integers(1, 5))
    if value.startswith('{"version'):  # a workbook's content
        return value.replace('"version"', '"Version"', 1)
    place = data.draw(st.integers(0, len(value)))
    return f"{value[:place]}{data.draw(st.sampled_from('xyz7'))}{value[place:]}"

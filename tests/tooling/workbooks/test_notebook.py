"""The JSON that is made of a workbook: whole, the same each time, and read again as the same workbook."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from masthead.content.document import parse_document
from masthead.content.finding import ContentError
from masthead.content.layout import ContentFile, Kind
from masthead.content.notebooks import read_notebook
from masthead.content.project import Project
from masthead.content.workbook_yaml import read_workbook
from masthead.content.workbooks import Group, Tabs, Text, Workbook
from masthead.workbooks.notebook import notebook, notebook_text
from masthead.workbooks.substitution import time_range

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PATH = "workbooks/rbac/everything.yaml"


def everything() -> Workbook:
    text = (HERE / "everything.yaml").read_text(encoding="utf-8")
    return read_workbook(parse_document(text, PATH), ContentFile(PATH, Kind.WORKBOOK))


def as_notebook(text: str) -> Workbook:
    path = "workbooks/rbac/everything.workbook"
    return read_notebook(parse_document(text, path), ContentFile(path, Kind.WORKBOOK))


def test_everything_that_yaml_can_say_becomes_this_json() -> None:
    expected = json.loads((HERE / "everything.workbook").read_text(encoding="utf-8"))
    assert notebook(everything()) == expected


def test_the_same_workbook_gives_the_same_bytes() -> None:
    assert notebook_text(everything()) == notebook_text(everything())


def test_a_notebook_is_built_as_it_stands() -> None:
    text = notebook_text(everything())
    assert notebook_text(as_notebook(text)) == text


def essence(workbook: Workbook) -> list[object]:
    """What lint and tests look at."""
    parts: list[object] = []
    for part in workbook.all_parts():
        shown = [(each.parameter, each.value, each.negated) for each in part.conditions]
        if isinstance(part, Text):
            parts.append((part.markdown.strip(), shown))
        elif isinstance(part, Tabs):
            parts.append((part.parameter, part.choices, shown))
        elif isinstance(part, Group):
            parts.append((part.title, shown))
    queries = [
        (each.name, each.title, each.query.strip(), each.visualization, each.time_parameter, each.exports[:1] != ())
        for each in workbook.queries
    ]
    parameters = [
        (each.name, each.type, each.label, (each.query or "").strip(), each.multiple, each.all_value, each.quote)
        for each in workbook.parameters
    ]
    return [parts, queries, parameters, workbook.defined()]


def test_what_is_made_is_read_as_the_same_workbook() -> None:
    assert essence(as_notebook(notebook_text(everything()))) == essence(everything())


def test_the_workbooks_of_this_repository_are_read_again_as_they_are() -> None:
    workbooks = list(Project.load(ROOT).workbooks)
    assert workbooks
    for each in workbooks:
        assert essence(as_notebook(notebook_text(each))) == essence(each)


@pytest.mark.parametrize(
    ("milliseconds", "reach"),
    [
        (3_600_000, timedelta(hours=1)),
        (2_592_000_000, timedelta(days=30)),
        (2_592_001_000, timedelta(days=30, seconds=1)),
    ],
)
def test_a_time_range_of_azures_reaches_as_far_as_it_says(milliseconds: int, reach: timedelta) -> None:
    assert time_range(with_range(milliseconds), "T") == reach


@pytest.mark.parametrize("milliseconds", [0, -1, 10**18, "soon", None])
def test_a_time_range_that_says_nothing_usable_is_a_day(milliseconds: object) -> None:
    assert time_range(with_range(milliseconds), "T") == timedelta(days=1)


def with_range(milliseconds: object) -> Workbook:
    parameter = {"name": "T", "type": 4, "value": {"durationMs": milliseconds}}
    items = [{"type": 9, "content": {"parameters": [parameter]}}]
    return as_notebook(json.dumps({"version": "Notebook/1.0", "items": items}))


def test_a_time_range_of_ours_that_is_no_duration_is_pointed_at() -> None:
    text = (
        (HERE / "everything.yaml")
        .read_text(encoding="utf-8")
        .replace("[4h, 7d], default: 7d", "[soon, 7d], default: 7x")
    )
    with pytest.raises(ContentError) as caught:
        read_workbook(parse_document(text, PATH), ContentFile(PATH, Kind.WORKBOOK))
    said = [
        (each.code, str(each.span.start), each.message.split(";")[0]) for each in caught.value.findings if each.span
    ]
    assert said == [
        ("MH008", "6:84", '"7x" is not a duration'),
        ("MH008", "6:64", '"soon" is not a duration'),
    ]

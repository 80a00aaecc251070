"""Values in place of parameters, and the way back from a place in the text to where it was written."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from masthead.content.document import parse_document
from masthead.content.layout import ContentFile, Kind
from masthead.content.workbook_yaml import read_workbook
from masthead.content.workbooks import Workbook
from masthead.workbooks.substitution import example_values, substitute, time_range

CASES = yaml.safe_load((Path(__file__).parent / "substitution.yaml").read_text(encoding="utf-8"))


def workbook_of(parameters: list[dict[str, Any]], items: list[dict[str, Any]] | None = None) -> Workbook:
    data = {
        "id": "44444444-4444-4444-8444-444444444444", "name": "A", "description": "A.", "version": "1.0.0",
        "parameters": parameters, "items": items or [{"text": "A"}],
    }  # fmt: skip
    path = "workbooks/rbac/a.yaml"
    return read_workbook(parse_document(yaml.safe_dump(data), path), ContentFile(path, Kind.WORKBOOK))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_parameter_stands_for(case: dict[str, Any]) -> None:
    workbook = workbook_of(case["parameters"], case.get("items"))
    made = substitute(case["text"], example_values(workbook, case.get("given")))
    assert made.text == case["becomes"]
    assert [use.name for use in made.undefined] == case.get("undefined", [])


def test_a_time_range_reaches_back_as_far_as_its_example_or_default_says() -> None:
    parameters = [{"name": "A", "type": "time", "default": "7d"}, {"name": "B", "type": "time", "example": "4h"}]
    workbook = workbook_of(parameters)
    reach = [time_range(workbook, name) for name in ("A", "B", None)]
    assert reach == [timedelta(days=7), timedelta(hours=4), timedelta(days=1)]
    assert time_range(workbook, "A", {"A": "2h"}) == timedelta(hours=2)


PIECES = st.lists(st.sampled_from(["{A}", "{B}", "{C}", "{", "}", "x", "日本", "\n", '"'])).map("".join)


@given(PIECES)
def test_what_was_not_substituted_leads_back_to_itself(text: str) -> None:
    values = {"A": {None: ""}, "B": {None: "a long value"}}
    made = substitute(text, values)
    offsets = [made.original(offset) for offset in range(len(made.text) + 1)]
    assert offsets == sorted(offsets)
    assert all(0 <= each <= len(text) for each in offsets)
    plain = substitute(text, {})
    assert (plain.text, [plain.original(i) for i in range(len(text))]) == (text, list(range(len(text))))
    # A character that stands alone in what was written is found where it was written.
    for offset, character in enumerate(made.text):
        if character in "日本\n":
            assert text[made.original(offset)] == character

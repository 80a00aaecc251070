"""docs/kql.md is what the registries say."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from masthead.report.kql import kql_markdown, operator_name

DOCUMENT = Path(__file__).parents[3] / "docs/kql.md"
SLIPS = Path(__file__).parents[1] / "kql/page_slips.yaml"


def test_the_page_is_up_to_date() -> None:
    slips = yaml.safe_load(SLIPS.read_text(encoding="utf-8"))
    assert DOCUMENT.read_text(encoding="utf-8") == kql_markdown(slips), "run: make docs"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("FilterOperator", "where"), ("MvExpandOperator", "mv-expand"), ("GraphToTableOperator", "graph-to-table")],
)
def test_operators_are_written_as_in_a_query(kind: str, name: str) -> None:
    assert operator_name(kind) == name


def test_each_section_tells_supported_from_refused() -> None:
    page = kql_markdown()
    operators, functions = page.split("## Operators")[1].split("## Functions")
    assert "`where`" in operators.split("Not supported")[0]
    assert "| `rand` | its value is another one at every run |" in functions
    assert "`geo_info_from_ip_address`" in functions.split("Refused")[0]


def test_each_slip_of_the_documentation_is_listed_with_its_reason() -> None:
    slip = {"page": "an-operator", "example": "the first", "prints": "1", "right": "2", "why": "one and one is two"}
    page = kql_markdown([slip])
    assert page.endswith("| an-operator | the first | 1 | 2 | one and one is two |\n")
    assert "examples err" not in kql_markdown()

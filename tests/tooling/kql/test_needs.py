"""Which tables a query cannot do without: the cases in needs.yaml, and what is left when tables are missing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from masthead.kql.language import LanguageService, StoredFunction
from masthead.kql.needs import needs_of

CASES = yaml.safe_load((Path(__file__).parent / "needs.yaml").read_text(encoding="utf-8"))
TABLES = {name: {"x": "long"} for name in ("A", "Ab", "B", "C")}
FUNCTIONS = (
    StoredFunction("Either", "()", "union isfuzzy=true A, (B | where x == 1)"),
    StoredFunction("Plain", "()", "A | join B on x"),
)


def needs(query: str):
    return needs_of(LanguageService.shared().analyze(query, TABLES, FUNCTIONS, analyzers=False))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_without_any_table_everything_that_is_needed_lacks(case):
    lacks = needs(case["query"]).lacking(lambda table: False)
    assert [list(lack) for lack in lacks] == [[each] if isinstance(each, str) else each for each in case["needs"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_with_all_tables_nothing_lacks(case):
    need = needs(case["query"])
    assert (need.lacking(lambda table: True), need.missed(lambda table: True)) == ((), ())


JOINED = "union isfuzzy=true (A | join B on x), C"


@pytest.mark.parametrize(
    ("missing", "lacks"),
    [("A", ()), ("C", ()), ("AB", ()), ("AC", (("A", "C"),)), ("BC", (("B", "C"),)), ("ABC", (("A", "B", "C"),))],
)
def test_a_leg_that_joins_needs_both_of_its_tables(missing, lacks):
    assert needs(JOINED).lacking(lambda table: table not in missing) == lacks


def test_what_a_query_sees_less_of_is_told_with_what_it_reads_instead():
    need = needs("A | join (union isfuzzy=true B, C) on x")
    assert need.missed(lambda table: table != "B") == (("B", ("C",)),)
    assert need.missed(lambda table: table == "A") == ()
    assert need.all_tables() == ("A", "B", "C")


def test_a_deeply_nested_expression_is_read():
    assert needs("A | where x > 0" + " or x > 0" * 400).lacking(lambda table: False) == (("A",),)

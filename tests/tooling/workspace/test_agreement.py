"""Two answers, held against each other."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.kql.language import Column
from masthead.workspace.agreement import Disagreement, disagreement
from masthead.workspace.disagreement_words import disagreement_lines

AT = dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC)
TEXT, NUMBER, REAL, BAG = (Column(*each) for each in (("A", "string"), ("N", "long"), ("R", "real"), ("D", "dynamic")))


@pytest.mark.parametrize(
    ("column", "here", "there"),
    [
        (TEXT, "", None),
        (REAL, 0.1 + 0.2, 0.3),
        (REAL, float("nan"), float("nan")),
        (BAG, {"a": 1, "b": [1.0]}, {"b": [1], "a": 1}),
        (BAG, "5", 5),
        (BAG, "text", "text"),
        (Column("T", "datetime"), AT, AT),
        (Column("G", "guid"), UUID(int=5), UUID(int=5)),
        (Column("E", "decimal"), Decimal("1.50"), Decimal("1.5")),
        (Column("S", "timespan"), dt.timedelta(seconds=1), dt.timedelta(seconds=1)),
    ],
)
def test_what_is_the_same(column: Column, here: Any, there: Any) -> None:
    assert disagreement([column], [(here,)], [column], [(there,)]) is None


@pytest.mark.parametrize(
    ("column", "here", "there"),
    [
        (TEXT, "a", "A"),
        (NUMBER, 1, None),
        (REAL, 1.0, 1.0001),
        (BAG, {"a": 1}, {"a": "1"}),
        (BAG, [1, 2], [2, 1]),
        (BAG, None, {}),
        (Column("T", "datetime"), AT, AT + dt.timedelta(microseconds=1)),
        (Column("B", "bool"), True, False),
    ],
)
def test_what_is_not(column: Column, here: Any, there: Any) -> None:
    found = disagreement([column], [(here,)], [column], [(there,)])
    assert found == Disagreement(None, 0, (((here,), (there,), (0,)),))


def test_columns_differ_in_name_type_and_order() -> None:
    for other in ([NUMBER, TEXT], [TEXT], [TEXT, Column("N", "int")]):
        found = disagreement([TEXT, NUMBER], [], other, [])
        assert found is not None and found.columns == ((TEXT, NUMBER), tuple(other))


def test_rows_count_as_often_as_they_come_and_in_any_order() -> None:
    rows = [("a", 1), ("b", 2), ("a", 1)]
    assert disagreement([TEXT, NUMBER], rows, [TEXT, NUMBER], rows[::-1]) is None
    found = disagreement([TEXT, NUMBER], rows, [TEXT, NUMBER], [("a", 1), ("b", 2)])
    assert found == Disagreement(None, 2, only_here=(("a", 1),))


def test_the_order_counts_where_the_query_sorts_but_not_among_equals() -> None:
    here, there = [("a", 1), ("a", 2), ("b", 3)], [("a", 2), ("a", 1), ("b", 3)]
    columns = [TEXT, NUMBER]
    assert disagreement(columns, here, columns, there, sorted_by=["A"]) is None
    assert disagreement(columns, here, columns, there, sorted_by=["A", "N"]) == Disagreement(None, 3, order=True)
    assert disagreement(columns, here, columns, there, sorted_by=["gone", "N"]) is None


def test_arrays_in_any_order_where_the_query_leaves_it_open() -> None:
    assert disagreement([BAG], [([2, [3, 1]],)], [BAG], [([[1, 3], 2],)], arrays_in_any_order=True) is None


def test_what_differs_in_words() -> None:
    here = [("a", 1), ("b", 2), ("x", 9)]
    there = [("a", 1), ("b", 3), ("y", 8), ("z", 7)]
    found = disagreement([TEXT, NUMBER], here, [TEXT, NUMBER], there)
    assert found is not None
    assert list(disagreement_lines(found, [TEXT, NUMBER], "soc", "run due 2026-11-03")) == [
        "soc answers otherwise, run due 2026-11-03",
        "  3 rows here, 4 there; 1 the same",
        "  row that differs: A b",
        "    - N: 2",
        "    + N: 3",
        "  row that is only here:",
        "    - A: x",
        "    - N: 9",
        "  row that is only there:",
        "    + A: y",
        "    + N: 8",
        "  row that is only there:",
        "    + A: z",
        "    + N: 7",
    ]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=6), st.randoms(use_true_random=False))
def test_any_order_of_the_same_rows_agrees_and_one_row_less_does_not(rows: list[Any], random: Any) -> None:
    columns, shuffled = [TEXT, NUMBER], random.sample(rows, len(rows))
    assert disagreement(columns, rows, columns, shuffled) is None
    if rows:
        found = disagreement(columns, rows, columns, shuffled[1:])
        assert found == Disagreement(None, len(rows) - 1, only_here=(shuffled[0],))

"""Lists in any order, and values in YAML's and Kusto's spelling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.testing.compare import ABSENT, Comparison, Mismatch, compare_lists, row_mismatches, same

NINE = datetime(2026, 11, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expected", "actual", "equal"),
    [
        ("x", "x", True),
        ("x", "X", False),
        (3, 3, True),
        (3, 3.0, True),
        (3, "3", True),
        ("3", 3, True),
        (3, 4, False),
        (True, True, True),
        ("true", True, True),
        (1, True, False),
        (None, None, True),
        (None, "", True),
        (None, 0, False),
        ("", None, True),
        ("2026-11-03T10:00:00+01:00", NINE, True),
        ("2026-11-03T09:00:00.000Z", NINE, True),
        ("2026-11-03", NINE, False),
        ("soon", NINE, False),
        ("01:00:00", timedelta(hours=1), True),
        ([1, "a"], [1, "a"], True),
        ([1, "a"], ["a", 1], False),
        ({"a": [1]}, {"a": [1]}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ('{"a":1}', {"a": 1}, True),
        ([], {}, False),
    ],
)
def test_a_value_is_the_one_that_yaml_spells(expected: Any, actual: Any, equal: bool) -> None:
    assert same(expected, actual) is equal


def test_a_row_that_is_almost_right_is_told_from_one_that_is_missing() -> None:
    expected = [{"a": 1, "b": 1}, {"a": 2, "b": 2}, {"a": 9, "b": 9}]
    actual = [{"a": 2, "b": 2}, {"a": 1, "b": 7}, {"a": 5, "b": 5}, {"b": 6}]
    assert compare_lists(expected, actual, row_mismatches) == Comparison(
        matching=1, differing=((0, 1, (Mismatch("b", 1, 7),)),), missing=(2,), unexpected=(2, 3)
    )


def test_two_that_are_left_alone_are_compared_though_nothing_agrees() -> None:
    comparison = compare_lists([{"a": 1}], [{"b": 2}], row_mismatches)
    assert comparison.differing == ((0, 0, (Mismatch("a", 1, ABSENT),)),)


def test_a_vague_expectation_leaves_the_exact_one_its_match() -> None:
    expected, actual = [{}, {"a": 1}, {"b": 2}], [{"a": 1, "b": 2}, {"a": 1, "b": 0}, {"a": 0, "b": 0}]
    for order in permutations(expected):
        assert compare_lists(order, actual, row_mismatches).equal


rows = st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3), max_size=6)


@given(rows, rows)
def test_every_item_is_in_exactly_one_place(expected: list[dict[str, int]], actual: list[dict[str, int]]) -> None:
    comparison = compare_lists(expected, actual, row_mismatches)
    assert comparison.matching + len(comparison.differing) + len(comparison.missing) == len(expected)
    assert comparison.matching + len(comparison.differing) + len(comparison.unexpected) == len(actual)
    assert all(mismatches for _, _, mismatches in comparison.differing)
    best = max(
        sum(not row_mismatches(expected[i], actual[j]) for i, j in zip(range(len(expected)), order, strict=False))
        for order in [*permutations(range(len(actual)), min(len(expected), len(actual)))][:720]
    )
    assert comparison.matching >= best


@given(rows, st.randoms())
def test_a_list_equals_itself_in_any_order(items: list[dict[str, int]], random: Any) -> None:
    shuffled = [*items]
    random.shuffle(shuffled)
    assert compare_lists(items, shuffled, row_mismatches) == Comparison(len(items), (), (), ())

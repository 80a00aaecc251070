"""Custom details and their caps."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from masthead.simulate.custom_details import custom_details_of
from masthead.simulate.semantics import DEFAULT

texts = st.text(min_size=0, max_size=200)


def test_each_detail_holds_the_distinct_values_of_its_column() -> None:
    rows = [{"A": "x", "B": 1}, {"A": "y", "B": 1}, {"A": "x", "B": None}, {"A": ""}]
    columns = {"Names": "A", "Counts": "B", "Nothing": "C"}
    assert custom_details_of(columns, rows, DEFAULT) == ({"Names": ("x", "y"), "Counts": ("1",)}, ())


def test_more_than_fifty_values_are_left_out_and_said() -> None:
    details, notes = custom_details_of({"N": "A"}, [{"A": n} for n in range(60)], DEFAULT)
    assert details == {"N": tuple(str(n) for n in range(50))}
    assert notes == ("N has 60 values; 50 are kept",)


def test_values_beyond_two_kilobytes_are_dropped_and_said() -> None:
    details, notes = custom_details_of({"N": "A", "M": "B"}, [{"A": "a" * 1500, "B": "b" * 600}], DEFAULT)
    assert details == {"N": ("a" * 1500,)}
    assert notes == ("values of M are dropped: the custom details exceed 2048 bytes",)


@given(st.lists(st.lists(texts, min_size=22, max_size=22), max_size=60))
def test_caps_hold_for_any_rows(table: list[list[str]]) -> None:
    rows = [{f"c{n}": value for n, value in enumerate(values)} for values in table]
    details, _ = custom_details_of({f"k{n}": f"c{n}" for n in range(22)}, rows, DEFAULT)
    assert len(details) <= 20
    assert all(0 < len(values) <= 50 for values in details.values())
    assert len(json.dumps(details, ensure_ascii=False, separators=(",", ":")).encode()) <= 2048

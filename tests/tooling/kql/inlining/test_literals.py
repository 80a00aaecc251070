"""Values of every type, written into a datatable and read back, are the same to the last digit."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.kql import Engine
from masthead.kql.inlining.datatable import let_table, size_of
from masthead.kql.language import Column
from masthead.kql.translate.types import MAX_DATETIME_TICKS

KINDS = ("string", "long", "int", "real", "bool", "datetime", "timespan", "dynamic", "guid", "decimal")
COLUMNS = [Column(kind.title(), kind) for kind in KINDS]
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "long": st.none() | st.integers(-(2**63), 2**63 - 1),
    "int": st.none() | st.integers(-(2**31), 2**31 - 1),
    "real": st.none() | st.floats(allow_nan=False),
    "bool": st.none() | st.booleans(),
    "datetime": st.none() | st.integers(0, MAX_DATETIME_TICKS),
    "timespan": st.none() | st.integers(-(2**62), 2**62),
    "dynamic": st.none()
    | JSON.filter(lambda value: value is not None).map(lambda value: json.dumps(value, separators=(",", ":"))),
    "guid": st.none() | st.uuids(),
    "decimal": st.none() | st.decimals(-(10**15), 10**15, places=10).map(Decimal),
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine({}) as engine:
        yield engine


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(*(VALUES[kind] for kind in KINDS)), min_size=1, max_size=5))
def test_a_datatable_gives_back_what_was_written_into_it(engine: Engine, rows: list[tuple[Any, ...]]) -> None:
    columns, found = engine.values(let_table("Rows", COLUMNS, COLUMNS, rows) + "Rows")
    assert columns == COLUMNS
    assert [tuple(map(parsed, row, KINDS)) for row in found] == [tuple(map(parsed, row, KINDS)) for row in rows]


def parsed(value: Any, kind: str) -> Any:
    """A dynamic value as what it says: its spelling may change, as `é` for an escape."""
    return json.loads(value) if kind == "dynamic" and value is not None else value


@given(rows=st.lists(st.tuples(TEXTS, VALUES["long"]), max_size=5))
def test_the_size_of_rows_is_about_that_of_their_text(rows: list[tuple[Any, ...]]) -> None:
    columns = COLUMNS[:2]
    added = len(let_table("Rows", columns, columns, rows)) - len(let_table("Rows", columns, columns, []))
    # Each character takes at most six, \u0000, and a null some eleven.
    assert size_of(rows) / 3 <= added + 1 and added <= 8 * size_of(rows) + 1


def test_not_a_number_and_infinities(engine: Engine) -> None:
    rows = [(float("nan"),), (float("inf"),), (float("-inf"),)]
    columns = [Column("Real", "real")]
    found = engine.values(let_table("Rows", columns, columns, rows) + "Rows | project tostring(Real)")[1]
    assert found == [("NaN",), ("Infinity",), ("-Infinity",)] or found == [("NaN",), ("∞",), ("-∞",)]


def test_moments_that_python_does_not_have(engine: Engine) -> None:
    columns = [Column("At", "datetime")]
    rows = [(MAX_DATETIME_TICKS,), (0,), (1,)]
    assert engine.values(let_table("Rows", columns, columns, rows) + "Rows")[1] == rows
    assert engine.query("print x = datetime(9999-12-31T23:59:59.9999999Z)").rows[0][0].date() == dt.date(9999, 12, 31)

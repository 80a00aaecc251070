"""Charts of characters."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.report.charts import BARS, CURVES, chart_lines, chart_of

_TIMES = st.datetimes(timezones=st.just(dt.UTC))
_SPANS = st.timedeltas(dt.timedelta(days=-99), dt.timedelta(days=99))
_REALS = st.none() | st.floats() | st.sampled_from([1.7e308, -1.7e308, 5e-324])
_WHOLE = st.none() | st.integers(-(2**63), 2**63 - 1)


def _drawn(kind: str, x_type: str, rows: list[tuple[Any, ...]], width: int = 60) -> list[str]:
    chart = chart_of(["x", "y"], [x_type, "real"], rows, {"visualization": kind, "xcolumn": "x"})
    assert chart is not None
    return chart_lines(chart, width)


@given(
    st.sampled_from(sorted(BARS | CURVES)),
    st.one_of(
        st.tuples(st.just("datetime"), st.lists(st.tuples(st.none() | _TIMES, _REALS))),
        st.tuples(st.just("real"), st.lists(st.tuples(_REALS, _REALS))),
        st.tuples(st.just("long"), st.lists(st.tuples(_WHOLE, _REALS))),
        st.tuples(st.just("timespan"), st.lists(st.tuples(st.none() | _SPANS, _REALS))),
    ),
)
def test_any_numbers_are_drawn_within_the_width(kind: str, across: tuple[str, list[tuple[Any, ...]]]) -> None:
    assert max(map(len, _drawn(kind, *across))) <= 60


@pytest.mark.parametrize("kind", sorted(BARS | CURVES))
def test_what_is_no_finite_number_is_left_out(kind: str) -> None:
    points = [(1.0, 1.0), (2.0, 4.0), (3.0, 2.0)]
    others = [(4.0, float("nan")), (5.0, float("inf")), (float("nan"), 1.0), (None, 1.0), (6.0, None)]
    assert _drawn(kind, "real", [*points, *others]) == _drawn(kind, "real", points)
    assert _drawn(kind, "real", others) == ["(no rows to draw)"]

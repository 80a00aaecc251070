"""percentile() and percentiles() are the nearest rank of the values, reckoned with exact fractions, for every type."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from masthead.kql import Engine

COLUMNS = {"k": "string", "n": "long", "i": "int", "r": "real", "c": "decimal", "t": "datetime", "p": "timespan"}
_START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
_REALS = [-1.5, 0.0, 0.1, 1e300, -1e-300, math.inf, -math.inf, math.nan, 2.0]
VALUES = {
    "k": st.sampled_from(["a", "b", ""]),
    "n": st.integers(-3, 3) | st.sampled_from([2**63 - 1, -(2**63)]),
    "i": st.integers(-3, 3) | st.sampled_from([2**31 - 1, -(2**31)]),
    "r": st.sampled_from(_REALS),
    "c": st.sampled_from(["-1.5", "0", "0.25", "12345.125"]).map(Decimal),
    "t": st.integers(-3, 9).map(lambda h: _START + dt.timedelta(hours=h, microseconds=h)),
    "p": st.integers(-3, 3).map(lambda h: dt.timedelta(hours=9 * h, microseconds=h)),
}
ROWS = st.lists(
    st.fixed_dictionaries({name: values if name == "k" else st.none() | values for name, values in VALUES.items()}),
    max_size=25,
)
# As the query spells them; those of few digits are no binary fractions, and tempt to round a rank up.
SHARES = st.lists(
    st.sampled_from(["0", "0.7", "5", "10", "12.5", "28", "29", "33.3", "50", "57", "58", "70", "95", "99.9", "100"])
    | st.integers(0, 100).map(str)
    | st.integers(0, 1000).map(lambda n: f"{n / 10}"),
    min_size=1,
    max_size=4,
)


def nearest_rank(values: list, share: str) -> object:
    """The smallest value that at least this share of the values do not exceed; NaN is the greatest; None of none."""
    there = sorted((v for v in values if v is not None), key=lambda v: (v != v, 0 if v != v else v))
    if not there:
        return None
    found = there[max(1, math.ceil(Fraction(share) * len(there) / 100)) - 1]
    return float(found) if isinstance(found, Decimal) else found  # as the language service has it


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine({"T": COLUMNS}) as engine:
        yield engine


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=ROWS,
    repeat=st.sampled_from([1, 1, 1, 10, 37]),
    shares=SHARES,
    name=st.sampled_from([name for name in COLUMNS if name != "k"]),
    grouped=st.booleans(),
)
def test_percentiles_are_the_nearest_rank(
    engine: Engine, rows: list[dict], repeat: int, shares: list[str], name: str, grouped: bool
) -> None:
    rows = rows * repeat
    engine.clear("T")
    engine.ingest("T", rows)
    call = f"{'percentile' if len(shares) == 1 else 'percentiles'}({name}, {', '.join(shares)})"
    query = f"T | summarize {call}{' by k' if grouped else ''}"
    note(query)
    groups: dict[str, list] = {} if grouped else {"": []}
    for row in rows:
        groups.setdefault(row["k"] if grouped else "", []).append(row[name])
    expected = [
        (*([key] if grouped else []), *(nearest_rank(values, share) for share in shares))
        for key, values in groups.items()
    ]
    assert sorted(map(repr, engine.query(query).rows)) == sorted(map(repr, expected))


def test_shares_that_are_no_binary_fractions(engine: Engine) -> None:
    """Every tenth of a percent of a thousand values, which is a whole rank, and of one more, which is none."""
    for size in (1000, 1001):
        shares = [f"{n / 10}" for n in range(0, 1001, 1 if size == 1000 else 7)]
        answer = engine.query(f"range x from 1 to {size} step 1 | summarize percentiles_array(x, {', '.join(shares)})")
        assert answer.rows == [([nearest_rank(list(range(1, size + 1)), share) for share in shares],)]

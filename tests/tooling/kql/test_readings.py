"""The rows that an answer can depend on: a window without any of them answers as one without any row at all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.kql import Engine, Window
from masthead.kql.language import StoredFunction

T0 = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
COLUMNS = {"TimeGenerated": "datetime", "n": "long", "s": "string", "d": "dynamic"}
WATCHLISTS = {"Known": [{"SearchKey": "a", "Least": "1"}, {"SearchKey": "b", "Least": "9"}]}
FUNCTIONS = [StoredFunction("Plain", "()", "T | extend x = n * 2 | where s has 'a'")]

QUERIES = [
    "T | where n > 2",
    "T | where n > 0 | mv-expand v = d.l to typeof(long) | where v > 1 | project v, s",
    "union T, U | where n > 1 | extend m = n * 2 | project m",
    "T | where n > 2 | summarize count()",
    "T | where n > 2 | summarize c = count() by s | where c < 3",
    "T | where n > 2 | count | where Count == 0",
    "T | extend m = n + 1 | where m == 3 | project s | join kind=leftanti (U | where n == 1 | project s) on s",
    "T | where s in ((U | where n > 1 | project s)) | project n",
    "T | where n > toscalar(U | summarize coalesce(max(n), 0)) | project n",
    "let least = toscalar(U | count); T | where n >= least | project n",
    "union T, (U | where n == 2) | where s == 'a' | summarize sum(n)",
    "Plain() | where x > 2 | project x",
    "T | where d.k == 1 | mv-expand v = d.l | where v == 2 | summarize c = count() by n",
    "let t = T | where n > 1; t | join kind=inner t on n | where s == 'a' | count",
    "T | sort by n asc | extend p = prev(n) | where p == 1 | count",
    "T | where n > 1 | top 1 by n | where s == 'b'",
    "print x = 1 | union (T | where n > 3 | project x = n)",
    "T | summarize m = max(n) | where m < 3 or isnull(m)",
    "let known = _GetWatchlist('Known') | project SearchKey; T | where s in (known) | summarize count() by s",
    "T | where s !in~ ((_GetWatchlist('Known') | where Least == '9' | project SearchKey)) | project n",
    "let least = toscalar(_GetWatchlist('Known') | summarize min(toint(Least))); T | where n > least | project s",
    "T | where n > 1 | evaluate preview(1)",
    "T | where n > 1 | evaluate active_users_count(s, TimeGenerated, datetime(2024-01-01), now(), 2m, 1m, 1, 1m)",
    "let known = _GetWatchlist('Known') | join U on $left.SearchKey == $right.s | project s; T | where s in (known)",
]
ROWS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 4),
        st.sampled_from(["a", "b", "a b", ""]),
        st.sampled_from([None, {"k": 1, "l": [1, 2]}, {"k": 2}]),
    ),
    max_size=6,
)


def _rows(rows: list[tuple]) -> list[dict]:
    return [{"TimeGenerated": T0 + dt.timedelta(minutes=m), "n": n, "s": s, "d": d} for m, n, s, d in rows]


@pytest.fixture(scope="module")
def engine() -> Engine:
    with Engine({"T": COLUMNS, "U": COLUMNS}, FUNCTIONS, WATCHLISTS) as engine:
        yield engine


@settings(max_examples=40, deadline=None)
@given(query=st.sampled_from(QUERIES), t=ROWS, u=ROWS)
def test_windows_that_show_the_same_readings_have_the_same_answer(
    engine: Engine, query: str, t: list[tuple], u: list[tuple]
) -> None:
    nothing = Window(after=T0 - dt.timedelta(days=2), until=T0 - dt.timedelta(days=1))
    engine.clear("T")
    engine.clear("U")
    engine.ingest("T", _rows(t))
    engine.ingest("U", _rows(u))
    times = [happened for happened, _ in engine.readings(query)]
    timed = engine.timed_rows(query)
    answers = {(): sorted(map(repr, engine.query(query, window=nothing).rows))}
    for start in range(-1, 6):
        for end in range(start + 1, 7):
            window = Window(T0 + dt.timedelta(minutes=start), T0 + dt.timedelta(minutes=end))
            seen = tuple(sorted(x for x in times if window.after < x <= window.until))
            answer = sorted(map(repr, engine.query(query, window=window).rows))
            assert answers.setdefault(seen, answer) == answer
            if timed is not None:
                assert answer == sorted(repr(row) for at, _, row in timed if window.after < at <= window.until)


def test_rows_that_the_first_filters_drop_are_no_readings(engine: Engine) -> None:
    engine.clear("T")
    engine.ingest("T", _rows([(1, 1, "a", None), (2, 3, "a", None), (3, 3, "b", None)]))
    assert len(engine.readings("T | extend m = n * 2 | where m > 2 | where s has 'a' | summarize count() by s")) == 1
    assert len(engine.readings("T | where TimeGenerated > ago(1d) | summarize count()")) == 3
    assert len(engine.readings("T | summarize c = count() by s | where c > 1")) == 3


def test_a_watchlist_is_the_same_in_every_run(engine: Engine) -> None:
    engine.clear("T")
    engine.clear("U")
    engine.ingest("T", _rows([(1, 1, "a", None), (2, 3, "a", None), (3, 3, "b", None)]))
    of_list = "let known = _GetWatchlist('Known') | where Least == '1' | project SearchKey; T | where s in (known)"
    assert len(engine.readings(f"{of_list} | count")) == 2
    assert engine.timed_rows(of_list)
    of_logs = "let known = U | project s; T | where s in (known)"
    assert len(engine.readings(f"{of_logs} | count")) == 3
    assert engine.timed_rows(of_logs) is None


def test_a_query_that_takes_each_row_by_itself_is_asked_once_for_all_windows(engine: Engine) -> None:
    engine.clear("T")
    engine.ingest("T", _rows([(1, 1, "a", None), (2, 3, "a", {"l": [5, 6]})]))
    rows = [(T0 + dt.timedelta(minutes=2), T0 + dt.timedelta(minutes=2), (n,)) for n in ("5", "6")]
    query = "T | where n > 2 | mv-expand v = d.l | project v = tostring(v)"
    assert engine.timed_rows(query) == rows
    for other in (
        f"{query} | take 1",
        f"{query} | summarize count() by v",
        "T | where TimeGenerated > ago(1d)",
        f"union ({query}), (print v = 'x')",
    ):
        assert engine.timed_rows(other) is None


def test_the_times_are_those_of_the_row(engine: Engine) -> None:
    engine.clear("T")
    arrived = T0 + dt.timedelta(minutes=9)
    engine.ingest("T", [{"TimeGenerated": T0, "n": 1, "_ingestion_time": arrived}])
    assert engine.readings("T | extend TimeGenerated = now() | project-rename k = n") == [(T0, arrived)]

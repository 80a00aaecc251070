"""When rows arrive, and which runs need not be asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.content.project import Project
from masthead.kql import Result, Window
from masthead.simulate.schedule import scheduled_runs
from masthead.simulate.semantics import DEFAULT
from masthead.simulate.window import sees
from masthead.testing.logs import Arrivals, Logs, rows_of
from masthead.testing.workspace import Rows, Workspace

NINE = datetime(2026, 11, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def lot(*rows: dict[str, Any], delay: timedelta | None = None) -> Rows:
    """Rows for a workspace."""
    return Rows(repr(rows), lambda: rows, delay)


def test_rows_arrive_when_they_say_or_when_they_happen_or_after_the_delay(make_project: Callable[..., Project]) -> None:
    plain = {"TimeGenerated": "2026-11-03T09:00:00Z", "Actor": "plain"}
    own = plain | {"_ingestion_time": "2026-11-03T09:07:00Z", "Actor": "own"}
    for delay, arrived in ((None, [0, 7]), (10 * MINUTE, [10, 10]), (timedelta(), [0, 0])):
        logs = Logs(Workspace(make_project()), {"Events": [lot(plain, own, delay=delay)]})
        result = logs.query("Events | project Actor, ingestion_time()", NINE)
        times = [NINE + minutes * MINUTE for minutes in arrived]
        assert result.rows == list(zip(["plain", "own"], times, strict=True))
        assert logs.last_arrival("Events") == max(times)
        assert logs.last_arrival("Other") is None
        both = Logs(logs.workspace, {**logs.tables, "Other": [lot(plain_time := {"TimeGenerated": NINE - MINUTE})]})
        assert both.last_arrival("union Events, Other") == max(times)
        assert both.last_arrival("Other") == plain_time["TimeGenerated"]


def test_lots_stand_one_after_the_other_each_with_its_delay(make_project: Callable[..., Project]) -> None:
    rows = [{"TimeGenerated": NINE + number * MINUTE, "Count": number} for number in (3, 1, 2)]
    lots = [lot(rows[0], rows[1], delay=MINUTE), lot(rows[2]), lot(rows[0], rows[1])]
    logs = Logs(Workspace(make_project()), {"Events": lots})
    result = logs.query("Events | project Count, Late = ingestion_time() - TimeGenerated", NINE)
    assert result.rows == [(3, MINUTE), (1, MINUTE), (2, timedelta()), (3, timedelta()), (1, timedelta())]


def test_tables_that_a_query_does_not_read_are_not_read(make_project: Callable[..., Project]) -> None:
    def never() -> list[dict[str, Any]]:
        raise AssertionError("it was read")

    logs = Logs(Workspace(make_project()), {"Events": [Rows("events", never)], "Other": [lot({"Name": "x"})]})
    assert logs.query("Other | count", NINE).rows == [(1,)]
    with pytest.raises(AssertionError, match="it was read"):
        logs.query("union Events, Other | count", NINE)


def test_a_table_that_the_next_logs_do_not_have_is_empty(make_project: Callable[..., Project]) -> None:
    workspace = Workspace(make_project())
    full = Logs(workspace, {"Events": [lot({"TimeGenerated": NINE})]})
    counts = [logs.query("Events | count", NINE).rows for logs in (full, Logs(workspace, {}), full)]
    assert counts == [[(1,)], [(0,)], [(1,)]]


minutes = st.integers(0, 30).map(lambda count: NINE + count * MINUTE)


@given(
    times=st.lists(st.tuples(minutes, st.integers(0, 5)), max_size=8),
    bounds=st.tuples(*[st.none() | minutes] * 4),
)
def test_a_window_sees_the_rows_it_holds(times: list[tuple[datetime, int]], bounds: Any) -> None:
    rows = [{"TimeGenerated": happened, "_ingestion_time": happened + late * MINUTE} for happened, late in times]
    window = Window(*bounds)
    seen = [row for row in rows if sees(window, row["TimeGenerated"], row["_ingestion_time"])]
    arrivals = Arrivals.at((row["TimeGenerated"], row["_ingestion_time"]) for row in rows)
    assert len(arrivals.seen(window)) == len(seen)


class Counting(Workspace):
    """A workspace that counts how often it is really asked."""

    asked = 0

    def query(self, *arguments: Any, **named: Any) -> Result:
        self.asked += 1
        return super().query(*arguments, **named)


@pytest.mark.parametrize(
    ("kql", "asked"),
    [
        ("Events | where Action == 'delete'", 0),  # row by row: the answers are cut from that over all time
        ("Other", 0),
        ("Events | where TimeGenerated > ago(2h)", 13),
        ("Events | summarize count()", 3),
    ],
)
def test_runs_that_see_the_same_rows_are_asked_once_unless_the_time_counts(
    make_project: Callable[..., Project], kql: str, asked: int
) -> None:
    workspace = Counting(make_project())
    rows = [{"TimeGenerated": NINE + minutes * MINUTE, "Action": "delete"} for minutes in (10, 80)]
    logs = Logs(workspace, {"Events": [lot(*rows)]})
    runs = list(scheduled_runs(NINE, NINE + 300 * MINUTE, 10 * MINUTE, 60 * MINUTE, DEFAULT))
    answers = [len(logs.ask(kql, run)) for run in runs]
    assert answers == [len(rows_of(logs.query(kql, run.now, run.window))) for run in runs]
    assert workspace.asked - len(runs) == asked

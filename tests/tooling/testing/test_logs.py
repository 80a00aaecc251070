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
from masthead.testing.logs import Arrivals, Logs, arriving, rows_of
from masthead.testing.workspace import Workspace

NINE = datetime(2026, 11, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_rows_arrive_when_they_say_or_when_they_happen_or_after_the_delay() -> None:
    plain = {"TimeGenerated": "2026-11-03T09:00:00Z"}
    own = plain | {"_ingestion_time": "2026-11-03T09:07:00Z"}
    assert arriving([plain, own], None) == [plain | {"_ingestion_time": NINE}, own]
    late = {"_ingestion_time": NINE + 10 * MINUTE}
    assert arriving([plain, own], 10 * MINUTE) == [plain | late, own | late]


def test_a_row_without_a_time_is_kept_and_never_arrives() -> None:
    (row,) = arriving([{"Actor": "alice"}], MINUTE)
    assert row == {"Actor": "alice"}
    assert Arrivals.of([[row]]) == Arrivals((), ())


minutes = st.integers(0, 30).map(lambda count: NINE + count * MINUTE)


@given(
    times=st.lists(st.tuples(minutes, st.integers(0, 5)), max_size=8),
    bounds=st.tuples(*[st.none() | minutes] * 4),
)
def test_a_window_sees_the_rows_it_holds(times: list[tuple[datetime, int]], bounds: Any) -> None:
    rows = [{"TimeGenerated": happened, "_ingestion_time": happened + late * MINUTE} for happened, late in times]
    window = Window(*bounds)
    seen = [row for row in rows if sees(window, row["TimeGenerated"], row["_ingestion_time"])]
    arrivals = Arrivals.of([rows[:4], rows[4:]])
    assert len(arrivals.seen(window)) == len(seen)
    assert arrivals.last == max((row["_ingestion_time"] for row in rows), default=None)


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
    logs = Logs(workspace, {"Events": arriving(rows, None)})
    runs = list(scheduled_runs(NINE, NINE + 300 * MINUTE, 10 * MINUTE, 60 * MINUTE, DEFAULT))
    answers = [len(logs.ask(kql, run)) for run in runs]
    assert answers == [len(rows_of(logs.query(kql, run.now, run.window))) for run in runs]
    assert workspace.asked - len(runs) == asked

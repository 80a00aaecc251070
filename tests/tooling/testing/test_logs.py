"""When rows arrive, and which runs need not be asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from masthead.kql import Window
from masthead.simulate.schedule import Run
from masthead.simulate.window import sees
from masthead.testing.logs import Arrivals, arriving

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
    assert Arrivals.of({"T": [row]}) == Arrivals([], [])


minutes = st.integers(0, 30).map(lambda count: NINE + count * MINUTE)


@given(
    times=st.lists(st.tuples(minutes, st.integers(0, 5)), max_size=8),
    bounds=st.tuples(*[st.none() | minutes] * 4),
)
def test_a_run_is_empty_exactly_when_it_sees_no_row(times: list[tuple[datetime, int]], bounds: Any) -> None:
    rows = [{"TimeGenerated": happened, "_ingestion_time": happened + late * MINUTE} for happened, late in times]
    run = Run(NINE, NINE, NINE, Window(*bounds))
    seen = [row for row in rows if sees(run.window, row["TimeGenerated"], row["_ingestion_time"])]
    arrivals = Arrivals.of({"T": rows[:4], "U": rows[4:]})
    assert arrivals.any_in(run) == bool(seen)
    assert arrivals.last == max((row["_ingestion_time"] for row in rows), default=None)

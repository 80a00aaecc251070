"""When rules run, and that no event falls between two runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.kql import Window
from masthead.simulate.schedule import Run, nrt_runs, scheduled_runs
from masthead.simulate.semantics import DEFAULT
from masthead.simulate.window import sees

START = datetime(2026, 11, 3, 9, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)

offsets = st.integers(1, 3 * 3600).map(lambda seconds: timedelta(seconds=seconds))


def test_scheduled_runs_come_one_frequency_apart_and_five_minutes_late() -> None:
    runs = list(scheduled_runs(START, START + 2 * HOUR, HOUR, 2 * HOUR, DEFAULT))
    assert runs == [
        Run(
            due=START + n * HOUR,
            executed=START + n * HOUR + 5 * MINUTE,
            now=START + n * HOUR,
            window=Window(START + (n - 2) * HOUR, START + n * HOUR, None, START + n * HOUR + 5 * MINUTE),
        )
        for n in (1, 2)
    ]


def test_the_last_run_is_due_when_the_recording_has_ended() -> None:
    runs = list(scheduled_runs(START, START + 61 * MINUTE, HOUR, HOUR, DEFAULT))
    assert [run.due for run in runs] == [START + HOUR, START + 2 * HOUR]


def test_an_nrt_run_reads_a_minute_of_ingestion_two_minutes_late() -> None:
    first = next(nrt_runs(START, START + HOUR, DEFAULT))
    due = START + MINUTE
    assert first == Run(due, due + 2 * MINUTE, due, Window(None, None, START, due))


def test_settings_move_the_first_run_the_clock_and_the_bounds() -> None:
    semantics = replace(DEFAULT, run_at_start=True, now_is_execution=True, window_includes_start=True)
    first = next(scheduled_runs(START, START + HOUR, HOUR, HOUR, semantics))
    assert (first.due, first.now) == (START, START + 5 * MINUTE)
    assert sees(first.window, START - HOUR, START)
    assert not sees(first.window, START - HOUR - SECOND, START)


@pytest.mark.parametrize("frequency", [timedelta(), -MINUTE])
def test_a_frequency_that_is_not_positive_is_refused(frequency: timedelta) -> None:
    with pytest.raises(ValueError, match="not positive"):
        list(scheduled_runs(START, START + HOUR, frequency, HOUR, DEFAULT))


@given(ingested=offsets, length=st.integers(0, 3 * 3600))
def test_every_event_is_seen_by_exactly_one_nrt_run(ingested: timedelta, length: int) -> None:
    end = START + max(ingested, timedelta(seconds=length))
    seen = [run for run in nrt_runs(START, end, DEFAULT) if sees(run.window, START, START + ingested)]
    assert len(seen) == 1


@given(happened=offsets, steps=st.integers(1, 4), delay=st.integers(0, 300))
def test_every_event_is_seen_as_often_as_the_period_holds_frequencies(
    happened: timedelta, steps: int, delay: int
) -> None:
    end = START + 3 * HOUR
    frequency = 15 * MINUTE
    runs = scheduled_runs(START, end + steps * frequency, frequency, steps * frequency, DEFAULT)
    seen = [run for run in runs if sees(run.window, START + happened, START + happened + delay * SECOND)]
    assert len(seen) == steps


def test_an_event_that_arrives_after_the_run_is_seen_only_by_a_later_one() -> None:
    happened, ingested = START + 50 * MINUTE, START + 66 * MINUTE
    runs = scheduled_runs(START, START + 2 * HOUR, HOUR, 2 * HOUR, DEFAULT)
    assert [run.due for run in runs if sees(run.window, happened, ingested)] == [START + 2 * HOUR]

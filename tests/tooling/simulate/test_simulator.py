"""A rule over the time of a recording."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.content.model import Detection
from masthead.simulate.schedule import Run
from masthead.simulate.semantics import DEFAULT
from masthead.simulate.simulator import Ask, Outcome, SimulationError, simulate
from masthead.simulate.window import sees

START = datetime(2026, 11, 3, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MakeRule = Callable[..., Detection]


def events_at(*minutes: float, delay: timedelta = timedelta()) -> Ask:
    """A query that returns the events of its window."""
    times = [START + minute * MINUTE for minute in minutes]

    def ask(run: Run) -> Sequence[dict[str, Any]]:
        return [{"TimeGenerated": time} for time in times if sees(run.window, time, time + delay)]

    return ask


def alerted(outcome: Outcome) -> list[float]:
    """The minutes after the start at which runs that made alerts were due."""
    return [(ran.run.due - START) / MINUTE for ran in outcome.runs if ran.alerts]


def test_each_run_is_compared_with_the_threshold_by_itself(make_rule: MakeRule) -> None:
    outcome = simulate(make_rule(triggerThreshold=1), START, START + 3 * HOUR, events_at(10, 70, 80, 130))
    assert alerted(outcome) == [120]
    assert [len(ran.rows) for ran in outcome.runs] == [1, 2, 1]
    assert [alert.created for alert in outcome.alerts] == [START + 2 * HOUR + 5 * MINUTE]


def test_absence_alerts_in_every_run_without_rows(make_rule: MakeRule) -> None:
    rule = make_rule(triggerOperator="eq", triggerThreshold=0)
    assert alerted(simulate(rule, START, START + 3 * HOUR, events_at(90))) == [60, 180]


def test_suppression_skips_the_runs_that_fall_into_it(make_rule: MakeRule) -> None:
    rule = make_rule(suppressionEnabled=True, suppressionDuration="2h")
    ask = events_at(*range(10, 360, 60))
    outcome = simulate(rule, START, START + 6 * HOUR, ask)
    assert (alerted(outcome), outcome.skipped) == ([60, 180, 300], 3)
    to_the_end = simulate(rule, START, START + 6 * HOUR, ask, semantics=replace(DEFAULT, suppression_includes_end=True))
    assert (alerted(to_the_end), to_the_end.skipped) == ([60, 240], 4)
    off = simulate(make_rule(suppressionDuration="2h"), START, START + 6 * HOUR, ask)
    assert (len(alerted(off)), off.skipped) == (6, 0)


def test_a_run_that_failed_gives_no_alert_even_to_a_rule_about_absence(make_rule: MakeRule) -> None:
    rule = make_rule(triggerOperator="lt", triggerThreshold=1)
    outcome = simulate(rule, START, START + 3 * HOUR, lambda run: None if run.due == START + HOUR else ())
    assert [run.due for run in outcome.failed] == [START + HOUR]
    assert alerted(outcome) == [120, 180]


def test_rows_that_arrive_late_are_missed_when_nothing_looks_back_for_them(make_rule: MakeRule) -> None:
    late = events_at(59, delay=10 * MINUTE)
    latest = START + 69 * MINUTE
    assert alerted(simulate(make_rule(), START, START + HOUR, late, latest_ingestion=latest)) == []
    longer = make_rule(queryPeriod="2h")
    assert alerted(simulate(longer, START, START + HOUR, late, latest_ingestion=latest)) == [120]


def test_an_nrt_rule_reads_each_minute_of_ingestion(make_rule: MakeRule) -> None:
    outcome = simulate(make_rule(kind="NRT"), START, START + 5 * MINUTE, events_at(0.5, 0.75, 3))
    assert (alerted(outcome), len(outcome.runs)) == ([1, 3], 5)


def test_incidents_come_from_the_alerts_of_all_runs(make_rule: MakeRule) -> None:
    grouping = {"enabled": True, "reopenClosedIncident": False, "lookbackDuration": "5h", "matchingMethod": "AnyAlert"}
    rule = make_rule(incidentConfiguration={"createIncident": True, "groupingConfiguration": grouping})
    outcome = simulate(rule, START, START + 3 * HOUR, events_at(10, 70, 130))
    assert [len(incident.alerts) for incident in outcome.incidents] == [3]


def test_a_schedule_without_end_is_refused(make_rule: MakeRule) -> None:
    with pytest.raises(SimulationError, match="more than 50,000 times"):
        simulate(make_rule(queryFrequency="1s"), START, START + timedelta(days=30), events_at())
    with pytest.raises(SimulationError, match="no schedule"):
        simulate(make_rule(queryFrequency="0m"), START, START + HOUR, events_at())
    with pytest.raises(SimulationError, match="no schedule"):
        simulate(make_rule(queryPeriod="14d"), datetime.min.replace(tzinfo=UTC), START, events_at())


@given(
    minutes=st.lists(st.integers(1, 1440), max_size=40),
    suppression=st.integers(1, 24).map(lambda hours: hours * HOUR),
    frequency=st.sampled_from(["5m", "30m", "1h", "4h"]),
)
def test_two_alerts_are_never_closer_than_the_suppression(
    make_rule: MakeRule, minutes: list[int], suppression: timedelta, frequency: str
) -> None:
    rule = make_rule(queryFrequency=frequency, queryPeriod=frequency)
    rule = replace(rule, suppression_enabled=True, suppression_duration=suppression)
    outcome = simulate(rule, START, START + timedelta(days=1), events_at(*minutes))
    due = [ran.run.due for ran in outcome.runs if ran.alerts]
    assert all(later - earlier >= suppression for earlier, later in pairwise(due))
    assert bool(due) == bool(minutes)


@given(minutes=st.lists(st.integers(1, 600), max_size=30), nrt=st.booleans())
def test_the_same_events_always_give_the_same_outcome_and_none_is_lost(
    make_rule: MakeRule, minutes: list[int], nrt: bool
) -> None:
    rule = make_rule(kind="NRT" if nrt else "Scheduled")
    first, second = (simulate(rule, START, START + 600 * MINUTE, events_at(*minutes)) for _ in range(2))
    assert first == second
    assert sum(len(alert.rows) for alert in first.alerts) == len(minutes)

"""A rule over the time of a recording: its runs, their alerts, and the incidents these make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from masthead.content.model import Detection
from masthead.simulate.alerts import Alert, alerts_of
from masthead.simulate.incidents import Incident, incidents_of
from masthead.simulate.schedule import Run, nrt_runs, scheduled_runs
from masthead.simulate.semantics import DEFAULT, Semantics
from masthead.simulate.trigger import triggers
from masthead.simulate.values import Row

MAX_RUNS = 50_000
"""Runs of one simulation; an NRT rule over a month has 43,200."""


class SimulationError(Exception):
    """The rule cannot be run over this time; the message says why."""


Ask = Callable[[Run], Sequence[Row] | None]
"""What the rule's query returns in a run: the rows of its window, at its time; None for a run that failed."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that was executed (one that is suppressed is not): how many rows it returned, and its alerts."""

    run: Run
    rows: tuple[Row, ...]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule makes of a recording. `skipped` counts the runs that suppression left out; `failed` are those without
    an answer, in which no alert arises."""

    runs: tuple[Ran, ...]
    incidents: tuple[Incident, ...]
    skipped: int = 0
    failed: tuple[Run, ...] = ()

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """All the alerts, in the order of their creation."""
        return tuple(alert for ran in self.runs for alert in ran.alerts)


def simulate(
    rule: Detection,
    start: datetime,
    end: datetime,
    ask: Ask,
    *,
    latest_ingestion: datetime | None = None,
    semantics: Semantics = DEFAULT,
) -> Outcome:
    """Run the rule from `start` until every row that happened up to `end` could be seen.

    `latest_ingestion` is when the last of those rows arrived, if later than `end`: the runs go on until it has.
    Raises SimulationError for a schedule without end or outside the calendar.
    """
    runs = runs_of(rule, start, end, latest_ingestion=latest_ingestion, semantics=semantics)
    ran: list[Ran] = []
    failed: list[Run] = []
    skipped, quiet_until = 0, None
    for run in runs:
        if quiet_until and (run.due < quiet_until or (semantics.suppression_includes_end and run.due == quiet_until)):
            skipped += 1
            continue
        answer = ask(run)
        if answer is None:
            failed.append(run)
            continue
        rows = tuple(answer)
        fires = triggers(len(rows), rule.trigger_operator, rule.trigger_threshold)
        alerts = tuple(alerts_of(rule, rows, run.executed, semantics)) if fires else ()
        ran.append(Ran(run, rows, alerts))
        if alerts and rule.suppression_enabled:
            quiet_until = run.due + (rule.suppression_duration or timedelta())
    incidents = incidents_of(rule, (alert for each in ran for alert in each.alerts), semantics)
    return Outcome(tuple(ran), tuple(incidents), skipped, tuple(failed))


def runs_of(
    rule: Detection,
    start: datetime,
    end: datetime,
    *,
    latest_ingestion: datetime | None = None,
    semantics: Semantics = DEFAULT,
) -> list[Run]:
    """The runs of `simulate`, before suppression leaves any out. Raises SimulationError likewise."""
    try:
        runs = list(islice(_runs(rule, start, end, latest_ingestion or end, semantics), MAX_RUNS + 1))
    except (OverflowError, ValueError) as error:
        raise SimulationError(f"the rule has no schedule: {error}") from None
    if len(runs) > MAX_RUNS:
        raise SimulationError(f"the rule would run more than {MAX_RUNS:,} times between {start} and {end}")
    return runs


def _runs(rule: Detection, start: datetime, end: datetime, latest: datetime, semantics: Semantics) -> Iterator[Run]:
    if rule.is_nrt:
        return nrt_runs(start, max(end, latest), semantics)
    # The schema sees to it that a scheduled rule has both.
    assert rule.query_frequency is not None and rule.query_period is not None
    until = max(end, latest - semantics.run_delay)
    return scheduled_runs(start, until, rule.query_frequency, rule.query_period, semantics)

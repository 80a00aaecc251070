"""When a rule runs: scheduled rules at their frequency, NRT rules each minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from masthead.kql import Window
from masthead.simulate.semantics import Semantics
from masthead.simulate.window import ingestion_window, look_back


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a rule.

    `due` is when it was scheduled, `executed` when it happens, `now` what now() returns in the query, and `window` the
    rows that it sees.
    """

    due: datetime
    executed: datetime
    now: datetime
    window: Window


def scheduled_runs(
    start: datetime, end: datetime, frequency: timedelta, period: timedelta, semantics: Semantics
) -> Iterator[Run]:
    """The runs of a scheduled rule: one each `frequency` after `start`, until one is due at or after `end`.

    So every moment after `start` and up to `end` lies in exactly one step between two runs. Raises ValueError when
    `frequency` is not positive.
    """
    first = start if semantics.run_at_start else start + frequency
    for due in _steps(first, end, frequency):
        executed = due + semantics.run_delay
        window = look_back(due, period, executed, includes_start=semantics.window_includes_start)
        yield Run(due, executed, executed if semantics.now_is_execution else due, window)


def nrt_runs(start: datetime, end: datetime, semantics: Semantics) -> Iterator[Run]:
    """The runs of an NRT rule: one a minute, each over what was ingested since the one before, until `end` is covered.

    Every moment of ingestion after `start` and up to `end` lies in exactly one run.
    """
    for due in _steps(start + semantics.nrt_interval, end, semantics.nrt_interval):
        executed = due + semantics.nrt_delay
        window = ingestion_window(due, semantics.nrt_interval)
        yield Run(due, executed, executed if semantics.now_is_execution else due, window)


def _steps(first: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    if step <= timedelta():
        raise ValueError("a rule cannot run at intervals that are not positive")
    due = first
    while True:
        yield due
        if due >= end:
            return
        due += step

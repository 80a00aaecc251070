"""What a backtest says, as rows of words and numbers that every format shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from masthead.content.durations import short_duration
from masthead.testing.backtest import Backtest
from masthead.testing.trial import Trial

COUNTS: tuple[tuple[str, str, Callable[[Trial], int | float]], ...] = (
    ("runs", "runs", lambda trial: len(trial.outcome.runs) + len(trial.outcome.failed)),
    ("runs_with_alerts", "runs with an alert", lambda trial: trial.alerting),
    ("suppressed_runs", "runs suppressed", lambda trial: trial.outcome.skipped),
    ("failed_runs", "runs that failed", lambda trial: len(trial.outcome.failed)),
    ("limited_runs", "runs with more results than alerts", lambda trial: len(trial.limited)),
    ("alerts", "alerts", lambda trial: len(trial.alerts)),
    ("alerts_a_day", "alerts a day", lambda trial: round(len(trial.alerts) / max(1, days_of(trial)), 1)),
    ("alerts_on_the_worst_day", "alerts on the worst day", lambda trial: max(trial.alerts_by_day.values(), default=0)),
    ("incidents", "incidents", lambda trial: len(trial.outcome.incidents)),
)
"""What is counted of each trial: its name for programs, its name for people, and how."""


def days_of(trial: Trial) -> float:
    """How many days a trial lasts."""
    return (trial.end - trial.start).total_seconds() / 86_400


def schedule_words(trial: Trial) -> str:
    """The schedule and the threshold of the rule that was tried."""
    rule = trial.rule
    if rule.query_frequency is None or rule.query_period is None:
        return "near real time, each minute"
    operators = {"gt": "more than", "lt": "fewer than", "eq": "exactly", "ne": "not"}
    threshold = rule.trigger_threshold or 0
    trigger = f"{operators[rule.trigger_operator or 'gt']} {threshold} row{'' if threshold == 1 else 's'}"
    return f"each {short_duration(rule.query_frequency)} over {short_duration(rule.query_period)}, {trigger}"


def time_words(backtest: Backtest) -> str:
    """The logs, and from when to when."""
    start, end = (f"{moment:%Y-%m-%d %H:%M}" for moment in (backtest.start, backtest.end))
    hours = (backtest.end - backtest.start).total_seconds() / 3_600
    length, unit = (round(hours / 24, 1), "day") if hours >= 24 else (round(hours, 1), "hour")
    return f"{backtest.name}, {start} to {end} UTC ({length:g} {unit}{'' if length == 1 else 's'})"


def held_words(backtest: Backtest) -> Iterator[str]:
    """The tables that were read, and how many rows they hold."""
    for held in backtest.held:
        since = f", {held.first:%Y-%m-%d %H:%M} to {held.last:%Y-%m-%d %H:%M}" if held.first and held.last else ""
        yield f"{held.table}: {held.rows:,} row{'' if held.rows == 1 else 's'}{since}"

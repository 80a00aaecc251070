"""A backtest for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from masthead.content.finding import visible
from masthead.report.backtest_words import COUNTS, held_words, schedule_words, time_words
from masthead.testing.backtest import Backtest
from masthead.testing.trial import Trial

_TOP = 10
_BAR = 30


def backtest_lines(backtest: Backtest, *, width: int = 120) -> Iterator[str]:
    """The lines. `width`: characters of a line, beyond which titles and entities are cut."""
    yield f"{backtest.rule.path}: {visible(backtest.rule.name)}"
    yield time_words(backtest)
    yield from held_words(backtest)
    if backtest.questions is not None:
        yield f"{backtest.questions:,} questions asked"
    yield ""
    yield from _counts(backtest.trials)
    yield from _days(backtest.trials)
    for trial in backtest.trials:
        yield from _noise(trial, width, several=len(backtest.trials) > 1)
    yield ""
    yield "what Sentinel does not document, and this takes for granted"
    yield from (f"  {each}" for each in backtest.assumptions)


def _counts(trials: Sequence[Trial]) -> Iterator[str]:
    for trial in trials:
        yield f"{trial.label}: {schedule_words(trial)}"
    yield ""
    name = max(len(words) for _, words, _ in COUNTS)
    columns = [max(len(trial.label), 8) for trial in trials]
    if len(trials) > 1:
        yield " " * name + "".join(f"  {trial.label:>{size}}" for trial, size in zip(trials, columns, strict=True))
    for _, words, count in COUNTS:
        numbers = [count(trial) for trial in trials]
        if any(numbers) or words in ("alerts", "incidents"):
            shown = zip(numbers, columns, strict=True)
            yield f"{words:<{name}}" + "".join(f"  {number:>{size},}" for number, size in shown)


def _days(trials: Sequence[Trial]) -> Iterator[str]:
    most = max((count for trial in trials for count in trial.alerts_by_day.values()), default=0)
    if not most:
        return
    yield ""
    yield "alerts a day"
    for day in trials[0].alerts_by_day | trials[-1].alerts_by_day:
        counts = [trial.alerts_by_day.get(day, 0) for trial in trials]
        bars = [f"{count:>6,} {'#' * -(-count * _BAR // most):<{_BAR if len(trials) > 1 else 0}}" for count in counts]
        yield f"  {day}  {'  '.join(bars)}".rstrip()


def _noise(trial: Trial, width: int, *, several: bool) -> Iterator[str]:
    of = f", {trial.label}" if several else ""
    for title, listed in (
        ("titles", trial.titles),
        ("entities, and the alerts they are in", trial.entities),
        ("what Sentinel leaves out of alerts", trial.left_out),
        ("why runs failed", trial.failures),
    ):
        if not listed:
            continue
        yield ""
        yield f"{title}{of}"
        for text, count in listed[:_TOP]:
            line = f"  {count:>6,}  {visible(text)}"
            yield line if len(line) <= width else f"{line[: width - 1]}…"
        if len(listed) > _TOP:
            yield f"          and {len(listed) - _TOP:,} more"

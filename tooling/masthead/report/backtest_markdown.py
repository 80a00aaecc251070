"""A backtest for a pull request."""

from __future__ import annotations

from masthead.report.backtest_words import COUNTS, held_words, schedule_words, time_words
from masthead.testing.backtest import Backtest
from masthead.testing.trial import Trial

_TOP = 10


def backtest_markdown(backtest: Backtest) -> str:
    """The document."""
    lines = [
        f"### {_escaped(backtest.rule.name)}",
        "",
        f"`{backtest.rule.path}` on {_escaped(time_words(backtest))}",
        "",
    ]
    lines += [f"- {_escaped(each)}" for each in held_words(backtest)]
    trials = backtest.trials
    lines += ["", "| | " + " | ".join(trial.label for trial in trials) + " |", "| --- |" + " --: |" * len(trials)]
    lines.append("| schedule | " + " | ".join(schedule_words(trial) for trial in trials) + " |")
    lines += [
        f"| {words} | " + " | ".join(f"{count(trial):,}" for trial in trials) + " |" for _, words, count in COUNTS
    ]
    for trial in trials:
        lines += _noise(trial, several=len(trials) > 1)
    lines += ["", "Not documented, and taken for granted:", "", *(f"- {each}" for each in backtest.assumptions)]
    return "\n".join(lines) + "\n"


def _noise(trial: Trial, *, several: bool) -> list[str]:
    of = f", {trial.label}" if several else ""
    lines: list[str] = []
    for title, listed in (
        ("Titles", trial.titles),
        ("Entities", trial.entities),
        ("Why runs failed", trial.failures),
    ):
        if listed:
            lines += [
                "",
                f"| {title}{of} | alerts |" if "runs" not in title else f"| {title}{of} | runs |",
                "| --- | --: |",
            ]
            lines += [f"| {_escaped(text)} | {count:,} |" for text, count in listed[:_TOP]]
            lines += [f"| and {len(listed) - _TOP:,} more | |"] if len(listed) > _TOP else []
    return lines


def _escaped(text: str) -> str:
    """The text in a cell of a table, in which nothing of it means anything."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}" if sign != "<" else "&lt;")
    return " ".join(text.split())

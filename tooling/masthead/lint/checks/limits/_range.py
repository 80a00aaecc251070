"""Durations that Sentinel allows."""

from __future__ import annotations

from datetime import timedelta

from masthead.content.durations import short_duration

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=14)
"""Of a scheduled rule's frequency and period."""


def out_of_range(name: str, value: timedelta | None, shortest: timedelta, longest: timedelta) -> str | None:
    """What is wrong with a duration; None when nothing is, or there is none."""
    if value is None or shortest <= value <= longest:
        return None
    limits = f"{short_duration(shortest)} to {short_duration(longest)}"
    return f"{name} is {short_duration(value)}; Sentinel allows {limits}"

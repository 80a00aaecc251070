"""Moments in time as content files and recordings write them: ISO 8601."""

from __future__ import annotations

from datetime import UTC, datetime


def parse_instant(text: str) -> datetime:
    """The moment that `text` means, in UTC; one without an offset is UTC. Digits beyond microseconds are cut off.

    Raises ValueError for what is not ISO 8601, and for a date alone, whose hour would be a guess.
    """
    if len(text) <= len("2026-01-31"):
        raise ValueError(f'"{text}" is not a moment in time')
    moment = datetime.fromisoformat(text)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f'"{text}" lies outside the years 1 to 9999') from None

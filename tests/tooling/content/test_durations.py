"""Durations in both notations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from masthead.content.durations import iso_duration, parse_duration, short_duration


@pytest.mark.parametrize(
    ("text", "duration", "short", "iso"),
    [
        ("5m", timedelta(minutes=5), "5m", "PT5M"),
        ("90m", timedelta(minutes=90), "90m", "PT1H30M"),
        ("24H", timedelta(days=1), "1d", "P1D"),
        ("14d", timedelta(days=14), "14d", "P14D"),
        ("0s", timedelta(0), "0s", "PT0S"),
        ("PT45S", timedelta(seconds=45), "45s", "PT45S"),
        ("P2DT1H30M", timedelta(days=2, hours=1, minutes=30), "2970m", "P2DT1H30M"),
        ("P1W", timedelta(days=7), "7d", "P7D"),
    ],
)
def test_durations_are_read_and_written(text: str, duration: timedelta, short: str, iso: str) -> None:
    assert parse_duration(text) == duration
    assert (short_duration(duration), iso_duration(duration)) == (short, iso)


@pytest.mark.parametrize(
    "text", ["", "5", "m", "1.5h", "-1h", "1h30m", "P", "PT", "P1H", "1M1", "PT9999999H", "1y", "5m\n"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write it like 5m, 1h or 1d"):
        parse_duration(text)

"""Rules tried with other settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from masthead.content.model import Detection
from masthead.content.project import Project
from masthead.testing.trial import Settings, TrialError, assumptions, detection_named

HOUR = timedelta(hours=1)


@pytest.fixture
def rule(make_project: Callable[..., Project]) -> Detection:
    """A rule that runs each hour over an hour."""
    found = make_project().detections.get("deleted")
    assert found is not None
    return found


def test_settings_change_what_they_name_and_nothing_else(rule: Detection) -> None:
    changed = Settings(threshold=5, period=2 * HOUR).of(rule)
    assert (changed.trigger_threshold, changed.query_frequency, changed.query_period) == (5, HOUR, 2 * HOUR)
    assert Settings(frequency=HOUR / 2).of(rule).query_frequency == HOUR / 2
    assert Settings().of(rule).query_period == rule.query_period


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Settings(), "as it is"),
        (Settings(threshold=0), "threshold 0"),
        (Settings(5, HOUR / 2, 3 * HOUR), "threshold 5, each 30m, over 3h"),
    ],
)
def test_settings_in_words(settings: Settings, words: str) -> None:
    assert str(settings) == words


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Settings(frequency=2 * HOUR), "a frequency of 2h is longer than the period of 1h"),
        (Settings(frequency=timedelta(minutes=1)), "a frequency of 1m is outside of 5m to 14d"),
        (Settings(period=timedelta(days=15)), "a period of 15d is outside of 5m to 14d"),
        (Settings(frequency=HOUR / 2, period=timedelta(days=2)), "with a period of two days or more"),
    ],
)
def test_settings_that_sentinel_would_not_take(rule: Detection, settings: Settings, message: str) -> None:
    with pytest.raises(TrialError) as error:
        settings.of(rule)
    assert error.value.message.startswith(message)


def test_what_is_taken_for_granted_is_what_concerns_the_rule(rule: Detection) -> None:
    assert assumptions(rule) == [
        "Runs are counted from the start of the time shown; Sentinel counts them from the creation of the rule.",
        "A row exactly as old as the period is not seen, and now() is the end of the window.",
        "Nobody closes an incident; one has the severity of its highest alert.",
    ]


def test_a_detection_by_its_name_or_id(rule: Detection) -> None:
    assert detection_named([rule], "something was DELETED") is rule
    assert detection_named([rule], rule.id) is rule
    assert detection_named([rule], "other") is None

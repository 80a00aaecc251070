"""Rows of many days, in pieces that the service can answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.workspace.asking import Answer, QueryRefused, TooMuch
from masthead.workspace.asking_many import Askers
from masthead.workspace.fetching import Fetching

START = datetime(2026, 11, 3, tzinfo=UTC)
END = START + timedelta(days=2, hours=5)
ASKERS = Askers(most=1_000_000)
TIMES = st.integers(-60, 54 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


class Service:
    """Has rows at these times, and answers at most so many; `fails`: it refuses instead of leaving some out."""

    def __init__(self, times: list[datetime], most: int, *, fails: bool = False) -> None:
        self.times, self.most, self.fails = times, most, fails

    def __call__(self, kql: str, *, start: datetime | None = None, end: datetime | None = None) -> Answer:
        assert start is not None and end is not None
        rows = [(number, time, time) for number, time in enumerate(self.times) if start <= time <= end]
        if len(rows) > self.most and self.fails:
            raise TooMuch("too large")
        return Answer((), rows[: self.most], "too many" if len(rows) > self.most else None)


@given(st.lists(TIMES, max_size=40, unique=True), st.integers(2, 50), st.booleans())
def test_every_row_of_the_time_comes_once_whatever_an_answer_holds(
    times: list[datetime], most: int, fails: bool
) -> None:
    fetching = Fetching(Service(times, most, fails=fails), ASKERS)
    wanted = sorted((number, time, time) for number, time in enumerate(times) if START < time <= END)
    try:
        assert sorted(fetching.rows("Events", START, END)) == wanted
    except TooMuch:
        # Only where a quarter of an hour and its bounds have more than an answer holds.
        near = [sum(abs(time - other) <= timedelta(minutes=31) for other in times) for time in times]
        assert max(near) > most


def test_more_than_an_answer_holds_within_minutes_is_told_with_when() -> None:
    times = [START + timedelta(hours=1, seconds=number) for number in range(10)]
    with pytest.raises(TooMuch, match="lies between 2026-11-03 00:45 and 01:07"):
        Fetching(Service(times, 3)).rows("Events", START, END)


def test_what_is_refused_is_not_asked_in_smaller_pieces() -> None:
    asked = []

    def ask(kql: str, *, start: datetime | None = None, end: datetime | None = None) -> Answer:
        asked.append(start)
        raise QueryRefused("no such column", "SEM0100", "Ask for another.")

    with pytest.raises(QueryRefused):
        Fetching(ask).rows("Events", START, START + timedelta(hours=3))
    assert len(asked) == 1


def test_how_far_the_questions_are() -> None:
    fetching = Fetching(Service([], 5))
    fetching.rows("Events", START, END)
    fetching.send("Events", START, END).result(5)
    assert fetching.counted.expected == 4

"""The clock of a recording: what moves, by how much, and that order is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.timeline import AGE, Timeline


def real(seconds: float) -> datetime:
    return datetime(2031, 5, 6, 12, 0, 0, tzinfo=UTC) + timedelta(seconds=seconds)


def recorded(seconds: float) -> datetime:
    return datetime(2026, 11, 2, 0, 0, 0, tzinfo=UTC) + timedelta(seconds=seconds)


# A minute as it is, an hour in ten seconds, and a minute as it is.
LEAP = Timeline([(real(0), recorded(0)), (real(60), recorded(60)), (real(70), recorded(3660))])
SECONDS = st.floats(min_value=-80_000, max_value=80_000)
INSTANTS = SECONDS.map(real)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (real(-30), recorded(-30) - AGE),
        (real(0), recorded(0)),
        (real(59.5), recorded(59.5)),
        (real(65), recorded(60 + 1800)),
        (real(70), recorded(3660)),
        (real(100), recorded(3690)),
    ],
    ids=["before the recording", "its begin", "as it is", "in a leap", "after a leap", "after the last anchor"],
)
def test_an_instant_moves(instant, expected):
    assert LEAP.move(instant) == expected


@given(st.tuples(INSTANTS, INSTANTS))
def test_order_is_kept(pair):
    earlier, later = sorted(pair)
    assert LEAP.move(earlier) <= LEAP.move(later)


@given(st.tuples(INSTANTS, INSTANTS).map(sorted), st.sampled_from([0, 3, 6, 9]))
def test_order_is_kept_in_text(pair, digits):
    texts = [LEAP.move_text(text_of(instant, digits)) for instant in pair]
    assert texts == sorted(texts)


@given(st.tuples(*[st.floats(min_value=70, max_value=80_000)] * 2))
def test_durations_are_kept_where_time_runs_as_it_does(pair):
    one, other = (real(seconds) for seconds in pair)
    assert LEAP.move(one) - LEAP.move(other) == one - other


@given(INSTANTS)
def test_a_text_says_the_same_as_the_instant(instant):
    assert LEAP.move_text(text_of(instant, 6)) == text_of(LEAP.move(instant), 6)


@given(INSTANTS, st.integers(min_value=0, max_value=9))
def test_a_text_keeps_its_digits(instant, digits):
    text = text_of(instant, digits)
    assert len(LEAP.move_text(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":"2031-05-06T12:00:05Z","b":1}', '{"a":"2026-11-02T00:00:05Z","b":1}'),
        ("2031-05-06T12:00:05.000000001Z", "2026-11-02T00:00:05.000000001Z"),
        ('\\"at\\":\\"2031-05-06T12:00:05Z\\"', '\\"at\\":\\"2026-11-02T00:00:05Z\\"'),
        ("2041-05-04T12:01:10Z", "2036-10-31T01:01:00Z"),
        ("2041-05-20T12:00:00Z", "2041-05-20T12:00:00Z"),
        ("2031-05-05T11:59:59Z", "2031-05-05T11:59:59Z"),
        ("2031-05-06T25:00:00Z", "2031-05-06T25:00:00Z"),
        ("2031-05-06T12:00:05+02:00", "2031-05-06T12:00:05+02:00"),
        ("92031-05-06T12:00:05Z", "92031-05-06T12:00:05Z"),
    ],
    ids=[
        "in JSON",
        "nanoseconds",
        "in JSON within JSON",
        "the end of a certificate",
        "beyond ten years",
        "more than a day before",
        "no instant",
        "not in UTC",
        "a longer number",
    ],
)
def test_text_moves(text, expected):
    assert LEAP.move_text(text) == expected


@pytest.mark.parametrize(
    ("anchors", "message"),
    [
        ([], "a timeline needs an anchor"),
        ([(real(0), recorded(0)), (real(0), recorded(5))], "the real instant of anchor 2"),
        ([(real(0), recorded(0)), (real(5), recorded(6)), (real(9), recorded(5))], "the recorded instant of anchor 3"),
        ([(real(0), recorded(0).replace(tzinfo=None))], "anchor 1 has an instant without a time zone"),
    ],
    ids=["none", "real time stands still", "recorded time goes back", "no time zone"],
)
def test_anchors_are_refused(anchors, message):
    with pytest.raises(ValueError, match=message):
        Timeline(anchors)


def text_of(instant: datetime, digits: int) -> str:
    text = instant.strftime("%Y-%m-%dT%H:%M:%S.%f").ljust(29, "0")
    return (text[: 20 + digits] if digits else text[:19]) + "Z"

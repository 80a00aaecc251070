"""The timetable of the working day."""

from __future__ import annotations

import pytest

from recorder.scenarios.peace.day.timetable import Timetable, hourly
from recorder.scenarios.peace.working_day import ACTORS


def test_acts_come_in_order_of_time_with_what_they_are_given():
    day, seen = Timetable(), []

    @day.at("17:00:05", "08:59", who="bob")
    def act(stage, who):
        seen.append((stage, who))

    day.add("09:00", act, who="carol")
    for clock, play in day:
        play(clock)
    assert seen == [("08:59", "bob"), ("09:00", "carol"), ("17:00:05", "bob")]


def test_two_acts_in_one_minute_are_refused():
    one, other = Timetable(), Timetable()
    one.add("09:41:20", print)
    other.add("09:41", print)
    with pytest.raises(ValueError, match="two acts begin at 09:41"):
        Timetable([one, other])


def test_some_hours_each_at_their_own_second():
    assert hourly(24, since=3, until=12, every=4) == ("03:24:15", "07:24:23", "11:24:31")


def test_no_two_actors_of_the_working_day_begin_at_once():
    acts = [clock for clock, _ in Timetable(actor.day for actor in ACTORS)]
    assert acts == sorted(acts)
    assert "00:01" <= acts[0] < acts[-1] < "23:59"

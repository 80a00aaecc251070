"""What a scenario says of itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from recorder.scenario import Scenario, scenario


def told(**more: object) -> Scenario:
    @scenario(title="T", use_case="rbac", techniques=[], detect="something\n    that is seen", **more)
    def play(stage: object) -> None:
        """Somebody
        does something.
        """

    return play


def test_sentences_over_several_lines_become_one():
    assert (told().description, told().detect) == ("Somebody does something.", "something that is seen")


@pytest.mark.parametrize(
    ("clock", "delivered"), [("09:19:59", True), ("09:20:00", False), ("09:39:59", False), ("09:40:00", True)]
)
def test_the_log_is_not_delivered_from_the_beginning_of_the_gap_to_before_its_end(clock, delivered):
    when = datetime.combine(datetime(2026, 11, 3), datetime.strptime(clock, "%H:%M:%S").time(), UTC)

    assert told(gap=("09:20", "09:40")).delivers(when) is delivered
    assert told().delivers(when)

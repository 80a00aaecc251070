"""What a scenario says of itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recorder.scenario import NoSuchScenario, Scenario, all_scenarios, find_scenario, scenario, step_of

ROOT = Path(__file__).parents[2]


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


SCENARIOS = list(all_scenarios())
CATALOG = (ROOT / "catalog" / "use-cases.yaml").read_text(encoding="utf-8")
USE_CASES = set(re.findall(r"^  - slug: (\S+)", CATALOG, re.MULTILINE))


@pytest.mark.parametrize("one", SCENARIOS, ids=lambda one: one.path)
def test_a_scenario_says_what_it_is_about(one):
    assert one.use_case in USE_CASES
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", technique) for technique in one.techniques)
    assert bool(one.techniques) == (one.kind != "peace")
    assert one.description.endswith(".")
    assert one.opens < one.closes


def test_every_scenario_has_its_recording_and_every_recorded_recording_its_scenario():
    recorded = {
        path.parent.name
        for path in (ROOT / "tests" / "recordings" / "kubernetes").glob("*/recording.yaml")
        if "kind: recorded" in path.read_text(encoding="utf-8")
    }

    assert recorded == {one.name for one in SCENARIOS}


def test_a_name_is_found_with_and_without_its_kind_and_an_unknown_one_is_met_with_near_ones():
    assert find_scenario("attack/privileged-pod") is find_scenario("privileged-pod")
    with pytest.raises(NoSuchScenario, match=r"there is no scenario pod-privileged; near it: .*attack/privileged-pod"):
        find_scenario("pod-privileged")


def test_what_goes_wrong_in_a_step_names_its_line():
    class Nobody:
        def at(self, clock: str) -> None:
            raise ValueError(clock)

    with pytest.raises(ValueError, match="09:17:40") as caught:
        find_scenario("privileged-pod").play(Nobody())

    place, line = step_of(caught.value).splitlines()
    assert re.fullmatch(r"tests/recorder/scenarios/attack/privileged_pod\.py:\d+", place)
    assert line == '    stage.at("09:17:40")'
    assert step_of(ValueError("not of a scenario")) == ""

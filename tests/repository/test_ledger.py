"""The ledger of this repository: it is written as it would be now, and it says what a defender wants to hear.

That detections do what it says is tested by each case that plays a recording as it is (`--masthead-ledger`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from masthead.content.project import Project
from masthead.report.ledger import ledger_markdown, loud, quiet_alerts
from masthead.testing.bench import Bench
from masthead.testing.everywhere import Firing, Known, read_firings, seen_by

DOCS = Path(__file__).parents[2] / "docs"
QUIET = 5
"""Alerts below Medium that all peaceful recordings together may give."""


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.load(DOCS.parent)


@pytest.fixture(scope="module")
def firings() -> list[Firing]:
    return read_firings((DOCS / "ledger.json").read_text(encoding="utf-8"))


def test_the_page_is_made_from_the_firings(project: Project, firings: list[Firing]) -> None:
    assert (DOCS / "ledger.md").read_text(encoding="utf-8") == ledger_markdown(project, firings), "run: make docs"


def test_every_firing_is_expected(firings: list[Firing]) -> None:
    assert [each for each in firings if each.known not in (Known.EXPECTED, Known.ALSO)] == []


def test_peace_is_quiet(project: Project, firings: list[Firing]) -> None:
    peaceful = [each for each in project.recordings if each.peaceful]
    assert {each.name for each in peaceful} >= {"github/everyday", "kubernetes/working-day"}
    assert loud(firings, peaceful) == []
    assert quiet_alerts(firings, peaceful) <= QUIET


def test_every_entry_is_of_a_detection_that_reads_the_recording(project: Project, firings: list[Firing]) -> None:
    # Others would never be held against what happens.
    bench = Bench(project)
    try:
        seen = {(rule.path, name) for rule in project.detections for name in seen_by(rule, bench)}
    finally:
        bench.close()
    assert {(each.detection, each.recording) for each in firings} - seen == set()

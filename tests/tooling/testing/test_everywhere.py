"""`masthead test --everywhere`: where detections fire, and whether anybody has said so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.content.project import Project
from masthead.testing.bench import Bench
from masthead.testing.everywhere import Firing, Known, firing_lines, firings_json, read_firings, unforeseen

CASES = "tests/detections/rbac/deleted.yaml"
ROW = '{"TimeGenerated": "2026-11-03T09:10:00Z", "Actor": "eve", "Action": "delete"}\n'
RECORDING = """\
title: Another
description: Eve deletes.
provenance: {kind: constructed, source: this test}
period: {from: "2026-11-03T09:00:00Z", to: "2026-11-03T11:00:00Z"}
tables: [Events]
"""
OTHERS = {
    **{f"tests/recordings/{name}/recording.yaml": RECORDING for name in ("chain", "other")},
    **{f"tests/recordings/{name}/Events.ndjson": ROW for name in ("chain", "other")},
    "tests/recordings/names/recording.yaml": RECORDING.replace("Events", "Other"),
    "tests/recordings/names/Other.ndjson": '{"TimeGenerated": "2026-11-03T09:10:00Z"}\n',
}
ATTACK = "cases: [{name: an attack, logs: [attack], expect: {alerts: [{}, {}]}}]\n"

FIRINGS = [("attack", 2, "expected"), ("chain", 1, "unwanted"), ("other", 1, "unforeseen")]

MakeProject = Callable[..., Project]


def run(project: Project, *arguments: str) -> tuple[int, list[str]]:
    """The exit code and what is printed behind the failures."""
    command = [sys.executable, "-m", "masthead.cli.main", "test", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    at = next((number for number, line in enumerate(lines) if "where detections fire" in line), len(lines))
    return done.returncode, lines[at + 1 : -1]


def test_a_firing_that_no_case_speaks_of_is_a_failure(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(OTHERS | {CASES: f"silent_on: [quiet, chain]\n{ATTACK}"})
    code, out = run(project, "--everywhere", "--firings", "out.json", "-p", "no:xdist", "--no-summary")
    assert code == 1
    assert out == [
        "detections/rbac/deleted.yaml",
        "  attack  2 Medium  expected",
        "  chain   1 Medium  unwanted",
        "  other   1 Medium  unforeseen",
        "3 firings",
    ]
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == [
        {
            "detection": "detections/rbac/deleted.yaml",
            "recording": recording,
            "alerts": {"Medium": alerts},
            "known": known,
        }
        for recording, alerts, known in [
            ("attack", 2, "expected"),
            ("chain", 1, "unwanted"),
            ("other", 1, "unforeseen"),
        ]
    ]


@pytest.mark.parametrize("workers", [["-p", "no:xdist"], ["-n", "2"]], ids=["one process", "two processes"])
def test_firings_that_cases_expect_are_none(make_project: MakeProject, workers: list[str]) -> None:
    project = make_project(OTHERS | {CASES: f"also_fires_on: [chain, other]\n{ATTACK}"})
    code, out = run(project, "--everywhere", *workers)
    assert (code, out) == (
        0,
        [
            "detections/rbac/deleted.yaml",
            "  attack  2 Medium  expected",
            "  chain   1 Medium  also_fires_on",
            "  other   1 Medium  also_fires_on",
            "3 firings",
        ],
    )


def test_without_it_only_the_cases_are_run(make_project: MakeProject) -> None:
    assert run(make_project(OTHERS | {CASES: ATTACK})) == (0, [])


def test_where_a_detection_says_it_fires_it_must(make_project: MakeProject) -> None:
    project = make_project({CASES: f"also_fires_on: [quiet]\n{ATTACK}"})
    command = [sys.executable, "-m", "masthead.cli.main", "test", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{CASES}:1: fires on quiet\n\nexpected some alert, got none\n\n8 runs; none returned rows\n" in done.stdout


def test_the_recordings_without_a_table_that_the_rule_reads_are_left_out(make_project: MakeProject) -> None:
    given = "{name: varied, logs: [other], given: Events, expect: {alerts: [{}]}}"
    both = "{name: both, logs: [chain, quiet], expect: {alerts: [{}]}}"
    project = make_project(OTHERS | {CASES: f"silent_on: [quiet]\n{ATTACK.rstrip()[:-1]}, {given}, {both}]"})
    rule = project.detections.get("deleted")
    cases = project.cases_for(rule) if rule else None
    assert cases and rule
    found = [case.recording for case in unforeseen(cases, rule, Bench(project))]
    assert found == ["chain", "other"]


def test_a_rule_that_cannot_be_run_is_left_to_its_cases(make_project: MakeProject) -> None:
    rule_text = (make_project().root / "detections/rbac/deleted.yaml").read_text(encoding="utf-8")
    project = make_project({"detections/rbac/deleted.yaml": rule_text.replace("Action", "Acton"), CASES: ATTACK})
    rule = project.detections.get("deleted")
    cases = project.cases_for(rule) if rule else None
    assert cases and rule
    assert list(unforeseen(cases, rule, Bench(project))) == []


def test_of_several_cases_on_one_recording_the_one_that_tells_most_is_told() -> None:
    firings = [
        Firing("a", "r", {"Low": 3}, Known.UNWANTED),
        Firing("a", "r", {"High": 1, "Low": 2}, Known.EXPECTED),
        Firing("a", "r", {"Low": 2}, Known.ALSO),
    ]
    assert list(firing_lines(firings)) == ["a", "  r  1 High, 2 Low  expected", "1 firing"]
    assert read_firings(firings_json(firings)) == [firings[1]]
    assert list(firing_lines([])) == ["0 firings"]
    assert read_firings(firings_json([])) == []


def test_a_recording_played_by_another_clock_is_not_spoken_of(make_project: MakeProject) -> None:
    clock = '{name: later, logs: [other], clock: {to: "2026-11-03T12:00:00Z"}, expect: {alerts: [{}]}}'
    project = make_project(OTHERS | {CASES: f"silent_on: [quiet, chain]\n{ATTACK.rstrip()[:-1]}, {clock}]"})
    rule = project.detections.get("deleted")
    cases = project.cases_for(rule) if rule else None
    assert cases and rule
    assert [case.recording for case in unforeseen(cases, rule, Bench(project))] == ["other"]


def held_against(project: Project, ledger: str) -> list[str]:
    """What is printed of a run that is held against a ledger, from the first failure to the last."""
    (project.root / "ledger.json").write_text(ledger, encoding="utf-8")
    command = [sys.executable, "-m", "masthead.cli.main", "test", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["--everywhere", "--ledger", "ledger.json"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
    text = done.stdout + done.stderr
    assert done.returncode == (0 if "FAILURES" not in text else 1), text
    return text.partition("FAILURES")[2].partition("where detections fire")[0].splitlines()


def test_a_firing_as_the_ledger_says_is_fine(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project(OTHERS | {CASES: f"also_fires_on: [chain, other]\n{ATTACK}"})
    run(project, "--everywhere", "--firings", "written.json", "-p", "no:xdist")
    assert held_against(project, (tmp_path / "written.json").read_text(encoding="utf-8")) == []


def test_a_firing_other_than_the_ledger_says_fails_with_its_rows(make_project: MakeProject) -> None:
    project = make_project(OTHERS | {CASES: f"also_fires_on: [chain, other]\n{ATTACK}"})
    rule = "detections/rbac/deleted.yaml"
    written = [
        Firing(rule, "attack", {"Medium": 2}, Known.EXPECTED),
        Firing(rule, "chain", {"High": 2}, Known.ALSO),
        Firing(rule, "quiet", {"Low": 1}, Known.ALSO),
    ]
    told = held_against(project, firings_json(written))
    assert [line for line in told if line.startswith("ledger.json")] == [
        f"ledger.json has 2 High for {rule} on chain, got 1 Medium",
        f"ledger.json has none for {rule} on other, got 1 Medium",
        f"ledger.json has 1 Low for {rule} on quiet, got none",
    ]
    assert told.count("      Actor: eve") == 2
    assert told.count("hint: if that is right, write the ledger again: masthead test --everywhere --firings FILE") == 3


def test_what_nobody_foresaw_is_shown_with_its_rows(make_project: MakeProject) -> None:
    project = make_project(OTHERS | {CASES: f"also_fires_on: [chain]\n{ATTACK}"})
    assert held_against(project, "[]").count("      Actor: eve") == 2


NO_LEDGERS = [
    "{",
    '{"a": 1}',
    "[1]",
    '[{"detection": "a"}]',
    '[{"detection": "a", "recording": "b", "alerts": {}, "known": "so"}]',
    '[{"detection": "a", "recording": "b", "alerts": [1], "known": "expected"}]',
]


@pytest.mark.parametrize("text", NO_LEDGERS)
def test_a_file_that_is_no_ledger_is_misuse(make_project: MakeProject, text: str) -> None:
    project = make_project({"ledger.json": text, CASES: ATTACK})
    command = [sys.executable, "-m", "masthead.cli.main", "test", "--everywhere", "--ledger", "ledger.json"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "ledger.json cannot be read: " in done.stderr
    assert "Traceback" not in done.stderr

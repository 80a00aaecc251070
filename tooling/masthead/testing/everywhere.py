"""Detections against every recording that holds rows of a table they read: where they fire, and whether that is known.

A recording is *spoken of* when a case plays it alone and unchanged. On every other one a detection must be silent:
where it is not, its author decides whether it is right to fire there (`also_fires_on`) or wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from masthead.content.cases import Case, CaseFile
from masthead.content.model import Detection
from masthead.kql import KqlError
from masthead.testing.bench import Bench
from masthead.testing.complaints import Verdict

FIRING = "masthead-firing"
"""The property of pytest's report that says where a detection fired, as the values of a `Firing`."""

HINT = "hint: if it is right to fire there, name the recording under also_fires_on; otherwise mend the rule"


class Known(StrEnum):
    """What the cases say about a firing: it is expected, nobody has spoken of it, or there should be silence."""

    EXPECTED = "expected"
    UNFORESEEN = "unforeseen"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True, order=True)
class Firing:
    """A detection (its path) gives so many alerts on a recording (its name)."""

    detection: str
    recording: str
    alerts: int
    known: Known


def unforeseen(cases: CaseFile, rule: Detection, bench: Bench) -> Iterator[Case]:
    """A case of silence for each recording with a table that the rule reads, of which its cases do not speak.

    None for a rule whose query cannot be run: its cases say so.
    """
    try:
        read = bench.workspace.reads(rule.query)
    except KqlError:
        return
    for recording in bench.project.recordings.readable():
        if recording.name not in cases.spoken_of and read & set(recording.tables):
            yield cases.silence_on(recording.name)


def firing(verdict: Verdict, rule: Detection, *, foreseen: bool) -> Firing | None:
    """The firing that a verdict tells of; None for silence, and for logs that are not one recording as it is."""
    case, outcome = verdict.case, verdict.outcome
    if case.recording is None or not outcome or not outcome.alerts:
        return None
    wanted = Known.EXPECTED if any(case.expect.values()) else Known.UNWANTED
    return Firing(rule.path, case.recording, len(outcome.alerts), wanted if foreseen else Known.UNFORESEEN)


def firing_lines(firings: Iterable[Firing]) -> Iterator[str]:
    """Where detections fire, for people."""
    firings = _once(firings)
    width = max((len(each.recording) for each in firings), default=0)
    detection = None
    for each in firings:
        if each.detection != detection:
            detection = each.detection
            yield detection
        count = f"{each.alerts} alert{'' if each.alerts == 1 else 's'}"
        yield f"  {each.recording:<{width}}  {count:<10}  {each.known}"
    yield f"{len(firings)} firings" if len(firings) != 1 else "1 firing"


def firings_json(firings: Iterable[Firing]) -> str:
    """The same for programs: a list of objects with detection, recording, alerts, and known (see `Known`)."""
    return json.dumps([asdict(each) for each in _once(firings)], indent=2) + "\n"


def _once(firings: Iterable[Firing]) -> list[Firing]:
    """Sorted; of several cases on one recording, one that expects the firing, if any, and with the most alerts."""
    found: dict[tuple[str, str], Firing] = {}
    for each in sorted(firings, key=lambda each: (each.known is Known.EXPECTED, each.alerts)):
        found[each.detection, each.recording] = each
    return sorted(found.values())

"""Detections against every recording that holds rows of a table they read: where they fire, and whether that is known.

A recording is *spoken of* when a case plays it alone and as it is. On every other one a detection must be silent:
where it is not, its author decides whether it is right to fire there (`also_fires_on`) or wrong.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from masthead.content.cases import Case, CaseFile
from masthead.content.model import Detection
from masthead.kql import KqlError
from masthead.testing.bench import Bench
from masthead.testing.complaints import Verdict

FIRING = "masthead-firing"
"""The property of pytest's report that says where a detection fired, in the words of `firings_json`."""

HINT = "hint: if it is right to fire there, name the recording under also_fires_on; otherwise mend the rule"

_SEVERITIES = ("High", "Medium", "Low", "Informational")


class Known(StrEnum):
    """What the cases say about a firing, from the most telling.

    A case says what the alerts are, `also_fires_on` that there are some, there should be silence, or nobody has spoken
    of the recording.
    """

    EXPECTED = "expected"
    ALSO = "also_fires_on"
    UNWANTED = "unwanted"
    UNFORESEEN = "unforeseen"


@dataclass(frozen=True, slots=True)
class Firing:
    """A detection (its path) gives alerts on a recording (its name): how many of each severity, the highest first."""

    detection: str
    recording: str
    alerts: dict[str, int]
    known: Known


def unforeseen(cases: CaseFile, rule: Detection, bench: Bench) -> Iterator[Case]:
    """A case of silence for each recording with a table that the rule reads, of which its cases do not speak.

    None for a rule whose query cannot be run: its cases say so.
    """
    for recording in seen_by(rule, bench):
        if recording not in cases.spoken_of:
            yield cases.silence_on(recording)


def seen_by(rule: Detection, bench: Bench) -> Iterator[str]:
    """The recordings with a table that the rule reads; none for a rule whose query cannot be run."""
    try:
        read = bench.workspace.reads(rule.query)
    except KqlError:
        return
    for recording in bench.project.recordings.readable():
        if read & set(recording.tables):
            yield recording.name


def alerts_of(verdict: Verdict) -> dict[str, int]:
    """How many alerts of each severity there are, the highest first."""
    found = Counter(alert.severity for alert in verdict.outcome.alerts) if verdict.outcome else Counter()
    return {severity: found[severity] for severity in sorted(found, key=_rank)}


def _rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)


def firing(verdict: Verdict, rule: Detection, *, foreseen: bool) -> Firing | None:
    """The firing that a verdict tells of; None for silence, and for logs that are not one recording as it is."""
    case, alerts = verdict.case, alerts_of(verdict)
    if case.recording is None or not alerts:
        return None
    return Firing(rule.path, case.recording, alerts, _known(case) if foreseen else Known.UNFORESEEN)


def _known(case: Case) -> Known:
    if "fires" in case.expect:
        return Known.ALSO
    return Known.EXPECTED if any(case.expect.values()) else Known.UNWANTED


def alerts_text(alerts: dict[str, int]) -> str:
    """Alerts in words: 2 High, 1 Low; none."""
    return ", ".join(f"{count} {severity}" for severity, count in alerts.items()) or "none"


def firing_lines(firings: Iterable[Firing]) -> Iterator[str]:
    """Where detections fire, for people."""
    firings = _once(firings)
    recordings = max((len(each.recording) for each in firings), default=0)
    alerts = max((len(alerts_text(each.alerts)) for each in firings), default=0)
    detection = None
    for each in firings:
        if each.detection != detection:
            detection = each.detection
            yield detection
        yield f"  {each.recording:<{recordings}}  {alerts_text(each.alerts):<{alerts}}  {each.known}"
    yield f"{len(firings)} firings" if len(firings) != 1 else "1 firing"


def firings_json(firings: Iterable[Firing]) -> str:
    """The same for programs: a list of objects with detection, recording, alerts (by severity) and known."""
    lines = ",\n".join(json.dumps(asdict(each)) for each in _once(firings))
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def read_firings(text: str) -> list[Firing]:
    """The firings that `firings_json` wrote. Raises ValueError for any other text."""
    try:
        return [
            Firing(**{**each, "alerts": dict(each["alerts"]), "known": Known(each["known"])})
            for each in json.loads(text)
        ]
    except (TypeError, KeyError) as error:
        raise ValueError(f"no list of firings: {error}") from None


def _once(firings: Iterable[Firing]) -> list[Firing]:
    """Sorted; of several cases on one recording, the one that tells most."""
    found: dict[tuple[str, str], Firing] = {}
    for each in sorted(firings, key=lambda each: list(Known).index(each.known), reverse=True):
        found[each.detection, each.recording] = each
    return [found[key] for key in sorted(found)]

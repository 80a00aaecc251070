"""The documentation of where detections fire: each on which recordings, how often, and who expects it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from masthead.content.project import Project
from masthead.content.recording import Recording
from masthead.testing.everywhere import Firing, Known, alerts_text

_INTRODUCTION = """# The ledger

<!-- Made by `python docs/generate.py ledger` from what `masthead test --everywhere` finds. -->

Every detection is run against every recording that holds rows of a table it reads, those of other attacks included.
This is where they fire, and how many alerts they give of which severity; everywhere else they are silent. A firing is
expected by a **case** that says what the alerts are, or by **`also_fires_on`**, where its author says that the
detection is right to fire on what was recorded for another. A test fails where a detection does otherwise than is
written here.
"""

_QUIET = ("Low", "Informational")


def ledger_markdown(project: Project, firings: Sequence[Firing]) -> str:
    """docs/ledger.md. Raises ContentError for a recording that cannot be read."""
    recordings = {each.name: each for each in project.recordings}
    peaceful = [each for each in recordings.values() if each.peaceful]
    lines = [_INTRODUCTION, _summary(firings), "", "## In peace", "", *_peace(peaceful, firings)]
    lines += ["", "## Detections", "", "| Detection | Recording | Alerts | Expected by |", "| --- | --- | --- | --- |"]
    lines += _rows(firings)
    return "\n".join(lines) + "\n"


def loud(firings: Iterable[Firing], recordings: Iterable[Recording]) -> list[Firing]:
    """The firings on peaceful recordings with an alert of Medium or above."""
    peaceful = {each.name for each in recordings if each.peaceful}
    return [each for each in firings if each.recording in peaceful and each.alerts.keys() - set(_QUIET)]


def quiet_alerts(firings: Iterable[Firing], recordings: Iterable[Recording]) -> int:
    """How many alerts below Medium there are on peaceful recordings."""
    peaceful = {each.name for each in recordings if each.peaceful}
    return sum(each.alerts.get(name, 0) for each in firings if each.recording in peaceful for name in _QUIET)


def _summary(firings: Sequence[Firing]) -> str:
    detections, recordings = {each.detection for each in firings}, {each.recording for each in firings}
    known = Counter(each.known for each in firings)
    unexpected = known[Known.UNWANTED] + known[Known.UNFORESEEN]
    return (
        f"{len(firings)} entries, of {len(detections)} detections on {len(recordings)} recordings: "
        f"{known[Known.EXPECTED]} expected by a case, {known[Known.ALSO]} by `also_fires_on`, {unexpected} unexpected."
    )


def _peace(peaceful: Sequence[Recording], firings: Sequence[Firing]) -> Iterator[str]:
    yield "In these recordings nothing happens that should alarm anybody:"
    yield ""
    for recording in sorted(peaceful, key=lambda each: each.name):
        alerts: Counter[str] = Counter()
        for each in firings:
            if each.recording == recording.name:
                alerts.update(each.alerts)
        yield f"- `{recording.name}`, {recording.title}: {alerts_text(dict(alerts)) if alerts else 'no alert'}"
    above = len(loud(firings, peaceful))
    yield ""
    yield (
        f"{above or 'No'} detection{'s raise' if above > 1 else ' raises'} an alert of Medium or above there; "
        f"alerts below: {quiet_alerts(firings, peaceful)}."
    )


def _rows(firings: Sequence[Firing]) -> Iterator[str]:
    previous = None
    for each in firings:
        name = each.detection.removeprefix("detections/").rsplit(".", 1)[0]
        cell = f"[{name}](../{each.detection})" if each.detection != previous else ""
        previous = each.detection
        expected_by = {Known.EXPECTED: "case", Known.ALSO: "`also_fires_on`"}.get(each.known, f"**{each.known}**")
        yield f"| {cell} | `{each.recording}` | {alerts_text(each.alerts)} | {expected_by} |"

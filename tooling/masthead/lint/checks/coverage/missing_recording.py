from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import CASES
from masthead.lint.check import ProjectCheck
from masthead.lint.names import spelt_alike
from masthead.lint.overview import Overview


class MissingRecording(ProjectCheck):
    """Cases that play a recording which does not exist.

    Recordings are folders below `tests/recordings/`; cases call them by the path below that.

    **Anti-pattern**: `logs: [cluster-admin-granted]`

    **Best practice**: `logs: [kubernetes/cluster-admin-granted]`

    Source: the design of this project.
    """

    code = "MH704"
    slug = "missing-recording"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        known = overview.project.recordings.slugs
        for _, facts in overview.of(*CASES):
            for place in facts.recordings:
                if place.value not in known:
                    hint = spelt_alike(place.value, known) or "Recordings are folders below tests/recordings/."
                    yield self.at_place(place, f'there is no recording "{place.value}"', hint)

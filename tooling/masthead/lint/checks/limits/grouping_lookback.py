from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.checks.limits._range import out_of_range
from masthead.lint.subject import Subject

_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(days=7)


class GroupingLookback(FileCheck):
    """Incidents that would take in alerts for too long, or too short a time.

    An incident takes in further alerts of its rule for 5 minutes at least and 7 days at most.

    **Anti-pattern**: `lookbackDuration: 30d`

    **Best practice**: `lookbackDuration: 5h`, which is also what the portal proposes.

    Source: <https://learn.microsoft.com/azure/sentinel/create-analytics-rules>
    """

    code = "MH206"
    slug = "grouping-lookback"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Detection)
        incidents = subject.content.incident_configuration
        lookback = incidents.grouping.lookback_duration if incidents and incidents.grouping else None
        if problem := out_of_range("lookbackDuration", lookback, _SHORTEST, _LONGEST):
            yield self.in_document(
                subject.document, problem, ("incidentConfiguration", "groupingConfiguration", "lookbackDuration")
            )

from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.checks.limits._range import LONGEST, SHORTEST, out_of_range
from masthead.lint.subject import Subject


class FrequencyRange(FileCheck):
    """A rule that would run too often, or too seldom.

    Sentinel runs a scheduled rule every 5 minutes at most and every 14 days at least.

    **Anti-pattern**: `queryFrequency: 1m`

    **Best practice**: `queryFrequency: 5m`, or an NRT rule, which runs each minute.

    Source: <https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview>
    """

    code = "MH201"
    slug = "frequency-range"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Detection)
        if problem := out_of_range("queryFrequency", subject.content.query_frequency, SHORTEST, LONGEST):
            yield self.in_document(subject.document, problem, ("queryFrequency",))

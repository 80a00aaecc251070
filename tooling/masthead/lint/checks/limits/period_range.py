from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.checks.limits._range import LONGEST, SHORTEST, out_of_range
from masthead.lint.subject import Subject


class PeriodRange(FileCheck):
    """A rule that would look back too far, or not far enough.

    A scheduled rule sees 5 minutes of data at least and 14 days at most.

    **Anti-pattern**: `queryPeriod: 30d`

    **Best practice**: 14 days, and for a longer memory a watchlist or a summary table that is filled as time goes by.

    Source: <https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview>
    """

    code = "MH202"
    slug = "period-range"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Detection)
        if problem := out_of_range("queryPeriod", subject.content.query_period, SHORTEST, LONGEST):
            yield self.in_document(subject.document, problem, ("queryPeriod",))

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from masthead.content.durations import short_duration
from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.subject import Subject

_LONG, _SELDOM = timedelta(days=2), timedelta(hours=1)


class LongPeriod(FileCheck):
    """A rule that reads days of data every few minutes.

    A rule that looks back two days or more may run once an hour at most.

    **Anti-pattern**

    ```yaml
    queryFrequency: 15m
    queryPeriod: 7d
    ```

    **Best practice**: `queryFrequency: 1h`, or a shorter period.

    Source: <https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview>
    """

    code = "MH204"
    slug = "long-period"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Detection)
        frequency, period = subject.content.query_frequency, subject.content.query_period
        if frequency and period and period >= _LONG and frequency < _SELDOM:
            message = f"a rule that looks back {short_duration(period)} cannot run every {short_duration(frequency)}"
            hint = "Run it every hour or less often, or look back less than two days."
            yield self.in_document(subject.document, message, ("queryFrequency",), hint=hint)

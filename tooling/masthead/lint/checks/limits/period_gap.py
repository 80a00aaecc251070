from __future__ import annotations

from collections.abc import Iterable

from masthead.content.durations import short_duration
from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.subject import Subject


class PeriodGap(FileCheck):
    """A rule that looks back less far than to its last run.

    What happens between the end of one run's period and the start of the next is seen by no run. Sentinel refuses such
    a rule.

    **Anti-pattern**

    ```yaml
    queryFrequency: 1h
    queryPeriod: 30m
    ```

    **Best practice**: a period at least as long as the frequency.

    Source: <https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview>
    """

    code = "MH203"
    slug = "period-gap"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Detection)
        frequency, period = subject.content.query_frequency, subject.content.query_period
        if frequency and period and period < frequency:
            message = (
                f"queryPeriod is {short_duration(period)}, shorter than queryFrequency, {short_duration(frequency)}"
            )
            hint = f"Look back {short_duration(frequency)} or more, or what happens in between is never seen."
            yield self.in_document(subject.document, message, ("queryPeriod",), hint=hint)

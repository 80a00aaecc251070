from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from masthead.content.durations import short_duration
from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.subject import Subject

_LONGEST = timedelta(days=1)


class SuppressionDuration(FileCheck):
    """A pause after an alert that Sentinel does not allow, or that does nothing.

    After an alert a rule can pause for up to 24 hours. A pause that is switched on needs a duration; one that is
    shorter than the time between two runs skips none.

    **Anti-pattern**

    ```yaml
    queryFrequency: 1h
    suppressionEnabled: true
    suppressionDuration: 30m
    ```

    **Best practice**: `suppressionDuration: 5h`

    Source: <https://learn.microsoft.com/azure/sentinel/create-analytics-rules>
    """

    code = "MH205"
    slug = "suppression-duration"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        rule, document = subject.content, subject.document
        assert isinstance(rule, Detection)
        duration, at = rule.suppression_duration, ("suppressionDuration",)
        if duration and duration > _LONGEST:
            message = f"suppressionDuration is {short_duration(duration)}; Sentinel allows up to 24 hours"
            yield self.in_document(document, message, at)
        elif rule.suppression_enabled and duration is None:
            hint = "Add suppressionDuration, up to 24 hours."
            yield self.in_document(document, "the pause has no duration", ("suppressionEnabled",), key=True, hint=hint)
        elif rule.suppression_enabled and duration and rule.query_frequency and duration < rule.query_frequency:
            message = f"a pause of {short_duration(duration)} skips no run of a rule that runs every "
            message += short_duration(rule.query_frequency)
            yield self.in_document(document, message, at, severity=Severity.WARNING)

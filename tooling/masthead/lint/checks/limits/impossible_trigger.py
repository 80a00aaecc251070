from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.subject import Subject


class ImpossibleTrigger(FileCheck):
    """A rule that can never raise an alert.

    A query cannot return fewer than no rows.

    **Anti-pattern**

    ```yaml
    triggerOperator: lt
    triggerThreshold: 0
    ```

    **Best practice**: `gt` and `0` to hear of every row; `lt` and `1` to hear that there were none.

    Source: <https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview>
    """

    code = "MH208"
    slug = "impossible-trigger"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Detection)
        if subject.content.trigger_operator == "lt" and subject.content.trigger_threshold == 0:
            message = "fewer than 0 rows are never returned: the rule cannot raise an alert"
            hint = "Write gt and 0 to alert on any row, or lt and 1 to alert when there is none."
            yield self.in_document(subject.document, message, ("triggerThreshold",), hint=hint)

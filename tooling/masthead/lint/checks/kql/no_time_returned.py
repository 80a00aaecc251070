from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import RULES, FileCheck
from masthead.lint.lookback import TIME
from masthead.lint.subject import Subject


class NoTimeReturned(FileCheck):
    """A rule whose rows do not say when.

    Sentinel takes an alert's start and end from TimeGenerated of the rows that the query returns. Without that column
    they are those of the rule's window, and an analyst must look for the moment. A query that returns another moment
    (StartTime, LastSeen) at least tells it: that is said as advice only.

    **Anti-pattern**: `| summarize count() by Actor`

    **Best practice**: `| summarize TimeGenerated = max(TimeGenerated), count() by Actor`

    Source: <https://github.com/Azure/Azure-Sentinel/wiki/Query-Style-Guide>
    """

    code = "MH407"
    slug = "no-time-returned"
    severity = Severity.WARNING
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        if not subject.columns or TIME in subject.columns:
            return
        moments = [name for name, type_ in subject.columns.items() if type_ == "datetime"]
        severity = Severity.INFO if moments else Severity.WARNING
        hint = f"Call {moments[0]} {TIME}, or add it." if moments else f"Keep it, as {TIME} = max({TIME}) in summarize."
        message = f"the query does not return {TIME}"
        yield self.in_document(subject.document, message, ("query",), key=True, hint=hint, severity=severity)

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from masthead.content.durations import short_duration
from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.lookback import look_backs
from masthead.lint.names import OTHER_WORKSPACE
from masthead.lint.subject import Subject

_BATCH = timedelta(minutes=2)


class NrtRestriction(FileCheck):
    """An NRT rule that does what only a scheduled rule can.

    A near-real-time rule runs each minute over the rows that were ingested in the last one. It reads one workspace, and
    a filter on TimeGenerated cannot widen what it sees: there is no baseline, and no counting over an hour.

    **Anti-pattern**

    ```yaml
    kind: NRT
    query: SigninLogs | where TimeGenerated > ago(1h) | summarize count() by UserPrincipalName
    ```

    **Best practice**: a scheduled rule with `queryFrequency: 5m` and `queryPeriod: 1h`.

    Source: <https://learn.microsoft.com/azure/sentinel/near-real-time-rules>
    """

    code = "MH405"
    slug = "nrt-restriction"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Detection)
        if subject.content.is_nrt and subject.analysis:
            yield from self._other_workspaces(subject)
            for each in look_backs(subject.analysis.tree):
                if each.length > _BATCH:
                    message = f"the query asks for {short_duration(each.length)} of data; an NRT rule sees a minute's"
                    hint = "Leave the filter out, or make this a scheduled rule."
                    span = subject.in_query(each.start, each.end)
                    yield self.in_document(subject.document, message, span=span, hint=hint, severity=Severity.WARNING)

    def _other_workspaces(self, subject: Subject) -> Iterator[Finding]:
        assert subject.analysis is not None
        for call in subject.analysis.calls(*OTHER_WORKSPACE):
            name = call.children[0].simple_name
            message = f"an NRT rule cannot read through {name}(): it sees one workspace"
            yield self.in_document(subject.document, message, span=subject.in_query(call.start, call.end))

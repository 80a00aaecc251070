from __future__ import annotations

from collections.abc import Iterable

from masthead.content.durations import short_duration
from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.lookback import look_backs
from masthead.lint.subject import Subject


class LookBack(FileCheck):
    """A query that looks back further than the rule lets it.

    Sentinel gives a scheduled rule the rows of its queryPeriod and no others, whatever the query asks for. A query that
    wants 14 days but gets 1 finds no baseline and calls everything new. Bounds on TimeGenerated are followed through
    `let`, `ago`, `now` and arithmetic; those in functions that the query calls are not.

    **Anti-pattern**

    ```yaml
    queryPeriod: 1d
    query: |
      let lookback = 14d;
      AKSAudit | where TimeGenerated > ago(lookback)
    ```

    **Best practice**: `queryPeriod: 14d`

    Source: <https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview>
    """

    code = "MH404"
    slug = "look-back"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Detection)
        period = subject.content.query_period
        if period is None or subject.analysis is None:
            return
        for each in look_backs(subject.analysis.tree):
            if each.length > period:
                message = (
                    f"the query looks back {short_duration(each.length)}, but queryPeriod is {short_duration(period)}"
                )
                hint = f"Rows older than {short_duration(period)} are never there: raise queryPeriod or look back less."
                span = subject.in_query(each.start, each.end)
                yield self.in_document(subject.document, message, span=span, hint=hint)

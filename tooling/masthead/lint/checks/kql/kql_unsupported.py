from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.kql.support import refusal
from masthead.lint.check import QUERIES, WORKBOOKS, QueryCheck
from masthead.lint.subject import Subject


class KqlUnsupported(QueryCheck):
    """A query that cannot be tested.

    Sentinel would run the query, but Masthead's engine does not know one of its constructs and refuses it rather than
    guess. No case can then show that the rule fires. Functions are looked at where a rule calls them. What hangs on the
    data, such as an array of mixed types that is to be sorted, shows only in a test.

    **Anti-pattern**: `AKSAudit | evaluate python(typeof(*), "result = df")`

    **Best practice**: the same in operators and functions of KQL, of which the engine speaks nearly all.

    Source: <https://learn.microsoft.com/kusto/query/>
    """

    code = "MH413"
    slug = "kql-unsupported"
    severity = Severity.WARNING
    kinds = QUERIES | WORKBOOKS

    def check(self, subject: Subject) -> Iterable[Finding]:
        if subject.analysis is None or subject.analysis.errors:
            return
        error = refusal(subject.analysis, subject.binding.tables, subject.binding.watchlists)
        if error is not None:
            message = f"the engine cannot run {error.message}"
            span = subject.in_query(error.start or 0, error.end or 0)
            yield self.in_document(subject.document, message, span=span)

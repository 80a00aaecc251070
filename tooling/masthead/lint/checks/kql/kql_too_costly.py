from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import KqlCheck
from masthead.lint.subject import Subject


class KqlTooCostly(KqlCheck):
    """A query that cannot be analysed.

    The language service gets a bounded share of time and memory for each query. One that needs more, mostly because
    functions call each other over and over or because it nests hundreds of levels deep, is refused, and nothing else
    can be said about its KQL.

    **Anti-pattern**: hundreds of `or` in a row.

    **Best practice**: `in (…)` with a list, or a watchlist.

    Source: <https://learn.microsoft.com/kusto/concepts/query-limits>
    """

    code = "MH403"
    slug = "kql-too-costly"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        if subject.analysis_problem:
            yield self.in_document(subject.document, subject.analysis_problem, subject.query_at, key=True)

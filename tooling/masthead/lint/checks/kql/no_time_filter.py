from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.kql.language import Node
from masthead.lint.check import FileCheck
from masthead.lint.lookback import TIME
from masthead.lint.subject import Subject


class NoTimeFilter(FileCheck):
    """A hunting query without a bound on time.

    A rule's period bounds what it reads. A hunting query has no period: without a filter on TimeGenerated it reads
    whatever the portal's time range happens to be, and all there is when it is run by a tool.

    **Anti-pattern**: `AKSAudit | where Verb == "create"`

    **Best practice**: `AKSAudit | where TimeGenerated > ago(7d) | where Verb == "create"`

    Source: <https://learn.microsoft.com/kusto/query/best-practices>
    """

    code = "MH408"
    slug = "no-time-filter"
    severity = Severity.INFO
    kinds = frozenset({Kind.HUNTING_QUERY})

    def check(self, subject: Subject) -> Iterable[Finding]:
        if not subject.tables or subject.analysis is None:
            return
        filters = (node for node in subject.analysis.tree.walk(into_calls=True) if node.kind == "FilterOperator")
        if not any(_names_time(node) for each in filters for node in each.walk()):
            hint = f"Begin with `where {TIME} > ago(7d)`, or as far back as the hunt makes sense."
            yield self.in_document(subject.document, f"no filter on {TIME}", ("query",), key=True, hint=hint)


def _names_time(node: Node) -> bool:
    return node.kind == "NameReference" and node.simple_name in (TIME, "ingestion_time")

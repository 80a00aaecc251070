from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.kql.language import Node
from masthead.lint.check import KqlCheck
from masthead.lint.subject import Subject


class ReadsEverything(KqlCheck):
    """A query that reads every table.

    `search` without a list of tables, `find` without one, and `union *` read all that the workspace has. Sentinel
    refuses `search *` and `union *` in rules; in a hunting query they are merely slow.

    **Anti-pattern**: `search "203.0.113.7"`

    **Best practice**: `search in (SigninLogs, AzureActivity) "203.0.113.7"`, or a union of the tables that matter.

    Source: <https://learn.microsoft.com/azure/sentinel/create-analytics-rules>
    """

    code = "MH406"
    slug = "reads-everything"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        severity = Severity.ERROR if subject.file.kind is Kind.DETECTION else Severity.WARNING
        for node in subject.analysis.tree.walk() if subject.analysis else ():
            if what := _reads_everything(node):
                span = subject.in_query(node.start, node.end)
                hint = "Name the tables that matter."
                message = f"{what} reads every table of the workspace"
                yield self.in_document(subject.document, message, span=span, hint=hint, severity=severity)


def _reads_everything(node: Node) -> str | None:
    if node.kind == "NameReference" and node.simple_name == "*":
        return "union *"
    # After a pipe, search looks only at the rows that come in.
    if node.kind in ("SearchOperator", "FindOperator") and node.name != "Operator" and not node.child("InClause"):
        return "search" if node.kind == "SearchOperator" else "find"
    return None

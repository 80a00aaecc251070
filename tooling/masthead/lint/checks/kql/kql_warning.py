from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import KqlCheck
from masthead.lint.checks.kql._diagnostics import remarks, said
from masthead.lint.subject import Subject


class KqlWarning(KqlCheck):
    """KQL that runs, but slowly, or not as it seems to.

    What Microsoft's binder and analyzers warn of: outdated functions, tests for null of a text, a table in a fuzzy
    union that does not exist, and, as advice only, operators with a cheaper twin.

    **Anti-pattern**: `where RequestUri contains "secrets"`, which reads every character of every row.

    **Best practice**: `where RequestUri has "secrets"`, which asks the index for a term.

    Source: <https://learn.microsoft.com/kusto/query/best-practices>
    """

    code = "MH402"
    slug = "kql-warning"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterable[Finding]:
        for each in remarks(subject):
            severity = Severity.WARNING if each.severity == "Warning" else Severity.INFO
            span = subject.in_query(each.start, each.end)
            yield self.in_document(subject.document, said(each), span=span, severity=severity)

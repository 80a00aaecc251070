from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.kql.language import Diagnostic
from masthead.lint.check import KqlCheck
from masthead.lint.checks.kql._diagnostics import OPERATOR_EXPECTED, UNKNOWN_NAME, other_errors, said
from masthead.lint.names import OPERATORS, names_in_query, spelt_alike
from masthead.lint.subject import Subject


class KqlError(KqlCheck):
    """KQL that Sentinel would refuse.

    Microsoft's own language service parses the query and binds it to the tables of the catalog, to Azure Monitor's
    standard tables, and to the project's functions and watchlists. What it calls an error would keep the query from
    running: syntax, names that do not exist, types that do not fit.

    **Anti-pattern**

    ```kusto
    AKSAudit | where Verbs == "create" | summarise count() by Verb
    ```

    **Best practice**

    ```kusto
    AKSAudit | where Verb == "create" | summarize count() by Verb
    ```

    Source: <https://learn.microsoft.com/kusto/query/>
    """

    code = "MH401"
    slug = "kql-error"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        last: Diagnostic | None = None
        for each in other_errors(subject):
            if last is None or not _follows(subject, each, last):
                span = subject.in_query(each.start, each.end)
                yield self.in_document(subject.document, said(each), span=span, hint=_hint(subject, each))
                last = each


def _follows(subject: Subject, error: Diagnostic, last: Diagnostic) -> bool:
    """Whether an error only repeats the one before it: it lies inside, or comes behind a word that the parser did not
    expect and before the next bar or semicolon, where the parser finds its way again."""
    if error.start < last.end or error.start == error.end == last.end:
        return True
    between = subject.text_at(last.end, error.start)
    return last.code == OPERATOR_EXPECTED and "|" not in between and ";" not in between


def _hint(subject: Subject, diagnostic: Diagnostic) -> str | None:
    word = subject.text_at(diagnostic.start, diagnostic.end)
    if diagnostic.code == OPERATOR_EXPECTED:
        return spelt_alike(word, OPERATORS.split())
    return spelt_alike(word, names_in_query(subject)) if diagnostic.code == UNKNOWN_NAME else None

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from masthead.content.finding import Finding, Severity
from masthead.kql.language import Diagnostic
from masthead.lint.check import KqlCheck
from masthead.lint.checks.kql._diagnostics import other_errors, said
from masthead.lint.names import OPERATORS, names_in_query, spelt_alike
from masthead.lint.subject import Subject

_UNKNOWN_NAME, _OPERATOR_EXPECTED = "KS142", "KS176"


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
            if last is None or not _follows(each, last):
                span = subject.in_query(each.start, each.end)
                yield self.in_document(subject.document, said(each), span=span, hint=_hint(subject, each))
                last = each
            elif each.end > last.end:
                last = replace(last, end=each.end)


def _follows(error: Diagnostic, last: Diagnostic) -> bool:
    """Whether an error only repeats the one before it: it lies inside, or directly behind a word that the parser did
    not expect and after which it lost its way."""
    if error.start < last.end or error.start == error.end == last.end:
        return True
    return last.code == _OPERATOR_EXPECTED and error.start <= last.end + 1


def _hint(subject: Subject, diagnostic: Diagnostic) -> str | None:
    word = subject.text_at(diagnostic.start, diagnostic.end)
    if diagnostic.code == _OPERATOR_EXPECTED:
        return spelt_alike(word, OPERATORS.split())
    return spelt_alike(word, names_in_query(subject)) if diagnostic.code == _UNKNOWN_NAME else None

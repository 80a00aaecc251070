from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.kql.language import Diagnostic
from masthead.lint.check import KqlCheck
from masthead.lint.checks.kql._diagnostics import other_errors, said
from masthead.lint.names import names_in_query, spelt_alike
from masthead.lint.subject import Subject

_UNKNOWN_NAME = "KS142"


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
        last_end = -1
        for each in other_errors(subject):
            # Errors inside what has been reported, or at the same place, only repeat it.
            if each.start < last_end or (each.start == each.end == last_end):
                continue
            last_end = each.end
            span = subject.in_query(each.start, each.end)
            yield self.in_document(subject.document, said(each), span=span, hint=_hint(subject, each))


def _hint(subject: Subject, diagnostic: Diagnostic) -> str | None:
    if diagnostic.code != _UNKNOWN_NAME:
        return None
    return spelt_alike(subject.text_at(diagnostic.start, diagnostic.end), names_in_query(subject))

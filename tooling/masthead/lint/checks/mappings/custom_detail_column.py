from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.check import FileCheck
from masthead.lint.names import column_hint
from masthead.lint.subject import Subject


class CustomDetailColumn(FileCheck):
    """A custom detail from a column that the query does not return.

    The detail stays empty in every alert, and so does every automation that reads it.

    **Anti-pattern**: `customDetails: {Namespace: Namespaces}` over a query that returns `Namespace`.

    **Best practice**: `customDetails: {Namespace: Namespace}`

    Source: <https://learn.microsoft.com/azure/sentinel/surface-custom-details-in-alerts>
    """

    code = "MH502"
    slug = "custom-detail-column"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        query, columns = subject.content, subject.columns
        assert isinstance(query, Query)
        for name, column in query.custom_details.items() if columns is not None else ():
            if columns is not None and column not in columns:
                message = f"the query does not return the column {column}"
                hint = column_hint(column, columns)
                yield self.in_document(subject.document, message, ("customDetails", name), hint=hint)

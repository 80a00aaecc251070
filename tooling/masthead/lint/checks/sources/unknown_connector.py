from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.check import FileCheck
from masthead.lint.checks.sources._connectors import sources_of
from masthead.lint.names import spelt_alike
from masthead.lint.subject import Subject


class UnknownConnector(FileCheck):
    """A connector that the catalog does not know.

    Sentinel has hundreds of connectors and a project's catalog only its own. One that looks like a misspelt one of
    these is a warning; any other is advice: what it fills cannot be checked.

    **Anti-pattern**: `connectorId: AzureKubernets`

    **Best practice**: `connectorId: AzureKubernetes`, or a file in `catalog/sources/` for a connector of your own.

    Source: <https://learn.microsoft.com/azure/sentinel/data-connectors-reference>
    """

    code = "MH603"
    slug = "unknown-connector"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterable[Finding]:
        query, known = subject.content, sources_of(subject.project).tables_of
        assert isinstance(query, Query)
        for index, connector in enumerate(query.required_data_connectors):
            if known and connector.connector_id not in known:
                alike = spelt_alike(connector.connector_id, known)
                message = f"the catalog has no connector {connector.connector_id}"
                hint = alike or "To have its tables checked, describe its log source in catalog/sources/."
                path = ("requiredDataConnectors", index, "connectorId")
                severity = Severity.WARNING if alike else Severity.INFO
                yield self.in_document(subject.document, message, path, hint=hint, severity=severity)

from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.check import FileCheck
from masthead.lint.checks.sources._connectors import sources_of, table_name
from masthead.lint.subject import Subject


class MissingConnector(FileCheck):
    """A table whose connector the content does not require.

    The tables that the KQL really reads, through functions too, are looked up in `catalog/sources/`. For each there
    must be one of its connectors, or an entry that lists it as data type. Otherwise the content is deployed where its
    data never arrives, and stays silent. Tables that the catalog does not know, and tables that need no connector, are
    passed over.

    **Anti-pattern**

    ```yaml
    requiredDataConnectors: []
    query: AKSAudit | where Verb == "create"
    ```

    **Best practice**

    ```yaml
    requiredDataConnectors:
      - connectorId: AzureKubernetes
        dataTypes: [AKSAudit]
    ```

    Source: <https://learn.microsoft.com/azure/sentinel/data-connectors-reference>
    """

    code = "MH601"
    slug = "missing-connector"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterable[Finding]:
        query, sources = subject.content, sources_of(subject.project)
        assert isinstance(query, Query)
        required = {each.connector_id for each in query.required_data_connectors}
        listed = {table_name(type_) for each in query.required_data_connectors for type_ in each.data_types}
        for table in subject.tables:
            filled_by = sources.connectors_of.get(table.name, frozenset())
            if filled_by and table.name not in listed and not filled_by & required:
                message = f"the query reads {table.name}, but no connector is required that fills it"
                hint = f"Add {' or '.join(sorted(filled_by))} to requiredDataConnectors."
                span = subject.in_query(table.start, table.end)
                yield self.in_document(subject.document, message, span=span, hint=hint)

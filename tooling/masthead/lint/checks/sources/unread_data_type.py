from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.check import FileCheck
from masthead.lint.checks.sources._connectors import sources_of, table_name
from masthead.lint.subject import Subject


class UnreadDataType(FileCheck):
    """A required connector, or table, that the KQL does not read.

    Whoever deploys connects what is required, and pays for it. A data type that is a known table must be read; a
    connector that the catalog knows must fill at least one table that is read.

    **Anti-pattern**

    ```yaml
    requiredDataConnectors:
      - connectorId: AzureKubernetes
        dataTypes: [AKSAudit, AKSControlPlane]
    query: AKSAudit | where Verb == "create"
    ```

    **Best practice**: `dataTypes: [AKSAudit]`

    Source: <https://learn.microsoft.com/azure/sentinel/data-connectors-reference>
    """

    code = "MH602"
    slug = "unread-data-type"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterable[Finding]:
        query, sources = subject.content, sources_of(subject.project)
        assert isinstance(query, Query)
        if subject.analysis is None or subject.analysis.errors or not subject.tables:
            return
        read = {table.name for table in subject.tables}
        for index, connector in enumerate(query.required_data_connectors):
            at = ("requiredDataConnectors", index)
            fills = sources.tables_of.get(connector.connector_id)
            named = {table_name(each) for each in connector.data_types}
            if fills and not fills & read and not named & read:
                message = f"the query reads no table that {connector.connector_id} fills"
                hint = f"It fills {', '.join(sorted(fills))}; the query reads {', '.join(sorted(read))}."
                yield self.in_document(subject.document, message, (*at, "connectorId"), hint=hint)
                continue
            key = "dataTypes" if "dataTypes" in subject.document.data[at[0]][index] else "datatypes"
            for number, data_type in enumerate(connector.data_types):
                table = table_name(data_type)
                if table in subject.project.table_names and table not in read:
                    message = f"the query does not read {table}"
                    hint = f"It reads {', '.join(sorted(read))}."
                    yield self.in_document(subject.document, message, (*at, key, number), hint=hint)

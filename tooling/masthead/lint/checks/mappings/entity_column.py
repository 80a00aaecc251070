from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.check import FileCheck
from masthead.lint.names import column_hint
from masthead.lint.subject import Subject


class EntityColumn(FileCheck):
    """An entity mapped from a column that the query does not return.

    Sentinel drops such an entity and says nothing: the alert has no account, no host, nothing to correlate by. It
    happens when a query is changed and its mappings are not. Columns under `sentinelEntitiesMappings` count as well.

    **Anti-pattern**

    ```yaml
    query: AKSAudit | project TimeGenerated, Actor = tostring(User.username)
    entityMappings:
      - entityType: Account
        fieldMappings: [{identifier: FullName, columnName: Username}]
    ```

    **Best practice**: `columnName: Actor`

    Source: <https://learn.microsoft.com/azure/sentinel/map-data-fields-to-entities>
    """

    code = "MH501"
    slug = "entity-column"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        query, columns = subject.content, subject.columns
        assert isinstance(query, Query)
        if columns is None:
            return
        places = [
            (("entityMappings", index, "fieldMappings", at, "columnName"), field.column_name)
            for index, mapping in enumerate(query.entity_mappings)
            for at, field in enumerate(mapping.fields)
        ]
        ready = subject.document.data.get("sentinelEntitiesMappings") or ()
        places += [
            (("sentinelEntitiesMappings", index, "columnName"), each["columnName"]) for index, each in enumerate(ready)
        ]
        for path, column in places:
            if column not in columns:
                message = f"the query does not return the column {column}"
                yield self.in_document(subject.document, message, path, hint=column_hint(column, columns))

from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.check import FileCheck
from masthead.lint.subject import Subject

_OLD = {
    "AccountCustomEntity": "Account",
    "HostCustomEntity": "Host",
    "IPCustomEntity": "IP",
    "URLCustomEntity": "URL",
    "ProcessCustomEntity": "Process",
    "FileHashCustomEntity": "FileHash",
}


class OldEntityColumn(FileCheck):
    """A column that used to become an entity by its name.

    Sentinel once made entities of columns called AccountCustomEntity and the like. Now only entityMappings do: a column
    of that name which is mapped nowhere is dead weight, and its entity is missing from the alert.

    **Anti-pattern**: `| extend AccountCustomEntity = UserPrincipalName` and no mapping.

    **Best practice**: an `Account` under `entityMappings` with `columnName: UserPrincipalName`.

    Source: <https://learn.microsoft.com/azure/sentinel/map-data-fields-to-entities>
    """

    code = "MH507"
    slug = "old-entity-column"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Query)
        mapped = {field.column_name for mapping in subject.content.entity_mappings for field in mapping.fields}
        for column in subject.returned:
            if column.name in _OLD and column.name not in mapped:
                at = (subject.query or "").find(column.name)
                span = subject.in_query(at, at + len(column.name)) if at >= 0 else None
                message = f"{column.name} no longer becomes an entity by its name"
                hint = f"Map it under entityMappings, as {_OLD[column.name]}."
                yield self.in_document(subject.document, message, ("query",), span=span, hint=hint)

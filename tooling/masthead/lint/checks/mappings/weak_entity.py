from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.check import FileCheck
from masthead.lint.entities import ENTITY_TYPES
from masthead.lint.subject import Subject


class WeakEntity(FileCheck):
    """An entity that nothing tells apart from others.

    Of each type, at least one of certain identifiers must be mapped; the rest only adds to them. Without one of these
    Sentinel refuses the mapping.

    **Anti-pattern**: a Host with `DnsDomain` only.

    **Best practice**: a Host with `HostName` and `DnsDomain`.

    Source: <https://learn.microsoft.com/azure/sentinel/entities-reference>
    """

    code = "MH506"
    slug = "weak-entity"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Query)
        for index, mapping in enumerate(subject.content.entity_mappings):
            type_ = ENTITY_TYPES[mapping.entity_type]
            mapped = {field.identifier for field in mapping.fields}
            if mapped <= set(type_.identifiers) and not any(enough <= mapped for enough in type_.enough):
                message = f"{', '.join(sorted(mapped))} is not enough to know this {mapping.entity_type} by"
                hint = "Map " + " or ".join(" with ".join(sorted(each)) for each in type_.enough) + "."
                yield self.in_document(subject.document, message, ("entityMappings", index, "entityType"), hint=hint)

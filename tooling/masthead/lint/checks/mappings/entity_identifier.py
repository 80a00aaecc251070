from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.check import FileCheck
from masthead.lint.entities import ENTITY_TYPES
from masthead.lint.names import spelt_alike
from masthead.lint.subject import Subject


class EntityIdentifier(FileCheck):
    """An identifier that this type of entity does not have, or has twice.

    Each type of entity has identifiers of its own, spelt exactly as Sentinel spells them.

    **Anti-pattern**: `entityType: Account` with `identifier: UserPrincipalName`

    **Best practice**: `FullName`, or `Name` and `UPNSuffix`.

    Source: <https://learn.microsoft.com/azure/sentinel/entities-reference>
    """

    code = "MH505"
    slug = "entity-identifier"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Query)
        for index, mapping in enumerate(subject.content.entity_mappings):
            known = ENTITY_TYPES[mapping.entity_type].identifiers
            seen: set[str] = set()
            for at, field in enumerate(mapping.fields):
                path = ("entityMappings", index, "fieldMappings", at, "identifier")
                if field.identifier not in known:
                    message = f"{mapping.entity_type} has no identifier {field.identifier}"
                    hint = spelt_alike(field.identifier, known) or f"It has {', '.join(known)}."
                    yield self.in_document(subject.document, message, path, hint=hint)
                elif field.identifier in seen:
                    message = f"the identifier {field.identifier} is mapped twice"
                    hint = "Make a second mapping for a second entity."
                    yield self.in_document(subject.document, message, path, hint=hint)
                seen.add(field.identifier)

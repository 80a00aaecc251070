from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.attack import is_ics, techniques
from masthead.lint.check import FileCheck
from masthead.lint.subject import Subject


class UnknownTechnique(FileCheck):
    """A technique that ATT&CK does not have.

    Looks each number up in ATT&CK for Enterprise. Techniques of ATT&CK for ICS (T0800 and up) are not looked up.

    **Anti-pattern**: `relevantTechniques: [T1960]`, two digits swapped.

    **Best practice**: the most exact number that fits, like `T1610` (Deploy Container).

    Source: <https://attack.mitre.org/techniques/enterprise/>
    """

    code = "MH301"
    slug = "unknown-technique"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Query)
        known = techniques()
        for index, number in enumerate(subject.content.relevant_techniques):
            if number not in known and not is_ics(number):
                parent = known.get(number.split(".")[0])
                hint = f"{parent.id} ({parent.name}) exists, without this sub-technique." if parent else None
                at = ("relevantTechniques", index)
                yield self.in_document(subject.document, f"ATT&CK has no technique {number}", at, hint=hint)

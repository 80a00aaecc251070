from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.attack import techniques
from masthead.lint.check import FileCheck
from masthead.lint.subject import Subject


class RetiredTechnique(FileCheck):
    """A technique that ATT&CK has retired.

    ATT&CK revokes techniques (another takes their place, often a sub-technique) and deprecates others. Coverage maps no
    longer show either.

    **Anti-pattern**: `relevantTechniques: [T1086]`, revoked in 2020.

    **Best practice**: `T1059.001` (PowerShell), which took its place.

    Source: <https://attack.mitre.org/resources/updates/>
    """

    code = "MH302"
    slug = "retired-technique"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Query)
        for index, number in enumerate(subject.content.relevant_techniques):
            technique = techniques().get(number)
            if technique and technique.retired:
                message = f"ATT&CK has retired {number} ({technique.name})"
                namesakes = [
                    each.id for each in techniques().values() if each.name == technique.name and not each.retired
                ]
                hint = f"https://attack.mitre.org/techniques/{number.replace('.', '/')}/ says what took its place."
                hint = f"{' or '.join(namesakes)} has the same name." if namesakes else hint
                yield self.in_document(subject.document, message, ("relevantTechniques", index), hint=hint)

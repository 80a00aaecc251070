from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.attack import techniques
from masthead.lint.check import FileCheck
from masthead.lint.subject import Subject


class TechniqueWithoutTactic(FileCheck):
    """A technique that serves none of the tactics named.

    Each technique belongs to one or more tactics. If none of them is listed, one of the two is wrong, and the
    content is missing in one row of the coverage map or stands in a wrong one.

    **Anti-pattern**

    ```yaml
    tactics: [Impact]
    relevantTechniques: [T1610]
    ```

    **Best practice**: `tactics: [Execution]`, to which T1610 (Deploy Container) belongs.

    Source: <https://attack.mitre.org/tactics/enterprise/>
    """

    code = "MH303"
    slug = "technique-without-tactic"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterable[Finding]:
        query = subject.content
        assert isinstance(query, Query)
        for index, number in enumerate(query.relevant_techniques):
            technique = techniques().get(number)
            if technique and technique.tactics and not set(technique.tactics) & set(query.tactics):
                message = f"{number} ({technique.name}) belongs to none of the tactics listed"
                hint = f"It serves {' and '.join(technique.tactics)}."
                yield self.in_document(subject.document, message, ("relevantTechniques", index), hint=hint)

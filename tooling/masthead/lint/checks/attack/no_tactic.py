from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.check import FileCheck
from masthead.lint.subject import Subject


class NoTactic(FileCheck):
    """Content without a tactic.

    Incidents are sorted by tactic, and coverage by tactic and technique: content without either is found in neither.

    **Anti-pattern**: `tactics: []`

    **Best practice**

    ```yaml
    tactics: [PrivilegeEscalation]
    relevantTechniques: [T1098.006]
    ```

    Source: <https://learn.microsoft.com/azure/sentinel/create-analytics-rules>
    """

    code = "MH305"
    slug = "no-tactic"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, Query)
        if not subject.content.tactics:
            hint = "Add tactics, like [Execution], and the relevantTechniques that serve them."
            at = ("tactics",) if "tactics" in subject.document.data else ("name",)
            yield self.in_document(subject.document, "no tactic is named", at, key=True, hint=hint)

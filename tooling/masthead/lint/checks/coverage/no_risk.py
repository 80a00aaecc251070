from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.check import FileCheck
from masthead.lint.checks.coverage.unknown_use_case import use_cases
from masthead.lint.subject import Subject


class NoRisk(FileCheck):
    """Content that addresses no risk of its use case.

    Coverage counts a risk as addressed when content says so. Content that names none protects from nothing that anyone
    asked for, or it is counted nowhere. Only content in a use case of the catalog is looked at.

    **Anti-pattern**: no `metadata` at all.

    **Best practice**

    ```yaml
    metadata:
      risks: [role-binding-escalation]
    ```

    Source: the design of this project.
    """

    code = "MH707"
    slug = "no-risk"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterable[Finding]:
        query, known = subject.content, use_cases(subject.project)
        assert isinstance(query, Query)
        if query.use_case in known and not query.risks:
            risks = ", ".join(known[query.use_case].risks)
            hint = f"Add metadata.risks; {query.use_case} has {risks}."
            yield self.in_document(subject.document, "the content addresses no risk", ("name",), key=True, hint=hint)

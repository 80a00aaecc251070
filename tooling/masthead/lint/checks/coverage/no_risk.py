from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.content.workbooks import Workbook
from masthead.lint.check import QUERIES, WORKBOOKS, FileCheck
from masthead.lint.checks.coverage.unknown_use_case import use_cases
from masthead.lint.subject import Subject


class NoRisk(FileCheck):
    """Content that addresses no risk of its use case.

    Coverage counts a risk as addressed when content says so. Content that names none protects from nothing that anyone
    asked for, or it is counted nowhere. Only content in a use case of the catalog is looked at, and no workbook in the
    portal's own JSON, which has no place for risks.

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
    kinds = QUERIES | WORKBOOKS

    def check(self, subject: Subject) -> Iterable[Finding]:
        content, known = subject.content, use_cases(subject.project)
        assert isinstance(content, Query | Workbook)
        if content.use_case in known and not content.risk_addresses and not subject.file.is_notebook:
            risks = ", ".join(known[content.use_case].risks)
            hint = f"Add metadata.risks; {content.use_case} has {risks}."
            yield self.in_document(subject.document, "the content addresses no risk", ("name",), key=True, hint=hint)

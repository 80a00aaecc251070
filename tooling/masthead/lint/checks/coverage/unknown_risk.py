from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.content.workbooks import Workbook
from masthead.lint.check import QUERIES, WORKBOOKS, FileCheck
from masthead.lint.checks.coverage.unknown_use_case import use_cases
from masthead.lint.names import spelt_alike
from masthead.lint.subject import Subject


class UnknownRisk(FileCheck):
    """A risk that the catalog does not have.

    `metadata.risks` names risks of the content's own use case by their slug, and those of another as `use-case/risk`.

    **Anti-pattern**: `risks: [role-binding-escalations]`

    **Best practice**: `risks: [role-binding-escalation]`

    Source: the design of this project.
    """

    code = "MH706"
    slug = "unknown-risk"
    severity = Severity.ERROR
    kinds = QUERIES | WORKBOOKS

    def check(self, subject: Subject) -> Iterable[Finding]:
        content, known = subject.content, use_cases(subject.project)
        assert isinstance(content, Query | Workbook)
        addresses = {f"{slug}/{risk}" for slug, use_case in known.items() for risk in use_case.risks}
        for index, (use_case, risk) in enumerate(content.risk_addresses):
            if not known or f"{use_case}/{risk}" in addresses:
                continue
            own = known[use_case].risks if use_case in known else {}
            elsewhere = [address for address in sorted(addresses) if address.endswith(f"/{risk}")]
            message = f"the use case {use_case} has no risk {risk}" if use_case in known else f"there is no risk {risk}"
            hint = spelt_alike(risk, own) or (f"Did you mean {elsewhere[0]}?" if elsewhere else None)
            hint = hint or (f"It has {', '.join(own)}." if own else "Write use-case/risk.")
            yield self.in_document(subject.document, message, ("metadata", "risks", index), hint=hint)

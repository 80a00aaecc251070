from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from masthead.content.cases import CaseFile
from masthead.content.finding import Finding, Severity
from masthead.lint.check import CASES, FileCheck
from masthead.lint.subject import Subject


class NothingFires(FileCheck):
    """Cases of which none expects anything.

    Cases that all expect silence also pass when the query can never return a row.

    **Anti-pattern**: one case, `expect: {alerts: []}`.

    **Best practice**: at least one case whose logs hold the attack, and which names the alert.

    Source: the design of this project.
    """

    code = "MH703"
    slug = "nothing-fires"
    severity = Severity.WARNING
    kinds = CASES

    def check(self, subject: Subject) -> Iterable[Finding]:
        assert isinstance(subject.content, CaseFile)
        if not any(_expects_something(case.expect) for case in subject.content.cases):
            hint = "Add a case whose logs hold what is looked for."
            yield self.in_document(
                subject.document, "no case expects anything to be found", ("cases",), key=True, hint=hint
            )


def _expects_something(expect: dict[str, Any]) -> bool:
    return any(bool(value) for value in expect.values())

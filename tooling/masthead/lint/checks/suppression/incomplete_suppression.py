from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import SuppressionCheck
from masthead.lint.suppressions import Usage


class IncompleteSuppression(SuppressionCheck):
    """A suppression that does not say what, or why.

    It names the checks in brackets, and a reason behind them that the next reader can judge. Without either it
    suppresses nothing.

    **Anti-pattern**: `# masthead: ignore[MH402]`

    **Best practice**: `# masthead: ignore[MH402] the field has no terms to ask the index for`

    Source: the design of this project.
    """

    code = "MH902"
    slug = "incomplete-suppression"
    severity = Severity.ERROR

    def check(self, usage: Usage) -> Iterable[Finding]:
        suppression = usage.suppression
        if not suppression.names:
            hint = "Write the codes in brackets: ignore[MH402] and the reason."
            yield self.at_place(suppression.place, "the suppression does not say what it suppresses", hint)
        elif not suppression.reason:
            hint = "Write behind the brackets why the finding does not matter here."
            yield self.at_place(suppression.place, "the suppression has no reason", hint)

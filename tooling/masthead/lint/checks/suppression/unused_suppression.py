from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import SuppressionCheck
from masthead.lint.names import spelt_alike
from masthead.lint.registry import known_codes
from masthead.lint.suppressions import Usage


class UnusedSuppression(SuppressionCheck):
    """A suppression that suppresses nothing.

    It is left over from a finding that is gone, stands on the wrong line, or names a check that does not exist; and it
    would hide the next finding that nobody expects. A check that is switched off, or needs an option that was not
    given, counts as neither used nor unused.

    **Anti-pattern**: `version: 1.0.0 # masthead: ignore[MH402] slow, but rare` when the operator was mended long ago.

    **Best practice**: remove it.

    Source: the design of this project.
    """

    code = "MH901"
    slug = "unused-suppression"
    severity = Severity.WARNING

    def check(self, usage: Usage) -> Iterable[Finding]:
        known = known_codes()
        for place in usage.unknown:
            hint = spelt_alike(place.value, [*known, *known.values()]) or "`masthead explain` lists the checks."
            yield self.at_place(place, f"there is no check {place.value}", hint)
        for place in usage.unused:
            where = "in this file" if usage.suppression.whole_file else "on this line"
            yield self.at_place(place, f"{place.value} has nothing to suppress {where}", "Remove it.")

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from masthead.content.finding import Finding, Severity
from masthead.content.instants import parse_instant
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.automation._rules import automation_rules
from masthead.lint.overview import Overview


class ExpiredRule(ProjectCheck):
    """An automation rule whose time is over.

    Sentinel disables a rule when its `expirationTimeUtc` has come. What was meant for a while, such as closing the
    incidents of an exercise, is then better removed; what is still needed gets a later date, once somebody has looked
    whether it still should.

    **Anti-pattern**: `expirationTimeUtc: 2024-12-31T00:00:00Z`, in a rule that people rely on.

    **Best practice**: a date within a year, and the rule removed or confirmed when it has come.

    Source: <https://learn.microsoft.com/azure/sentinel/create-manage-use-automation-rules>
    """

    code = "MH863"
    slug = "expired-rule"
    severity = Severity.WARNING

    # It compares with today, so it must not be among the checks whose answers are kept.
    def check(self, overview: Overview) -> Iterable[Finding]:
        now = datetime.now(UTC)
        for rule in automation_rules(overview):
            written = rule.triggering_logic.get("expirationTimeUtc")
            if written and rule.enabled and parse_instant(written) <= now:
                message = f"the rule has expired: it does nothing since {written}"
                hint = "Remove it, set isEnabled to false, or give it a later date if it is still needed."
                at = ("triggeringLogic", "expirationTimeUtc")
                yield self.in_document(rule.document, message, at, hint=hint)

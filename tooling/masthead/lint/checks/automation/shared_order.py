from __future__ import annotations

from collections.abc import Iterable

from masthead.content.automation_rules import AutomationRule
from masthead.content.finding import Finding, Severity
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.automation._rules import automation_rules
from masthead.lint.overview import Overview


class SharedOrder(ProjectCheck):
    """Two automation rules whose turn comes at the same time.

    Rules with one trigger run one after the other by their `order`, and a later one sees what an earlier one did: a
    severity that was raised, a label that was added. Nothing says which of two with the same number is first.

    **Anti-pattern**: `order: 1` in each rule.

    **Best practice**: numbers with gaps, 10, 20, 30, so that another fits between.

    Source: <https://learn.microsoft.com/azure/sentinel/automate-incident-handling-with-automation-rules>
    """

    code = "MH862"
    slug = "shared-order"
    severity = Severity.INFO

    def check(self, overview: Overview) -> Iterable[Finding]:
        rules = list(overview.project.automation_rules.readable())
        for rule in automation_rules(overview):
            others = [each.path for each in rules if each.path != rule.path and _turn(each) == _turn(rule)]
            if others:
                message = f"order {rule.order} is also that of {others[0]}"
                hint = "Which of the two acts first is not defined: give one of them another number."
                yield self.in_document(rule.document, message, ("order",), hint=hint)


def _turn(rule: AutomationRule) -> tuple[str, str, int]:
    return rule.triggering_logic["triggersOn"], rule.triggering_logic["triggersWhen"], rule.order

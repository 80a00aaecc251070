from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from masthead.content.automation_rules import AutomationRule, conditions_of
from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.lint.check import FileCheck
from masthead.lint.subject import Subject

_CHANGES = ("PropertyChanged", "PropertyArrayChanged")
_EQUALS, _CONTAINS = ("Equals", "NotEquals"), ("Contains", "NotContains")
_OPERATORS = {
    "IncidentSeverity": _EQUALS,
    "IncidentStatus": _EQUALS,
    "IncidentUpdatedBySource": _EQUALS,
    "IncidentCustomDetailsKey": _EQUALS,
    "IncidentCustomDetailsValue": _CONTAINS,
    "IncidentTactics": _CONTAINS,
    "IncidentRelatedAnalyticRuleIds": _CONTAINS,
    "AlertProductNames": _CONTAINS,
    "AlertAnalyticRuleIds": _CONTAINS,
}
"""The operators of properties that do not have all of them."""


class ImpossibleCondition(FileCheck):
    """A condition that Sentinel cannot ask at this trigger, or with this operator.

    What was just created has not changed, and was not updated by anybody. Of an alert, only the rule that raised it can
    be asked. Closed sets such as severities are compared as a whole, lists such as tactics by what they contain.

    **Anti-pattern**: `conditionType: PropertyChanged` with `triggersWhen: Created`; `operator: Equals` with
    `IncidentRelatedAnalyticRuleIds`, which never holds for an incident with alerts of two rules.

    **Best practice**: `triggersWhen: Updated` for changes; `Contains` for rules, tactics and products.

    Source: <https://learn.microsoft.com/azure/sentinel/create-manage-use-automation-rules>
    """

    code = "MH864"
    slug = "impossible-condition"
    severity = Severity.ERROR
    kinds = frozenset({Kind.AUTOMATION_RULE})

    def check(self, subject: Subject) -> Iterable[Finding]:
        rule = subject.content
        assert isinstance(rule, AutomationRule)
        logic = rule.triggering_logic
        for at, condition in conditions_of(rule):
            for message, hint, key in _problems(condition, logic["triggersOn"], logic["triggersWhen"]):
                yield self.in_document(subject.document, message, (*at, *key), hint=hint)


def _problems(
    condition: dict[str, Any], triggers_on: str, triggers_when: str
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What is wrong with a condition, what to do, and at which key of it."""
    kind, properties = condition["conditionType"], condition["conditionProperties"]
    name, operator = properties.get("propertyName"), properties.get("operator")
    at = ("conditionProperties", "propertyName")
    if triggers_on == "Alerts":
        if kind != "Boolean" and name != "AlertAnalyticRuleIds":
            hint = "Ask for AlertAnalyticRuleIds, or let the rule act on incidents."
            yield "of an alert, only the analytics rule that raised it can be asked", hint, ("conditionType",)
    elif name == "AlertAnalyticRuleIds":
        yield "AlertAnalyticRuleIds is a property of alerts", "Ask for IncidentRelatedAnalyticRuleIds.", at
    if triggers_when == "Created" and kind in _CHANGES:
        hint = "Let the rule act when incidents are updated: triggersWhen: Updated."
        yield "what was just created has not changed yet", hint, ("conditionType",)
    if triggers_when == "Created" and name == "IncidentUpdatedBySource":
        hint = "Let the rule act when incidents are updated: triggersWhen: Updated."
        yield "what was just created was not updated by anybody", hint, at
    allowed = _OPERATORS.get(name, ()) if kind == "Property" else ()
    if allowed and operator not in allowed:
        hint = f"Use {allowed[0]} or {allowed[1]}."
        yield f"{name} cannot be compared with {operator}", hint, ("conditionProperties", "operator")

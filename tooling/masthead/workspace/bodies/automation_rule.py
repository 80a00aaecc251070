"""An automation rule as the API takes it, with the ids of rules in place of the patterns that name them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from masthead.content.automation_rules import AutomationRule, RulePattern


def automation_rule_body(rule: AutomationRule, ids: Callable[[RulePattern], Sequence[str]]) -> dict[str, Any]:
    """The body of a PUT of the rule. `ids` tells the resource ids of the analytics rules that a pattern names."""
    written = deepcopy({"triggeringLogic": rule.triggering_logic})
    # From the last to the first, since one pattern may give way to several ids.
    for pattern in reversed(tuple(rule.rule_patterns())):
        *path, index = pattern.at
        values = _at(written, path)
        values[index : index + 1] = [each for each in ids(pattern) if each not in values]
    return {
        "properties": {
            "displayName": rule.display_name,
            "order": rule.order,
            **written,
            "actions": deepcopy(list(rule.actions)),
        }
    }


def _at(data: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        data = data[step]
    return data

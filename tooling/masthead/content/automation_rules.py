"""Automation rules: what Sentinel does by itself with incidents and alerts, in the words of its API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from masthead.content.document import Document, ValuePath
from masthead.content.layout import ContentFile, Kind
from masthead.content.model import Content
from masthead.content.schema import checked_data

RULE_PROPERTIES = frozenset({"IncidentRelatedAnalyticRuleIds", "AlertAnalyticRuleIds"})
"""The properties that hold the ids of analytics rules; where conditions ask for them, they may name content instead."""

MAX_ORDER = 1000
"""The highest number that says when a rule's turn comes."""

_GUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class RulePattern:
    """A value of a condition that names analytics rules by their content, and where it stands."""

    pattern: str
    at: ValuePath


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AutomationRule(Content):
    """An automation rule.

    `triggering_logic` and `actions` are as written, with the keys of Sentinel's API; the patterns in the conditions,
    which `rule_patterns` finds, must give way to the ids of the rules that they name before Sentinel gets them.
    `description` is for readers of the file: Sentinel has no place for it. `order` decides who acts first, from 1.
    """

    id: str
    display_name: str
    description: str
    order: int
    version: str
    triggering_logic: dict[str, Any]
    actions: tuple[dict[str, Any], ...]

    @classmethod
    def read(cls, document: Document, file: ContentFile) -> Self:
        """The automation rule in `document`; raises ContentError with what its schema refuses."""
        data = checked_data(document, Kind.AUTOMATION_RULE, strict=True)
        return cls(
            file=file,
            document=document,
            id=data["id"],
            display_name=data["displayName"],
            description=data["description"],
            order=data["order"],
            version=data["version"],
            triggering_logic=data["triggeringLogic"],
            actions=tuple(data["actions"]),
        )

    @property
    def enabled(self) -> bool:
        """Whether it runs, as written."""
        return self.triggering_logic["isEnabled"]

    def rule_patterns(self) -> Iterator[RulePattern]:
        """The patterns in its conditions, in the order of the file; `at` leads from the root of the document."""
        for at, condition in conditions_of(self):
            properties = condition["conditionProperties"]
            if properties.get("propertyName") in RULE_PROPERTIES:
                for index, value in enumerate(properties.get("propertyValues") or ()):
                    if is_pattern(value):
                        yield RulePattern(value, (*at, "conditionProperties", "propertyValues", index))


def is_pattern(value: str) -> bool:
    """Whether a value of such a condition names content: everything does that is not an id already, be it the resource
    id of a rule, which begins with a slash, or its GUID."""
    return not value.startswith("/") and not _GUID.fullmatch(value)


def conditions_of(rule: AutomationRule) -> Iterator[tuple[ValuePath, dict[str, Any]]]:
    """All the conditions of the rule, those inside others too, in the order of the file, each with where it stands."""
    return _conditions(rule.triggering_logic.get("conditions") or (), ("triggeringLogic", "conditions"))


def _conditions(conditions: Sequence[dict[str, Any]], at: ValuePath) -> Iterator[tuple[ValuePath, dict[str, Any]]]:
    for index, condition in enumerate(conditions):
        yield (*at, index), condition
        for key in ("innerConditions", "itemConditions"):
            inner = condition["conditionProperties"].get(key) or ()
            yield from _conditions(inner, (*at, index, "conditionProperties", key))

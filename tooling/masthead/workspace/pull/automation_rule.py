"""A live automation rule as content, with the names of the project's detections in place of their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from masthead.content.automation_rules import RULE_PROPERTIES
from masthead.workspace.pull.converted import FIRST_VERSION, Converted, guid, plain, text, without_empty
from masthead.workspace.resources import Live

NO_REASON = "Pulled from a workspace. Say why the rule is there, and what would be lost without it."


def automation_rule_content(live: Live, rules: Mapping[str, str]) -> Converted:
    """The automation rule as content. `rules`: what content calls the analytics rules with these ids, in lower case."""
    said = plain(live.body.get("properties") or {})
    logic = _named(said.get("triggeringLogic") or {}, rules)
    keys = ("isEnabled", "expirationTimeUtc", "triggersOn", "triggersWhen", "conditions")
    data = {
        "id": guid(live.key.id),
        "displayName": text(said.get("displayName")),
        "description": NO_REASON,
        "order": said.get("order"),
        "version": FIRST_VERSION,
        "triggeringLogic": {name: logic[name] for name in (*keys, *(logic.keys() - set(keys))) if name in logic},
        "actions": [_action(each) for each in said.get("actions") or ()],
    }
    return Converted(data=without_empty(data))


def _named(value: Any, rules: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_named(each, rules) for each in value]
    if not isinstance(value, Mapping):
        return value
    made = {name: _named(each, rules) for name, each in value.items()}
    if made.get("propertyName") in RULE_PROPERTIES and isinstance(made.get("propertyValues"), list):
        made["propertyValues"] = [rules.get(str(each).lower(), each) for each in made["propertyValues"]]
    return made


def _action(action: Mapping[str, Any]) -> dict[str, Any]:
    """The action without the type of labels, which the service adds."""
    made = dict(action)
    configuration = made.get("actionConfiguration")
    if isinstance(configuration, Mapping) and configuration.get("labels"):
        labels = [{"labelName": each.get("labelName")} for each in configuration["labels"]]
        made["actionConfiguration"] = {**configuration, "labels": labels}
    return made

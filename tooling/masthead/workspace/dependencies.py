"""What a resource depends on: functions and watchlists that its queries name, rules that an automation rule names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from masthead.workspace.resources import Desired, Key, ResourceKind

_WORD = re.compile(r"\w+")
_QUERYING = (ResourceKind.FUNCTION, ResourceKind.DETECTION, ResourceKind.HUNTING_QUERY, ResourceKind.WORKBOOK)


def dependencies(desired: Iterable[Desired]) -> dict[Key, frozenset[Key]]:
    """For each resource those of the others that it needs, directly or through functions.

    A name that only looks like that of a function counts as well: what is found too much makes a deployment wait, and
    what is missed would let it deploy a rule whose query cannot run.
    """
    everything = list(desired)
    named = {_name(each): each.key for each in everything if _name(each)}
    rules = {each.key.id: each.key for each in everything if each.key.kind is ResourceKind.DETECTION}
    direct: dict[Key, set[Key]] = {}
    for each in everything:
        text = json.dumps(each.body, ensure_ascii=False)
        found = set()
        if each.key.kind in _QUERYING:
            words = set(_WORD.findall(text))
            found = {key for name, key in named.items() if (name in words if name.isidentifier() else name in text)}
        elif each.key.kind is ResourceKind.AUTOMATION_RULE:
            found = {key for id, key in rules.items() if id in text.lower()}
        direct[each.key] = found - {each.key}
    return {key: frozenset(_reached(key, direct)) for key in direct}


def _name(desired: Desired) -> str | None:
    """How queries call it."""
    if desired.key.kind is ResourceKind.WATCHLIST:
        return desired.key.id
    if desired.key.kind is ResourceKind.FUNCTION:
        return desired.body["properties"]["functionAlias"]
    return None


def _reached(key: Key, direct: dict[Key, set[Key]]) -> set[Key]:
    reached: set[Key] = set()
    waiting = list(direct[key])
    while waiting:
        each = waiting.pop()
        if each not in reached and each != key:
            reached.add(each)
            waiting += direct.get(each, ())
    return reached

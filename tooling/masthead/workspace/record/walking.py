"""Goes through the values of a row, JSON within texts included, and says of each where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from masthead.workspace.record.positions import Position, announces_secret, names_members_freely, position_of

_FRACTION = re.compile(r"-?\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)")

REDACTED = "REDACTED"
"""What stands in place of a secret."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """What becomes of texts, whole numbers and names of members; of the latter also whether somebody chose them."""

    text: Callable[[str, Position], str]
    number: Callable[[int, Position], int]
    member: Callable[[str, bool], str]


def walk_row(row: Mapping[str, Any], columns: Mapping[str, str], visitor: Visitor) -> dict[str, Any]:
    """The row with every value as the visitor makes it. Times, truth values and fractions stay as they are, and so does
    the name of the table."""
    kept = ("datetime", "timespan", "bool", "real", "decimal")
    return {
        name: value
        if columns.get(name) in kept or name == "Type" or name not in columns
        else walk(value, position_of(name), visitor)
        for name, value in row.items()
    }


def walk(value: Any, position: Position, visitor: Visitor, *, free: bool = False) -> Any:
    """The value as the visitor makes it. free: its members are called as somebody likes."""
    if isinstance(value, str):
        return _text(value, position, visitor)
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return 0 if position is Position.SECRET else visitor.number(value, position)
    if isinstance(value, list):
        return [walk(each, position, visitor, free=free) for each in value]
    return _object(value, position, visitor, free=free)


def _object(value: dict[str, Any], position: Position, visitor: Visitor, *, free: bool) -> dict[str, Any]:
    is_secret = value.get("kind") == "Secret"
    announced = next((each for each in (value.get("name"), value.get("key")) if isinstance(each, str)), "")
    made = {}
    for name, each in value.items():
        inner = position_of(name, position) if not free else Position.NAME
        if (is_secret and name in ("data", "stringData")) or (name == "value" and announces_secret(announced)):
            made[visitor.member(name, free)] = _hidden(each, visitor)
        elif inner is Position.SECRET and isinstance(each, dict | list):
            made[visitor.member(name, free)] = walk(each, Position.NAME, visitor)  # secrets by their names
        else:
            made[visitor.member(name, free)] = walk(each, inner, visitor, free=names_members_freely(name))
    return made


def _hidden(value: Any, visitor: Visitor) -> Any:
    """The value with nothing of it kept but the names of its members."""
    if isinstance(value, dict):
        return {visitor.member(name, True): _hidden(each, visitor) for name, each in value.items()}
    if isinstance(value, list):
        return [_hidden(each, visitor) for each in value]
    return value if value is None or isinstance(value, bool) else REDACTED


def _text(value: str, position: Position, visitor: Visitor) -> str:
    if position is Position.SECRET:
        return value if value.lower() in ("true", "false") else REDACTED
    if _FRACTION.fullmatch(value):
        return value  # as a fraction that is no text
    start = value.lstrip()[:1]
    if start in ("{", "["):
        try:
            parsed = json.loads(value)
        except (ValueError, RecursionError):
            return visitor.text(value, position)
        if isinstance(parsed, dict | list):
            return _spelt_like(value, walk(parsed, position, visitor))
    if start == '"' and len(value) > 1 and value.rstrip().endswith('"'):
        try:
            inner = json.loads(value)
        except ValueError:
            return visitor.text(value, position)
        return json.dumps(_text(inner, position, visitor), ensure_ascii=False) if isinstance(inner, str) else value
    return visitor.text(value, position)


def _spelt_like(original: str, value: Any) -> str:
    """JSON with as much space as the original has."""
    if "\n" in original.strip():
        return json.dumps(value, ensure_ascii=False, indent=2)
    spaced = '": ' in original or ", " in original
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ") if spaced else (",", ":"))

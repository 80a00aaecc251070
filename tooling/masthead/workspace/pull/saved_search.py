"""A live hunting query or function as content: both are saved searches, whose descriptions stand in tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from masthead.workspace.bodies.function import CATEGORY as FUNCTIONS
from masthead.workspace.bodies.saved_search import MAX_TAG
from masthead.workspace.pull.converted import (
    FIRST_VERSION,
    NO_DESCRIPTION,
    Converted,
    Inexpressible,
    guid,
    plain,
    text,
    without_empty,
)
from masthead.workspace.resources import Live

_SERVER_TAGS = ("createdby", "createdtimeutc")
_PARAMETER = re.compile(r"(?s)\s*(\w+)\s*:\s*(\w+)\s*(?:=\s*(.*\S)\s*)?")
_TABLE = re.compile(r"(?s)\s*(\w+)\s*:\s*\(")


def hunting_query_content(live: Live) -> Converted:
    """The hunting query as content."""
    said, tags = _read(live)
    techniques = _listed(tags, "techniques") or _listed(tags, "relevanttechniques")
    notes, may_differ = _described(tags)
    if _listed(tags, "relevanttechniques"):
        notes.append("its techniques stand in the tag relevantTechniques, which becomes techniques")
        may_differ |= {"tags.techniques", "tags.relevanttechniques"}
    data = {
        "id": guid(live.key.id),
        "name": text(said.get("displayName")),
        "description": tags.get("description") or NO_DESCRIPTION,
        "tactics": _listed(tags, "tactics"),
        "relevantTechniques": techniques,
        "query": text(said.get("query")),
        "version": FIRST_VERSION,
        "tags": _others(said, "description", "tactics", "techniques", "relevanttechniques"),
    }
    return Converted(data=without_empty(data), may_differ=frozenset(may_differ), notes=tuple(notes))


def function_content(live: Live) -> Converted:
    """The function as content. Raises Inexpressible for a parameter that is a table."""
    said, tags = _read(live)
    notes, may_differ = _described(tags)
    category = said.get("category", FUNCTIONS)
    data = {
        "id": guid(live.key.id),
        "name": text(said.get("displayName")),
        "version": FIRST_VERSION,
        "description": tags.get("description") or NO_DESCRIPTION,
        "functionAlias": said.get("functionAlias"),
        "functionParameters": [_parameter(each) for each in _split(said.get("functionParameters") or "")],
        "query": text(said.get("query")),
        "tags": _others(said, "description"),
        "metadata": {"category": category} if category != FUNCTIONS else None,
    }
    return Converted(data=without_empty(data), may_differ=frozenset(may_differ), notes=tuple(notes))


def _read(live: Live) -> tuple[dict[str, Any], dict[str, str]]:
    """The properties, and the tags by their name in lower case."""
    said = plain(live.body.get("properties") or {})
    return said, {str(each.get("name", "")).lower(): text(each.get("value")) for each in said.get("tags") or ()}


def _described(tags: Mapping[str, str]) -> tuple[list[str], set[str]]:
    description = tags.get("description", "")
    if description and len(description) <= MAX_TAG:
        return [], set()
    why = (
        "it has no description; the file says so" if not description else "its description is longer than a tag may be"
    )
    return [why], {"tags.description"}


def _listed(tags: Mapping[str, str], name: str) -> list[str]:
    return [each.strip() for each in tags.get(name, "").split(",") if each.strip()]


def _others(said: Mapping[str, Any], *own: str) -> dict[str, str]:
    """The tags that content names itself."""
    tags = {str(each.get("name", "")): text(each.get("value")) for each in said.get("tags") or ()}
    return {name: value for name, value in tags.items() if name.lower() not in (*own, *_SERVER_TAGS) and value}


def _parameter(parameter: str) -> dict[str, str]:
    if found := _PARAMETER.fullmatch(parameter):
        return without_empty({"name": found[1], "type": found[2], "default": found[3]})
    if table := _TABLE.match(parameter):
        raise Inexpressible(f"its parameter {table[1]} is a table")
    raise Inexpressible(f'its parameter "{parameter.strip()}" cannot be understood')


def _split(parameters: str) -> Iterator[str]:
    """The parameters: what stands between commas that are not within brackets or texts."""
    depth, quote, start = 0, "", 0
    escaped = False
    for index, char in enumerate(parameters):
        if escaped or (quote and char not in (quote, "\\")):
            escaped = False
        elif quote:
            escaped, quote = char == "\\", "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            yield parameters[start:index]
            start = index + 1
    if parameters[start:].strip():
        yield parameters[start:]

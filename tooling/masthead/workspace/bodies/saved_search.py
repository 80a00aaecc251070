"""What hunting queries and functions have in common: both are saved searches, whose descriptions stand in tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from masthead.content.model import Content

LANGUAGE = 2
"""The version of the query language, which is no version of the content."""

MAX_TAG = 255
"""How long a tag's value may be: Azure-Sentinel's reviewers hold descriptions of hunting queries to it."""

OWN_TAGS = ("description", "tactics", "techniques")
"""The tags that are made of other keys of the content."""


def tags(content: Content, **values: str) -> list[dict[str, str]]:
    """The tags with something in them; those that the content names itself (`tags: {Name: value}`) come last."""
    own = content.document.data.get("tags")
    more = own if isinstance(own, Mapping) else {}
    named = values | {name: str(value) for name, value in more.items() if name.lower() not in OWN_TAGS}
    return [{"name": name, "value": value} for name, value in named.items() if value]


def shortened(description: str) -> str:
    """The description as far as it fits into a tag: whole, or up to the end of a word, with an ellipsis.

    The rest is for readers of the file. Shortening what is short changes nothing.
    """
    text = description.strip()
    if len(text) <= MAX_TAG:
        return text
    return text[: MAX_TAG - 1].rsplit(maxsplit=1)[0].rstrip(" \n,;:") + "…"


def properties(name: str, query: str, category: str, **more: Any) -> dict[str, Any]:
    """What every saved search has."""
    return {"category": category, "displayName": name, "query": query, "version": LANGUAGE, **more}

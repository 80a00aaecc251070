"""What becomes of a live resource on its way to a content file, and the values that all kinds have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from masthead.content.durations import parse_duration, short_duration

FIRST_VERSION = "1.0.0"
NO_DESCRIPTION = "Pulled from a workspace, where it has no description."

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Inexpressible(Exception):
    """Content cannot say this; the message says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A live resource as the data of a content file, its keys in the order of our own files.

    comments: what to say behind the value of a key. may_differ: the fields (as `normal` calls them) in which a
    deployment of it would change the workspace all the same, and notes: why.
    """

    data: dict[str, Any]
    comments: Mapping[str, str] = field(default_factory=dict)
    may_differ: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def guid(id: str) -> str:
    """The id of a resource as content can have it. Raises Inexpressible for a name that is no GUID."""
    if not GUID.fullmatch(id):
        raise Inexpressible(f'its id "{id}" is no GUID')
    return id.lower()


def plain(value: Any) -> Any:
    """Without members that are null, at any depth."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items() if each is not None}
    return [plain(each) for each in value] if isinstance(value, list) else value


def text(value: Any) -> str:
    """A text with the line ends of Unix, and none at its end, where Sentinel makes no difference."""
    return str(value or "").replace("\r\n", "\n").replace("\r", "\n").rstrip()


def short(duration: Any) -> Any:
    """A duration as content writes it; what is none stays, for the schema to say so."""
    try:
        return short_duration(parse_duration(duration)) if isinstance(duration, str) else duration
    except ValueError:
        return duration


def word(value: Any, known: Iterable[str]) -> Any:
    """A word of an enumeration in its documented case."""
    return next((each for each in known if isinstance(value, str) and each.lower() == value.lower()), value)


def without_empty(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without keys that say nothing."""
    return {name: value for name, value in data.items() if value is not None and value not in ("", [], {})}

"""What a regular expression is made of."""

from __future__ import annotations

import re

# What has no groups in it, whatever it holds: quoted text, an escaped character, a class of characters.
_SOLID = re.compile(r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)


def groups(regex: str) -> list[str | None]:
    """The capturing groups of a regular expression, in order: their names, or None."""
    return [m[1] for m in re.finditer(r"\((?:(?!\?)|\?P?<(\w+)>)", _SOLID.sub(".", regex))]

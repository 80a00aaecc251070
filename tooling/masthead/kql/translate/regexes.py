"""What a regular expression is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator

# What has no groups in it, whatever it holds: quoted text, an escaped character, a class of characters.
_SOLID = r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
_PIECE = re.compile(rf"{_SOLID}|\((?:(?!\?)|\?P?<(\w+)>)", re.DOTALL)


def _opened(regex: str) -> Iterator[re.Match[str]]:
    """Where capturing groups begin, in order."""
    return (piece for piece in _PIECE.finditer(regex) if piece[0].startswith("("))


def groups(regex: str) -> list[str | None]:
    """The capturing groups of a regular expression, in order: their names, or None."""
    return [opened[1] for opened in _opened(regex)]


def only(regex: str, group: int) -> str:
    """The regular expression with this group, from 1, as its first: the others capture nothing."""
    out, end = "", 0
    for number, opened in enumerate(_opened(regex), 1):
        out += regex[end : opened.start()] + (opened[0] if number == group else "(?:")
        end = opened.end()
    return out + regex[end:]

"""Patterns that name content: its path without the ending, like `detections/rbac/cluster-admin-granted`.

`*` stands for any characters, "/" among them: `detections/ci-cd/*` is a use case with all that lies below it, `*` is
everything. Nothing else is special, and capitals count, as they do in paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from masthead.content.layout import NOTEBOOK_SUFFIXES, SUFFIXES


def named(path: str) -> str:
    """What patterns call the content at `path` (relative to the root): the path without its ending."""
    ending = next((each for each in (*SUFFIXES, *NOTEBOOK_SUFFIXES) if path.endswith(each)), "")
    return path.removesuffix(ending)


def matches(pattern: str, path: str) -> bool:
    """Whether `pattern` names the content at `path`."""
    return _expression(pattern).fullmatch(named(path)) is not None


def matches_any(patterns: Iterable[str], path: str) -> bool:
    """Whether one of the patterns names the content at `path`."""
    return any(matches(each, path) for each in patterns)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    # Each piece between two stars is looked for once, at its first place: enough, and never slow, however many stars.
    first, *rest = (re.escape(piece) for piece in re.sub(r"\*+", "*", pattern).split("*"))
    *middle, last = rest or [""]
    if not rest:
        return re.compile(first, re.DOTALL)
    return re.compile(first + "".join(f"(?>.*?{piece})" for piece in middle) + ".*" + last, re.DOTALL)

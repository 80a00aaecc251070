"""Columns that nothing names are left out: the database binds and optimises all that it is told, at every run.

A table has up to hundreds of columns and a rule reads ten; each SELECT * on the way is spelled out by the database.
Which columns are needed shows only once the SQL is complete. Until then it has marks in it, which no query can forge.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from masthead.kql.translate.types import quote

_MARK = f"\x02{secrets.token_hex(3)}"
_ITEM, _SQL, _END, _LAST = (f"{_MARK}{kind}" for kind in "isel")  # an item: for which column, its SQL, its end
_MARKS = re.compile(f"{_MARK}([isel])")
_NAMES = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")
# Graphs, where rows are told apart as a whole, and by the places of their columns.
_WHOLE_ROWS = ('"$node"', '"$edge"')


def listed(items: Iterable[tuple[str, str]], always: Iterable[str] = ()) -> str:
    """What a SELECT lists: of the items, each a column's identifier and SQL, those that are needed, and `always`."""
    parts = ", ".join(always)
    return "".join(f"{_ITEM}{quote(name)}{_SQL}{sql}, {_END}" for name, sql in items) + (parts or _LAST)


def with_needed(sql: str) -> str:
    """The complete SQL, without the items of columns that it does not name."""
    if _MARK not in sql:
        return sql
    root = _parsed(sql)
    whole = any(name in sql for name in _WHOLE_ROWS)
    text = "".join(root.rendered(None if whole else _needed(root)))
    return text.replace(f", {_LAST}", "").replace(_LAST, "NULL AS nothing")


@dataclass
class _Item:
    """A piece of SQL with items in it; itself that of a column, but for the whole."""

    name: str = ""
    parts: list[str | _Item] = field(default_factory=list)

    def rendered(self, needed: set[str] | None) -> Iterator[str]:
        """The SQL with the items of the columns that are needed; None: of all."""
        for part in self.parts:
            if isinstance(part, str):
                yield part
            elif needed is None or part.name in needed:
                yield from part.rendered(needed)


def _parsed(sql: str) -> _Item:
    root = _Item()
    open_ = [root]
    text, *rest = _MARKS.split(sql)
    open_[-1].parts.append(text)
    for kind, text in zip(rest[::2], rest[1::2], strict=True):
        if kind == "i":
            open_.append(_Item(text))
            open_[-2].parts.append(open_[-1])
            continue
        if kind == "e":
            open_.pop()
        open_[-1].parts.append(_LAST + text if kind == "l" else text)
    return root


def _needed(root: _Item) -> set[str]:
    """The names of columns, quoted, that the SQL has outside of items, or within those of columns that are needed."""
    items: dict[str, list[_Item]] = {}
    needed: set[str] = set()
    waiting = [root]
    while waiting:
        for part in waiting.pop().parts:
            if isinstance(part, _Item):
                if part.name in needed:
                    waiting.append(part)
                else:
                    items.setdefault(part.name, []).append(part)
                continue
            for name in _NAMES.findall(part):
                if name not in needed and name[0] == '"':
                    needed.add(name)
                    waiting += items.pop(name, ())
    return needed

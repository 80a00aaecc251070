"""How two answers differ, in words: "-" is here, "+" is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from masthead.kql.language.tree import Column
from masthead.simulate.values import text_of
from masthead.testing.diff import shown
from masthead.workspace.agreement import Disagreement, Row

_SHOWN = 10
"""Rows of one sort that are written out; the rest is counted."""


def disagreement_lines(found: Disagreement, columns: Sequence[Column], name: str, about: str) -> Iterator[str]:
    """The lines. name: the workspace's. about: which of the case's questions it is, if there are several."""
    yield f"{name} answers otherwise" + (f", {about}" if about else "")
    if found.columns:
        here, there = (", ".join(f"{column.name}: {column.type}" for column in each) for each in found.columns)
        yield from ("  columns differ", f"    - {here}", f"    + {there}")
        return
    if found.order:
        yield f"  {_plural(found.same)} the same, in another order than the query sorts by"
        return
    here, there = (found.same + len(found.differing) + len(each) for each in (found.only_here, found.only_there))
    yield f"  {_plural(here)} here, {there} there; {found.same} the same"
    for row, other, different in found.differing[:_SHOWN]:
        yield f"  row that differs: {_called(row, columns, different)}"
        for index in different:
            yield f"    - {columns[index].name}: {shown(row[index])}"
            yield f"    + {columns[index].name}: {shown(other[index])}"
    for what, sign, rows in (("here", "-", found.only_here), ("there", "+", found.only_there)):
        for row in rows[:_SHOWN]:
            yield f"  row that is only {what}:"
            listed = [(c.name, value) for c, value in zip(columns, row, strict=True) if text_of(value)]
            yield from (f"    {sign} {each}: {shown(value)}" for each, value in listed)
    rest = sum(max(0, len(each) - _SHOWN) for each in (found.differing, found.only_here, found.only_there))
    if rest:
        yield f"  and {rest} more"


def _called(row: Row, columns: Sequence[Column], different: Sequence[int]) -> str:
    """What tells the row from others at a glance: the first of its values that are the same."""
    same = [index for index, value in enumerate(row) if index not in different and text_of(value)]
    return ", ".join(f"{columns[index].name} {shown(row[index])}" for index in same[:3]) or "nothing is the same"


def _plural(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"

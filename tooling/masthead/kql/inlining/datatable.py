"""Rows as a datatable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from masthead.kql.inlining.literals import cell, null
from masthead.kql.language.tree import Column


def let_table(name: str, columns: Sequence[Column], kept: Sequence[Column], rows: Iterable[Sequence[Any]]) -> str:
    """`let name = …;`: a table with these columns, of which those in `kept` have the values of `rows`, the others none.

    Values are as the engine has them.
    """
    kinds = [column.type for column in kept]
    lines = [",".join(map(cell, row, kinds)) for row in rows]
    schema = ", ".join(f"{quoted(c.name)}: {_cell_type(c.type)}" for c in kept)
    table = f"datatable({schema})[" + ",\n".join(lines) + "]"
    if len(kept) < len(columns) or "dynamic" in kinds:
        listed = {column.name for column in kept}
        table += f"\n| project {', '.join(_projected(column, column.name in listed) for column in columns)}"
    return f"let {name} = {table};\n"


def size_of(rows: Iterable[Sequence[Any]]) -> int:
    """About how many characters rows take."""
    return sum(len(str(value)) + 3 for row in rows for value in row)


def quoted(name: str) -> str:
    """The name of a column, whatever it is made of."""
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"


def _cell_type(kind: str) -> str:
    return "string" if kind == "dynamic" else kind


def _projected(column: Column, listed: bool) -> str:
    name = quoted(column.name)
    if not listed:
        return f"{name} = {null(column.type)}"
    if column.type == "dynamic":
        return f"{name} = iff(isempty({name}), dynamic(null), parse_json({name}))"
    return name

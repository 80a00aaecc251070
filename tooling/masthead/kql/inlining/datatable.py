"""Rows as a datatable."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from masthead.kql.inlining.literals import cell, null
from masthead.kql.language.tree import Column


def let_table(name: str, columns: Sequence[Column], kept: Collection[str], rows: Sequence[Sequence[Any]]) -> str:
    """`let name = …;` with the rows, values as the engine has them; columns that are not kept hold nothing.

    Without rows it is a table of the same columns.
    """
    written = [(index, column) for index, column in enumerate(columns) if column.name in kept] if rows else []
    if not written:
        written = [(0, columns[0])]
    schema = ", ".join(f"{quoted(c.name)}: {_cell_type(c.type)}" for _, c in written)
    lines = [",".join(cell(row[index], column.type) for index, column in written) for row in rows]
    listed = {column.name for _, column in written}
    table = f"datatable({schema})[" + ",\n".join(lines) + "]"
    if len(written) < len(columns) or any(column.type == "dynamic" for column in columns):
        table += f"\n| project {', '.join(_projected(c, c.name in listed) for c in columns)}"
    return f"let {name} = {table};\n"


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

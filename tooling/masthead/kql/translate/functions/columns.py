"""Functions about the columns of the current rows."""

from __future__ import annotations

import json

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.types import SQL_TYPES, string_literal


@scalar("column_ifexists columnifexists", "string, any")
def column_ifexists(call: Call) -> Expr:
    name = call.constant(0)
    rows = call.translator.rows
    column = rows.columns.get(name) if rows is not None else None
    if column is None:
        column = call.arguments[1]
    elif column.type == "dynamic":
        # The documentation says that a dynamic column is passed over.
        raise call.unsupported("column_ifexists() of a dynamic column")
    return convert(column, call.type, call.translator, call.node) if call.type in SQL_TYPES else column


@scalar("column_names_of", "any")
def column_names_of(call: Call) -> Expr:
    """The names of a table's columns, which are known before it is read."""
    columns = call.nodes[0].columns
    if columns is None:
        raise call.unsupported("column_names_of() of what is no table")
    names = json.dumps([c.name for c in columns], ensure_ascii=False, separators=(",", ":"))
    return Expr(f"{string_literal(names)}::JSON", "dynamic", total=True)

"""Functions about the columns of the current rows."""

from __future__ import annotations

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.types import SQL_TYPES


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

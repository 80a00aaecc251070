"""rows_near: the rows around those that meet a condition."""

from __future__ import annotations

from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import ORDER, Relation
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import quote


@plugin("rows_near")
def rows_near(call: PluginCall) -> Relation:
    translator, relation = call.translator, call.relation
    if not relation.ordered:
        raise call.unsupported("rows_near of rows that are in no order; put sort or serialize before it")
    with translator.over(relation):
        condition = translator.scalar_as(call.nodes[0], "bool")
        before, *rest = (translator.constant(n, "a number of rows in rows_near") for n in call.nodes[1:])
    after = rest[0] if rest else before
    if not all(isinstance(n, int) and n >= 0 for n in (before, after)):
        raise translator.wrong("rows_near takes numbers of rows, of 0 or more", call.node)
    near = (
        f"bool_or({condition.sql}) OVER (ORDER BY {quote(ORDER)} ROWS BETWEEN {after} PRECEDING AND {before} FOLLOWING)"
    )
    return translator.select(relation, translator.values(relation), f"QUALIFY {near}")

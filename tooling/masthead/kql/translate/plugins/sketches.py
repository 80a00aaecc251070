"""evaluate dcount_intersect: how many values several sets that hll() kept have in common."""

from __future__ import annotations

from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import refused


@plugin("dcount_intersect")
def dcount_intersect(call: PluginCall) -> Relation:
    """Beside each row: how many values are in the first set, in the first two, and so on; exact."""
    translator = call.translator
    columns = (call.node.columns or ())[len(call.relation.columns) :]
    if len(columns) != len(call.nodes):
        raise call.unsupported("dcount_intersect() whose columns the language service does not know")
    what = refused("dcount_intersect() of a value that hll() did not make")
    with translator.over(call.relation):
        sets = [f"kq_hll_values({translator.scalar_as(node, 'dynamic').sql}, {what})" for node in call.nodes]
    made, common = translator.values(call.relation), ""
    for column, values in zip(columns, sets, strict=True):
        common = f"list_intersect({common}, {values})" if common else values
        made.append((column.name, Expr(f"len({common})", column.type)))
    return translator.select(call.relation, made)

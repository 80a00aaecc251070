"""evaluate preview: the first rows, and how many there are; two results."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import ORDER, Expr, Relation
from masthead.kql.translate.registry import plugin, results
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote


@plugin("preview")
def in_between(call: PluginCall) -> Relation:
    """Refused: nothing can be asked of two results."""
    raise call.translator.wrong("preview returns two tables, so it must be the query's last operator", call.node)


@results("evaluate preview")
def preview(translator: Translator, node: Node, relation: Relation) -> list[Relation]:
    """So many rows as take has them, and the number of all."""
    (number,) = node.child("FunctionCall").items("ArgumentList")
    count = translator.constant(number, "a number of rows")
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise translator.wrong("preview takes a number of rows, of 0 or more", number)
    rows = translator.shared(relation, "previewed", materialized=True)
    order = f" ORDER BY {quote(ORDER)}" if rows.ordered else ""
    first = rows.with_source(f"(SELECT * FROM {rows.source} AS s{order} LIMIT {count})")
    whole = translator.select(rows, [("Count", Expr("count(*)", "long", total=True))], keep=False)
    return [first, whole]

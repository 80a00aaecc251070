"""fork and facet: several tables of the same rows."""

from __future__ import annotations

from dataclasses import replace

from masthead.kql.language import Node
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.registry import results
from masthead.kql.translate.translator import Translator


@results("ForkOperator")
def fork(translator: Translator, node: Node, relation: Relation) -> list[Relation]:
    """A table for each subquery, called as its name or its last `as` says."""
    rows = translator.shared(relation, "forked", materialized=True)
    out = []
    for branch in node.items("Expressions"):
        result = translator.after(branch.child("Expression"), replace(rows, named=None))
        name = branch.child("NameEquals")
        out.append(replace(result, named=name.child("Name").simple_name) if name is not None else result)
    return out


@results("FacetOperator")
def facet(translator: Translator, node: Node, relation: Relation) -> list[Relation]:
    """The table of the `with` clause, then for each column its values with how often each is there."""
    rows = replace(translator.shared(relation, "faceted", materialized=True), named=None)
    clause = node.child("WithClause")
    out = [] if clause is None else [translator.after(clause.child("Expression"), rows)]
    for column in node.items("Expressions"):
        name = column.simple_name
        with translator.over(rows):
            value = translator.scalar(column)
        counted = [(name, value), (f"count_{name}", Expr("count(*)", "long", total=True))]
        out.append(translator.select(rows, counted, "GROUP BY 1", keep=False))
    return out

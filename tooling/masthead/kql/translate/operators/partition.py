"""partition: a subquery for the rows of each key; invoke: the rows through a function."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.operators.within import within
from masthead.kql.translate.registry import operator
from masthead.kql.translate.scope import Environment
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote, string_literal

_LEGACY_LIMIT = 64  # keys of the strategy that is the default
_TOO_MANY = f"partition has more than {_LEGACY_LIMIT} keys; write hint.strategy=native or hint.strategy=shuffle"


@operator("PartitionOperator")
def partition(translator: Translator, node: Node, relation: Relation) -> Relation:
    """The strategies give the same rows, but for the number of keys that they take."""
    operand = node.child("Operand")
    with translator.over(relation):
        key = translator.scalar(node.child("ByExpression"))
    group = translator.fresh("$group")
    number = f"dense_rank() OVER (ORDER BY {key.sql})"
    legacy = (_parameter(node, "hint.strategy") or "legacy") == "legacy"
    if legacy:
        number = (
            f"CASE WHEN {number} > {_LEGACY_LIMIT} THEN error({string_literal(_TOO_MANY)})::BIGINT ELSE {number} END"
        )
    grouped = translator.select(relation, translator.values(relation), hidden={group: number})
    if operand.kind == "PartitionSubquery":
        result = within(translator, operand.child("Subquery"), grouped, group, "partition")
    else:  # meant for the strategy legacy; an example of geo_point_in_polygon's page runs it under native
        result = _sourced(translator, operand, node.child("ByExpression"), key, grouped, group)
    columns = translator.values(result)
    return translator.shaped(translator.select(result, columns, keep=False), node)


def _sourced(translator: Translator, operand: Node, by: Node, key: Expr, grouped: Relation, group: str) -> Relation:
    """A subquery with a source of its own, for each key: the key's name stands for its value."""
    expression = operand.child("Query") or next(c for c in operand.children if c.columns is not None)
    source = expression
    while source.kind == "PipeExpression":
        source = source.child("Expression")
    name, place = by.simple_name, quote(group)

    def unknown() -> Expr:
        raise translator.unsupported("the key of a partition in the source of its subquery", source)

    outer = translator.environment
    translator.environment = Environment(outer)
    try:
        translator.environment.bind(name, unknown)
        with translator.scope(translator.environment, None):
            rows = translator.tabular(source)
        keys = (
            f"SELECT list(k ORDER BY {place}) AS v FROM (SELECT DISTINCT {place}, {key.sql} AS k FROM {grouped.source})"
        )
        value = f"(SELECT v FROM {translator.cte(keys, 'keys', materialized=True)})[{place}]"
        translator.groups = f"(SELECT DISTINCT {place} FROM {grouped.source} AS s)"
        rows = translator.for_each_group(rows, group, operand)
        translator.environment = Environment(outer)
        translator.environment.bind(name, Expr(value, key.type, total=key.total))
        return within(translator, expression, rows, group, "partition", source)
    finally:
        translator.environment = outer


@operator("InvokeOperator")
def invoke(translator: Translator, node: Node, relation: Relation) -> Relation:
    function = next((c for c in node.children if c.called is not None), None)
    if function is None:
        raise translator.unsupported("invoke of a function that is built in", node)
    result = translator.call(function.called, function.items("ArgumentList"), node, piped=relation)
    if not isinstance(result, Relation):
        raise translator.wrong("invoke needs a function that returns rows", node)
    return result

"""partition: a subquery for the rows of each key; invoke: the rows through a function."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.model import Relation
from masthead.kql.translate.operators.within import within
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator


@operator("PartitionOperator")
def partition(translator: Translator, node: Node, relation: Relation) -> Relation:
    operand = node.child("Operand")
    if operand.kind != "PartitionSubquery":
        raise translator.unsupported("partition with a subquery of another source", node)
    with translator.over(relation):
        key = translator.scalar(node.child("ByExpression"))
    group = translator.fresh("$group")
    hidden = {group: f"dense_rank() OVER (ORDER BY {key.sql})"}
    grouped = translator.select(relation, translator.values(relation), hidden=hidden)
    result = within(translator, operand.child("Subquery"), grouped, group, "partition")
    columns = translator.values(result)
    return translator.shaped(translator.select(result, columns, keep=False), node)


@operator("InvokeOperator")
def invoke(translator: Translator, node: Node, relation: Relation) -> Relation:
    function = next((c for c in node.children if c.called is not None), None)
    if function is None:
        raise translator.unsupported("invoke of a function that is built in", node)
    result = translator.call(function.called, function.items("ArgumentList"), node, piped=relation)
    if not isinstance(result, Relation):
        raise translator.wrong("invoke needs a function that returns rows", node)
    return result

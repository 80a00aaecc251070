"""Operators that cannot be answered as Kusto does, with the reason; unknown ones are refused by name alone."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.model import Relation
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator

REASONS = {
    # Its paper tells how frequent words make patterns; not which texts join one, how it is written, what represents it.
    "ReduceByOperator": "how it groups texts is not documented; replace what varies (replace_regex), then summarize",
}


@operator(*REASONS)
def refuse(translator: Translator, node: Node, relation: Relation) -> Relation:
    raise translator.unsupported(f"the operator {node.children[0].text}: {REASONS[node.kind]}", node)

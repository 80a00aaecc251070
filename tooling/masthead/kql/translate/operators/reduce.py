"""reduce by: refused, with the reason."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.model import Relation
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator


@operator("ReduceByOperator")
def reduce(translator: Translator, node: Node, relation: Relation) -> Relation:
    """Its paper tells how frequent words make patterns; which texts then join one, how Kusto writes it and which text
    represents it is not documented."""
    raise translator.unsupported(
        "the operator reduce, as how it groups texts is not documented; replace what varies (replace_regex) and "
        "summarize by the rest",
        node,
    )

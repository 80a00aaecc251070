"""Columns that the service calls otherwise than the language service: they get their name in the result."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.translator import Translator

# Operators in which a column's name has a meaning of its own, written or not.
_BY_NAME = ("UnionOperator", "JoinOperator", "LookupOperator", "GetSchemaOperator", "SearchOperator", "FindOperator")


def looked_at(translator: Translator, node: Node, names: set[str]) -> bool:
    """Whether anything behind `node`, or a function that is called there, may look at a column by one of `names`."""
    tree = translator.analysis.tree
    behind = [n for n in tree.walk() if n.start >= node.end]
    behind += [inner for n in behind if n.called is not None for inner in n.called.body.walk(into_calls=True)]
    return any(n.simple_name in names or n.simple_name == "pack_all" for n in behind) or any(
        n.kind in _BY_NAME and n.start != node.start for n in tree.walk(into_calls=True)
    )


def in_the_result(translator: Translator, node: Node, names: dict[str, str]) -> None:
    """Columns {as the language service calls it: as the service does} of an operator. Refused where the query names
    one, since one of the two would not know it, and where the result has such a column already."""
    if not names:
        return
    taken = {c.name for c in node.columns or ()} - set(names)
    if looked_at(translator, node, {*names, *names.values()}) or taken & set(names.values()):
        seen, name = next(iter(names.items()))
        raise translator.unsupported(f"the column that the service calls {name} and Microsoft's binder {seen}", node)
    translator.renamed |= names

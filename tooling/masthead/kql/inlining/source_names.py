"""The names of tables that `union withsource` shows, written out: rows that a query brings along are of no table."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.kql.inlining.datatable import quoted
from masthead.kql.inlining.literals import text_literal
from masthead.kql.inlining.program import Parents
from masthead.kql.inlining.refusals import CannotInline
from masthead.kql.inlining.traced import Edit
from masthead.kql.language.tree import Node


def source_name_edits(tree: Parents) -> Iterator[Edit]:
    """Each union's column of names as an `extend` of what it unites.

    A pipeline is called union_arg and its number, as our engine calls it; so what withsource says is not compared.
    Raises CannotInline where what is united has no name that can be known.
    """
    for union in tree.nodes:
        if union.kind != "UnionOperator":
            continue
        for parameter in union.items("Parameters"):
            if _word(parameter.child("Name")).lower() not in ("withsource", "with_source"):
                continue
            if union.name == "Operator":
                raise CannotInline("withsource in a union within a pipeline shows a name that is not documented")
            column = _word(parameter.child("Expression"))
            yield Edit(parameter.start, parameter.end, "")
            for number, item in enumerate(union.items("Expressions")):
                name = text_literal(_name(item) or f"union_arg{number}")
                extended = f" | extend {quoted(column)} = {name} | project-reorder {quoted(column)})"
                yield Edit(item.start, item.end, before="(", after=extended)


def _word(node: Node | None) -> str:
    return "" if node is None else node.simple_name or node.text or str(node.literal)


def _name(item: Node) -> str | None:
    """The name of what is united; None for a pipeline."""
    while item.kind == "ParenthesizedExpression":
        item = item.child("Expression") or item
    if item.kind == "NameReference" and item.called is None and item.symbol and item.symbol.kind == "Table":
        return item.symbol.name
    if item.kind == "PipeExpression":
        return None
    raise CannotInline("withsource shows the name of what is no table")

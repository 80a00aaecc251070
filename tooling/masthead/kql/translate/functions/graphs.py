"""Functions on what a graph pattern names: all, any, map, inner_nodes, node_id, labels, node_degree_in and its pair."""

from __future__ import annotations

from dataclasses import replace

from masthead.kql.language import Node
from masthead.kql.translate.calls import Call
from masthead.kql.translate.graph import ENTERING, KEY, LEAVING, Element, Path
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.types import quote


def _path(call: Call) -> tuple[Path, bool]:
    """The path that the first argument names, and whether its inner nodes are meant."""
    named: Node = call.nodes[0]
    inner = named.kind == "FunctionCallExpression" and named.child("Name").simple_name == "inner_nodes"
    if inner:
        named = named.items("ArgumentList")[0]
    rows = call.translator.rows
    path = rows.side(named.simple_name) if rows is not None and named.simple_name else None
    if not isinstance(path, Path):
        raise call.unsupported(f"{call.name}() of anything but an edge of variable length")
    return path, inner


def _along(call: Call, kusto_type: str, otherwise: str | None = None) -> tuple[str, Path]:
    """The SQL list of the second argument's values over the first's edges or inner nodes, and the path.

    otherwise: what stands for a null.
    """
    translator, node = call.translator, call.nodes[1]
    path, inner = _path(call)

    def value() -> Expr:
        made = translator.scalar_as(node, kusto_type)
        return made if otherwise is None else Expr(f"coalesce({made.sql}, {otherwise})", made.type)

    names = translator.rows.steps
    if not any(part.type == "tuple" and part.simple_name in names for part in node.walk()):
        # of the edge or node alone: computed once for each in the graph
        rows, _, _ = path.over(inner)
        with translator.over(rows):
            made = value()
        return path.listed(made, inner=inner), path
    outer = translator.rows
    with path.each() as at:
        translator.rows = replace(outer, columns=path.properties(inner), relation=None)
        try:
            made = value()
        finally:
            translator.rows = outer
    return path.mapped(made.sql, at, inner=inner), path


@scalar("map", "any, any")
def map_(call: Call) -> Expr:
    listed, _ = _along(call, "dynamic")
    return Expr(f"kq_array({listed})", "dynamic")


@scalar("all", "any, bool")
def all_(call: Call) -> Expr:
    listed, _ = _along(call, "bool", "false")
    return Expr(f"coalesce(list_bool_and({listed}), true)", "bool", total=True)


@scalar("any", "any, bool")
def any_(call: Call) -> Expr:
    listed, _ = _along(call, "bool", "false")
    return Expr(f"coalesce(list_bool_or({listed}), false)", "bool", total=True)


def _known(call: Call, column: str, kind: str) -> Expr:
    """What is known of a node: of the argument's, or of the inner node at hand."""
    rows = call.translator.rows
    if call.count == 0:
        if rows is not None and column in rows.columns:
            return rows.columns[column]
        if rows is None or rows.relation is None or column not in rows.relation.hidden:
            raise call.unsupported(f"{call.name}() without a node, but for inner nodes")
        return Expr(quote(column), kind, total=True)
    element = rows.side(call.nodes[0].simple_name) if rows is not None and call.nodes[0].simple_name else None
    if column not in getattr(element, "known", {}):
        raise call.unsupported(f"{call.name}() of anything but a node of the pattern")
    return element.known[column]


@scalar("node_degree_in", "any")
def node_degree_in(call: Call) -> Expr:
    return _known(call, ENTERING, "long")


@scalar("node_degree_out", "any")
def node_degree_out(call: Call) -> Expr:
    return _known(call, LEAVING, "long")


@scalar("node_id", "any")
def node_id(call: Call) -> Expr:
    return _known(call, KEY, "string")


@scalar("labels", "any")
def labels(call: Call) -> Expr:
    """Only graph models have labels; those of a graph that make-graph made are always an empty array."""
    if call.count:
        rows = call.translator.rows
        element = rows.side(call.nodes[0].simple_name) if rows is not None and call.nodes[0].simple_name else None
        if not isinstance(element, Element):
            raise call.unsupported("labels() of anything but a node or edge of the pattern")
    return Expr("'[]'::JSON", "dynamic", total=True)

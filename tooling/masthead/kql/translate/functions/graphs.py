"""Functions on what a graph pattern names: all, any, map, inner_nodes, node_degree_in, node_degree_out."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.calls import Call
from masthead.kql.translate.graph import ENTERING, LEAVING, Path
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


def _along(call: Call) -> tuple[Path, bool, Expr]:
    """The path, whether its inner nodes are meant, and the second argument over what it goes along."""
    path, inner = _path(call)
    rows, _, _ = path.over(inner)
    with call.translator.over(rows):
        return path, inner, call.translator.scalar(call.nodes[1])


@scalar("map", "any, any")
def map_(call: Call) -> Expr:
    path, inner, value = _along(call)
    return path.array(value, call.nodes[1], inner=inner)


def _tested(call: Call, together: str, empty: str) -> Expr:
    path, inner, value = _along(call)
    tested = path.listed(Expr(f"coalesce({value.sql}, false)", "bool"), inner=inner)
    return Expr(f"coalesce({together}({tested}), {empty})", "bool", total=True)


@scalar("all", "any, bool")
def all_(call: Call) -> Expr:
    return _tested(call, "list_bool_and", "true")


@scalar("any", "any, bool")
def any_(call: Call) -> Expr:
    return _tested(call, "list_bool_or", "false")


def _degree(call: Call, column: str) -> Expr:
    rows = call.translator.rows
    if call.count == 0:
        if rows is None or rows.relation is None or column not in rows.relation.hidden:
            raise call.unsupported(f"{call.name}() without a node, but for inner nodes")
        return Expr(quote(column), "long", total=True)
    element = rows.side(call.nodes[0].simple_name) if rows is not None and call.nodes[0].simple_name else None
    if column not in getattr(element, "degrees", {}):
        raise call.unsupported(f"{call.name}() of anything but a node of the pattern")
    return element.degrees[column]


@scalar("node_degree_in", "any")
def node_degree_in(call: Call) -> Expr:
    return _degree(call, ENTERING)


@scalar("node_degree_out", "any")
def node_degree_out(call: Call) -> Expr:
    return _degree(call, LEAVING)

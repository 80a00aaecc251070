"""Calls of functions: built-in scalars, aggregates within summarize, users' functions, toscalar."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate import registry
from masthead.kql.translate.calls import AggregateCall, Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import expression
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import SQL_TYPES


@expression("FunctionCallExpression")
def call(translator: Translator, node: Node) -> Expr:
    name = node.child("Name").simple_name
    arguments = node.items("ArgumentList")
    if node.called is not None:
        result = translator.call(node.called, arguments, node)
        if isinstance(result, Expr):
            return result
        raise translator.unsupported(f"{name}(), which returns rows, where a value is expected", node)
    if translator.aggregating and name in registry.AGGREGATES:
        return aggregate_call(translator, node, name, arguments)
    function = registry.FUNCTIONS.get(name)
    if function is None:
        kind = "aggregate function" if name in registry.AGGREGATES else "function"
        raise translator.unsupported(f"the {kind} {name}()", node)
    result = function.emit(Call(translator, node, name, arguments, function))
    if isinstance(result, Expr):
        return result
    if node.type not in SQL_TYPES:
        raise translator.unsupported(f"{name}() with these arguments", node)
    if node.type == "string" and not function.total:
        return Expr(f"coalesce({result}, '')", "string", total=True)
    return Expr(f"({result})", node.type, total=function.total)


def several_of(translator: Translator, expression: Node) -> list[Expr] | None:
    """The columns of a call that makes several, such as series_stats(); None for all other expressions."""
    inner = expression
    if expression.kind in ("CompoundNamedExpression", "SimpleNamedExpression"):
        inner = expression.child("Expression")
    if inner.kind != "FunctionCallExpression" or inner.called is not None:
        return None
    name = inner.child("Name").simple_name
    function = registry.FUNCTIONS.get(name)
    if inner.type != "tuple":
        return None
    if function is None:
        raise translator.unsupported(f"the function {name}()", inner)
    made = function.emit(Call(translator, inner, name, inner.items("ArgumentList"), function))
    return made if isinstance(made, list) else None


def aggregate_call(translator: Translator, node: Node, name: str, arguments: list[Node]) -> Expr:
    """One aggregate over the rows of a group."""
    relation = translator.rows.relation if translator.rows is not None else None
    result = registry.AGGREGATES[name].emit(AggregateCall(translator, node, name, arguments, relation=relation))
    if isinstance(result, Expr):
        return result
    if not isinstance(result, str):
        raise translator.unsupported(f"{name}() within an expression", node)
    kind = node.type if node.type in SQL_TYPES else "dynamic"
    if kind == "string":
        return Expr(f"coalesce({result}, '')", "string", total=True)
    return Expr(f"({result})", kind)


@expression("ToScalarExpression")
def to_scalar(translator: Translator, node: Node) -> Expr:
    """The first column of the first row; null of no rows. Computed once."""
    expression_node = node.child("Expression")
    with translator.scope(translator.environment, None):
        if expression_node.type != "table":
            return translator.scalar(expression_node)
        relation = translator.tabular(expression_node)
    column = relation.columns[0]
    order = ' ORDER BY "$order"' if relation.ordered else ""
    value = translator.cte(
        f'SELECT (SELECT "{column.identifier}" FROM {relation.source} AS s{order} LIMIT 1) AS v',
        "scalar",
        materialized=True,
    )
    sql = f"(SELECT v FROM {value})"
    if column.type == "string":
        return Expr(f"coalesce({sql}, '')", "string", total=True)
    result = Expr(sql, column.type)
    return convert(result, node.type, translator, node) if node.type in SQL_TYPES else result

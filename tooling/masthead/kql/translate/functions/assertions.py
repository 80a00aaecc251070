"""assert(): checked while the query is translated, as Kusto checks it before the query runs."""

from __future__ import annotations

import operator
from typing import Any

from masthead.kql.language import Node
from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.expressions.operators import comparable
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.translator import Translator

_COMPARISONS = {
    "EqualExpression": operator.eq,
    "NotEqualExpression": operator.ne,
    "LessThanExpression": operator.lt,
    "LessThanOrEqualExpression": operator.le,
    "GreaterThanExpression": operator.gt,
    "GreaterThanOrEqualExpression": operator.ge,
}


@scalar("assert", "bool, string")
def check(call: Call) -> Expr:
    if not _holds(call.translator, call.nodes[0]):
        raise call.translator.wrong(f"assert() has failed with message: '{call.constant(1)}'", call.node)
    return Expr("true", "bool", True, total=True)


def _holds(translator: Translator, node: Node) -> bool:
    """Whether a condition on constants holds: comparisons, and what and, or, not make of them."""
    if node.kind == "ParenthesizedExpression":
        return _holds(translator, node.child("Expression"))
    if node.kind in ("AndExpression", "OrExpression"):
        both = (_holds(translator, node.child(side)) for side in ("Left", "Right"))
        return all(both) if node.kind == "AndExpression" else any(both)
    if node.kind == "FunctionCallExpression" and node.child("Name").simple_name == "not":
        return not _holds(translator, node.items("ArgumentList")[0])
    if node.kind in _COMPARISONS:
        sides = (translator.scalar(node.child(side)) for side in ("Left", "Right"))
        left, right = comparable(translator, node, *sides)
        return _COMPARISONS[node.kind](_value(translator, left, node), _value(translator, right, node))
    return bool(_value(translator, convert(translator.scalar(node), "bool", translator, node), node))


def _value(translator: Translator, expression: Expr, node: Node) -> Any:
    if not expression.constant or expression.null:
        raise translator.unsupported("assert() of more than comparisons of constants", node)
    return expression.value

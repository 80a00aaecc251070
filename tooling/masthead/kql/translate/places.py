"""The place of an error that only running the SQL told: the query is translated again, to find what made that SQL."""

from __future__ import annotations

import re
from typing import Any

from masthead.kql.language import Analysis, Node
from masthead.kql.translate import registry
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import REFUSAL, string_literal

# What DuckDB says of numbers that become too large, and the expressions that it may be said of.
_OVERFLOW = re.compile(r"Overflow in (\w+) of")
_ARITHMETIC = {
    "addition": "AddExpression",
    "subtraction": "SubtractExpression",
    "multiplication": "MultiplyExpression",
    "negation": "UnaryMinusExpression",
}


def place_of_error(analysis: Analysis, message: str, helper: str | None, *translator_arguments: Any) -> Node | None:
    """The node whose SQL raised `message`; the first where several could have, None where none is found.

    helper: the Python function that raised it, where one did. translator_arguments: those of Translator behind the
    analysis.
    """
    if helper is not None:
        sought = re.compile(rf"\b(?:{'|'.join(sorted(_users(helper)))})\(")
    elif found := _OVERFLOW.search(message):
        kind = _ARITHMETIC.get(found[1])
        return next((n for n in analysis.tree.walk(into_calls=True) if n.kind == kind), None)
    else:
        sought = re.compile(re.escape(string_literal(REFUSAL + message)))
    search = _Search(sought, analysis, *translator_arguments)
    try:
        search.translate()
    except _Found as found:
        return found.node
    return None


def _users(helper: str) -> set[str]:
    """The helper, and the macros that use it."""
    users, waiting = {helper}, [helper]
    while waiting:
        used = re.compile(rf"\b{waiting.pop()}\(")
        new = {name for name, definition in registry.MACROS.items() if used.search(definition)} - users
        users |= new
        waiting += new
    return users


class _Found(Exception):
    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node


class _Search(Translator):
    """Translates up to the first node, counted from the inside, whose SQL has what is sought."""

    def __init__(self, sought: re.Pattern[str], *arguments: Any) -> None:
        super().__init__(*arguments)
        self._sought = sought

    def scalar(self, node: Node) -> Expr:
        value = super().scalar(node)
        self._look(value.sql, node)
        return value

    def apply(self, node: Node, relation: Relation) -> Relation:
        result = super().apply(node, relation)
        self._look(result.source, node)
        return result

    def _look(self, sql: str, node: Node) -> None:
        if self._sought.search(sql):
            raise _Found(node)

"""What a translation asks when the columns of a plugin hang on its input."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from masthead.kql.language import Column
from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.needed import with_needed

if TYPE_CHECKING:
    from masthead.kql.language import Node

COLUMNS_LIMIT = 1_000  # columns that a plugin may make of its input


class OutputNeeded(Exception):
    """Asks for the output columns of a plugin.

    place: the offset in the query behind which they can be declared. sql: SELECT (name, Kusto type) of what the plugin
    finds in its input; a name of NULL says that there are rows. columns: all columns, of what was found. known: those
    that are there whatever the input.
    """

    def __init__(
        self, call: PluginCall, sql: str, known: list[Column], columns: Callable[[list[tuple[str, str]]], list[Column]]
    ) -> None:
        super().__init__(call.name)
        self.node: Node = call.node
        self.place = call.node.child("FunctionCall").end
        self.sql, self.known, self.columns = sql, known, columns


class NamesNeeded(Exception):
    """Asks that the query name what it means by a wildcard. place: the offset behind the wildcard. text: the names."""

    def __init__(self, place: int, text: str) -> None:
        super().__init__(text)
        self.place, self.text = place, text


def ask(
    call: PluginCall, found: str, known: list[Column], columns: Callable[[list[tuple[str, str]]], list[Column]]
) -> OutputNeeded:
    """The question. found: SELECT name, type of what the plugin finds in its input."""
    translator, node = call.translator, call.node
    here = [n for n in _evaluated(translator.analysis.tree) if (n.start, n.end) == (node.start, node.end)]
    if len(here) > 1 or not translator.query[node.start :].startswith("evaluate"):
        raise call.unsupported(
            f"{call.name} without an output schema in a function that is stored or called more than once; "
            f"declare the columns: evaluate {call.name}(…) : (*, Name:type, …)"
        )
    with_ = f"WITH {', '.join(translator.ctes)} " if translator.ctes else ""
    any_row = f"SELECT NULL AS name, '' AS kind WHERE EXISTS (SELECT 1 FROM {call.relation.source} AS s)"
    sql = f"{with_}SELECT name, kind FROM ({any_row} UNION ALL ({found} LIMIT {COLUMNS_LIMIT + 1})) AS s ORDER BY name"
    return OutputNeeded(call, with_needed(sql), known, columns)


def _evaluated(root: Node) -> Iterator[Node]:
    """The evaluate operators of a query, those of a function once for each of its calls."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.kind == "EvaluateOperator":
            yield node
        if node.kind != "FunctionDeclaration":
            waiting.extend(node.children)
        if (called := node.called) is not None:
            waiting.append(called.body)

"""ingestion_time() as a column: rows that a query brings along have never come in anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.kql.inlining.program import Parents, call_of
from masthead.kql.inlining.refusals import CannotInline
from masthead.kql.inlining.traced import Edit
from masthead.kql.language.tree import Node

ARRIVED = "masthead_arrived"
"""The column with the time at which a row came in."""

_KEEP_ROWS = frozenset({"FilterOperator", "ExtendOperator", "SortOperator", "TakeOperator", "SerializeOperator"})
_MAKE_COLUMNS = frozenset({"ProjectOperator", "SummarizeOperator"})


class Arrivals:
    """What becomes of the calls of ingestion_time() in a query and its functions.

    tables: the places of the tables that need the column. edits: the column in place of the calls, and its removal
    behind the last operator that looks at it. Raises CannotInline where the rows are no longer those of a table.
    """

    def __init__(self, tree: Parents) -> None:
        self.tables: set[int] = set()
        self.edits: list[Edit] = []
        last: dict[int, Node] = {}
        for node in tree.nodes:
            if call_of(node, "ingestion_time"):
                self.edits.append(Edit(node.start, node.end, ARRIVED))
                source, operator = _pipeline(tree, node)
                places = list(_tables(source))
                self.tables.update(places)
                before = last.get(places[0])
                if before is None or before.end < operator.end:
                    last[places[0]] = operator
        for operator in last.values():
            if operator.kind not in _MAKE_COLUMNS:
                self.edits.append(Edit(operator.start, operator.end, after=f" | project-away {ARRIVED}"))


def _pipeline(tree: Parents, call: Node) -> tuple[Node, Node]:
    """Where the rows come from that the call is about, and the operator that it stands in."""
    operator = next((each for each in tree.above(call) if each.kind.endswith("Operator")), None)
    pipe = tree.of(operator) if operator else None
    if operator is None or pipe is None or pipe.kind != "PipeExpression":
        raise _refused("outside of a pipeline")
    if operator.kind not in _KEEP_ROWS | _MAKE_COLUMNS:
        raise _refused(f"in {_words(operator.kind)}")
    if operator.kind != "FilterOperator" and not any(each.kind == "SimpleNamedExpression" for each in tree.above(call)):
        raise _refused("in a column without a name")
    if operator.kind == "SummarizeOperator" and any(node.kind == "StarExpression" for node in operator.walk()):
        raise _refused("in a summarize with *")
    source = pipe.child("Expression")
    while source is not None and source.kind == "PipeExpression":
        step = source.child("Operator")
        if step is None or step.kind not in _KEEP_ROWS:
            raise _refused(f"behind {_words(step.kind) if step else 'nothing'}")
        source = source.child("Expression")
    if source is None:
        raise _refused("of no table")
    return source, operator


def _tables(source: Node) -> Iterator[int]:
    """The places of the tables whose rows the source has as they are."""
    while source.kind == "ParenthesizedExpression":
        source = source.child("Expression") or source
    if source.kind == "NameReference" and source.symbol and source.symbol.kind == "Table":
        yield source.start
    elif source.kind == "UnionOperator":
        for item in source.items("Expressions"):
            yield from _tables(item)
    else:
        raise _refused("of rows that are not a table's")


def _refused(where: str) -> CannotInline:
    return CannotInline(f"ingestion_time() {where} has no meaning for rows that a query brings along")


def _words(kind: str) -> str:
    return kind.removesuffix("Operator").lower()

"""Queries that a workspace runs on its own tables as if at another time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from masthead.kql.errors import KqlError
from masthead.kql.inlining.clock import clock_edits, moment_literal
from masthead.kql.inlining.datatable import let_table
from masthead.kql.inlining.leaves import Leaf, table_leaves, watchlist_leaves
from masthead.kql.inlining.program import Parents, call_of, with_functions
from masthead.kql.inlining.query import Bind, Rows
from masthead.kql.inlining.refusals import CannotInline
from masthead.kql.inlining.source_names import source_name_edits
from masthead.kql.inlining.traced import Edit, Traced
from masthead.kql.language.service import StoredFunction
from masthead.kql.language.tree import Column, Node

HAPPENED, ARRIVED = "masthead_happened", "masthead_arrived"
"""Columns with the times of the row that a row was made of."""

_OF_MORE = ("now", "ago", "rand", "new_guid", "_GetWatchlist")


class Standing:
    """A query with the functions and the watchlists of the project in front of it, its clock standing.

    watchlist: the rows of one, see `Engine.values`. Raises KqlError for a query that is wrong.
    """

    def __init__(
        self,
        kql: str,
        functions: Iterable[StoredFunction],
        bind: Bind,
        watchlist: Callable[[str], tuple[list[Column], Rows]],
    ) -> None:
        self._program = with_functions(kql, functions)
        self._bind = bind
        self._tree = Parents(bind(self._program.text).tree)
        self._tables = list(table_leaves(self._tree))
        self._lets = ""
        self._always: list[Edit] = []
        names: dict[str, str] = {}
        for leaf in watchlist_leaves(self._tree, self._program.text):
            if leaf.kql not in names:
                names[leaf.kql] = f"masthead_watchlist{len(names) + 1}"
                columns, rows = watchlist(leaf.kql)
                self._lets += let_table(names[leaf.kql], columns, columns, rows)
            self._always.append(Edit(leaf.start, leaf.end, names[leaf.kql]))
        with suppress(CannotInline):  # what withsource says is then the service's own
            self._always += list(source_name_edits(self._tree))

    def at(self, now: dt.datetime, ingested_after: dt.datetime | None, ingested_until: dt.datetime | None) -> Traced:
        """The query at a time, of rows that came in after one moment and up to another."""
        bounds = [] if ingested_after is None else [f"ingestion_time() > {moment_literal(ingested_after)}"]
        bounds += [] if ingested_until is None else [f"ingestion_time() <= {moment_literal(ingested_until)}"]
        bounded = self._each_table(f" | where {' and '.join(bounds)}") if bounds else ()
        return self._with([*bounded, *clock_edits(self._tree, now)])

    def with_times(self, columns: Iterable[Column]) -> Traced | None:
        """The query with the times of the rows that its rows were made of, in the last two columns.

        columns: those that it returns. Only for a query that takes each row by itself; None where it cannot carry the
        times along.
        """
        edits = list(self._each_table(f" | extend {HAPPENED} = TimeGenerated, {ARRIVED} = ingestion_time()"))
        edits += [
            Edit(node.end, node.end, f", {HAPPENED}, {ARRIVED}")
            for node in self._tree.nodes
            if node.kind in ("ProjectOperator", "ProjectKeepOperator") and self._is_of_tables(node)
        ]
        wanted = list(columns)
        listed = ", ".join(f"['{column.name}']" for column in wanted)
        whole = self._with(edits) + Traced.made(f"\n| project {listed}, {HAPPENED}, {ARRIVED}")
        times = [Column(HAPPENED, "datetime"), Column(ARRIVED, "datetime")]
        try:
            returned = self._bind(whole.text).columns
        except KqlError:
            return None
        return whole if list(returned or ()) == [*wanted, *times] else None

    def times(self) -> Traced | None:
        """When the rows happened and came in that can matter: those that pass the filters right behind their tables.

        None for a query without a table that is named.
        """
        times = f" | project {HAPPENED} = TimeGenerated, {ARRIVED} = ingestion_time()"
        reads = [f"({leaf.kql}{''.join(self._filters(leaf))}{times})" for leaf in self._tables]
        if not reads or len(reads) > 50:
            return None
        return Traced.made(f"union {', '.join(dict.fromkeys(reads))}\n| distinct {HAPPENED}, {ARRIVED}")

    def _each_table(self, operators: str) -> Iterator[Edit]:
        """Each table with operators right behind it: what is made of its rows later may have no ingestion_time()."""
        for leaf in self._tables:
            yield Edit(leaf.start, leaf.end, f"({self._program.text[leaf.start : leaf.end]}{operators})")

    def _with(self, edits: Iterable[Edit]) -> Traced:
        return Traced.made(self._lets) + self._program.edit([*self._always, *edits])

    def _filters(self, leaf: Leaf) -> Iterator[str]:
        """The filters right behind a table that look at nothing but its row."""
        node = next(
            each for each in self._tree.nodes if (each.start, each.end) == (leaf.start, leaf.end) and each.columns
        )
        above = self._tree.of(node)
        while above is not None and above.kind == "PipeExpression" and above.child("Expression") is node:
            step = above.child("Operator")
            condition = step.child("Condition") if step is not None and step.kind == "FilterOperator" else None
            if condition is None:
                return
            if all(_of_the_row(each) for each in condition.walk()):
                yield f" | where {self._program.text[condition.start : condition.end]}"
            node, above = above, self._tree.of(above)

    def _is_of_tables(self, step: Node) -> bool:
        """Whether an operator's rows come from tables, and so bring the times along."""
        pipe = self._tree.of(step)
        source = pipe.child("Expression") if pipe is not None and pipe.kind == "PipeExpression" else None
        while source is not None and source.kind in ("PipeExpression", "ParenthesizedExpression"):
            source = source.child("Expression")
        if source is None or source.kind in ("DataTableExpression", "PrintOperator", "RangeOperator"):
            return False
        return not call_of(source, "_GetWatchlist")


def _of_the_row(node: Node) -> bool:
    if call_of(node, *_OF_MORE):
        return False
    if node.kind != "NameReference":
        return True
    return node.symbol is not None and (
        node.symbol.kind == "Column" or (node.symbol.kind == "Function" and not node.called)
    )

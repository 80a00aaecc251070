"""Makes a query that needs nothing but itself: its rows are in front of it, and its clock stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from masthead.kql.errors import KqlError
from masthead.kql.inlining.arrivals import ARRIVED, Arrivals
from masthead.kql.inlining.clock import clock_edits
from masthead.kql.inlining.columns import columns_looked_at, kept
from masthead.kql.inlining.datatable import let_table
from masthead.kql.inlining.leaves import Leaf, leaves
from masthead.kql.inlining.program import Parents, with_functions
from masthead.kql.inlining.refusals import CannotInline
from masthead.kql.inlining.source_names import source_name_edits
from masthead.kql.inlining.traced import Edit, Traced
from masthead.kql.language.service import Analysis, StoredFunction
from masthead.kql.language.tree import Column

Bind = Callable[[str], Analysis]
"""Binds a query to the tables and watchlists there are, see `Engine.bound`. Raises KqlError."""

Values = Callable[[str], tuple[Sequence[Column], Sequence[Sequence[Any]]]]
"""The rows that a query returns, as values of the engine: see `Engine.values`. Raises KqlError."""


@dataclass(frozen=True, slots=True)
class Inlined:
    """A query with its rows. rows: how many. origin: where a character of `text` was written, see `Traced.origin`."""

    text: str
    rows: int
    traced: Traced

    @property
    def size(self) -> int:
        """Bytes of the text."""
        return len(self.text.encode())


class Inlining:
    """A query that is to bring its rows along, at whatever time and with whatever rows.

    returned: the columns of its result. Raises CannotInline, with why, for a query whose answer would mean something
    else then.
    """

    def __init__(self, kql: str, functions: Iterable[StoredFunction], bind: Bind, returned: Iterable[str]) -> None:
        self._program = with_functions(kql, functions)
        try:
            self._tree = Parents(bind(self._program.text).tree)
        except KqlError as error:
            raise CannotInline(f"it cannot have its functions in front of it: {error.message}") from None
        self._looked_at = columns_looked_at(self._tree, returned)
        arrivals = Arrivals(self._tree)
        self._tables: dict[str, str] = {}  # what stands for rows → the query that asks for them
        self._edits = [*arrivals.edits, *source_name_edits(self._tree)]
        for leaf in leaves(self._tree, self._program.text):
            self._edits += self._declare(leaf, leaf.start in arrivals.tables)
        self._refuse_names_taken()

    def _declare(self, leaf: Leaf, with_arrivals: bool) -> Iterable[Edit]:
        kql = f"{leaf.kql} | extend {ARRIVED} = ingestion_time()" if with_arrivals else leaf.kql
        if leaf.table is not None and not with_arrivals and leaf.table == leaf.kql:
            name = leaf.table
        else:
            known = [name for name, each in self._tables.items() if each == kql]
            name = known[0] if known else f"masthead_rows{len(self._tables) + 1}"
        self._tables[name] = kql
        standing = self._program.text[leaf.start : leaf.end]
        return [] if standing == name else [Edit(leaf.start, leaf.end, name)]

    def _refuse_names_taken(self) -> None:
        for node in self._tree.nodes:
            if node.kind == "NameDeclaration" and node.simple_name in self._tables:
                above = self._tree.of(node)
                if above is not None and above.kind in ("LetStatement", "NameAndTypeDeclaration", "AsOperator"):
                    raise CannotInline(f"it calls something {node.simple_name} that is a table too")

    @property
    def sources(self) -> Mapping[str, str]:
        """What the rows are declared as, and the query that asks for just them."""
        return self._tables

    def at(self, now: dt.datetime, values: Values) -> Inlined:
        """The query at a time, with the rows that `values` has. Raises what `values` raises."""
        rows, lets = 0, []
        for name, kql in self._tables.items():
            columns, found = values(kql)
            looked_at = None if self._looked_at is None else self._looked_at | {ARRIVED}
            lets.append(let_table(name, columns, kept(columns, looked_at), found))
            rows += len(found)
        traced = self._program.edit([*self._edits, *clock_edits(self._tree, now)])
        whole = Traced.made("".join(lets)) + traced
        return Inlined(whole.text, rows, whole)

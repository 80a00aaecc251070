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
from masthead.kql.inlining.datatable import let_table, quoted
from masthead.kql.inlining.leaves import Leaf, leaves
from masthead.kql.inlining.order import arrays_in_any_order, sorted_by
from masthead.kql.inlining.program import Parents, with_functions
from masthead.kql.inlining.refusals import CannotInline
from masthead.kql.inlining.source_names import source_name_edits
from masthead.kql.inlining.traced import Edit, Traced
from masthead.kql.language.service import Analysis, StoredFunction
from masthead.kql.language.tree import Column

Bind = Callable[[str], Analysis]
"""Binds a query to the tables and watchlists there are, see `Engine.bound`. Raises KqlError."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a query takes rows from: a table, a watchlist, or something outside the workspace.

    kql: asks for just those rows. table: its name, if it is a table of the workspace. kept: those of its columns that
    the query may look at.
    """

    kql: str
    table: str | None
    columns: tuple[Column, ...]
    kept: tuple[Column, ...]

    @property
    def question(self) -> str:
        """What asks for the rows with just those columns."""
        return f"{self.kql} | project {', '.join(quoted(column.name) for column in self.kept)}"


Rows = Sequence[Sequence[Any]]
"""Rows with the kept columns of a source, values as the engine has them: see `Engine.values`."""


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
        looked_at = columns_looked_at(self._tree, returned)
        self._looked_at = None if looked_at is None else looked_at | {ARRIVED}
        arrivals = Arrivals(self._tree)
        self.sources: dict[str, Source] = {}
        """What the query takes rows from, by the names under which it brings them along."""
        self.sorted_by = sorted_by(self._tree)
        self.arrays_in_any_order = arrays_in_any_order(self._tree)
        self._edits = [*arrivals.edits, *source_name_edits(self._tree)]
        for leaf in leaves(self._tree, self._program.text):
            self._edits += self._declare(leaf, leaf.start in arrivals.tables)
        self._refuse_names_taken()

    def _declare(self, leaf: Leaf, with_arrivals: bool) -> Iterable[Edit]:
        kql, columns = leaf.kql, leaf.columns
        if with_arrivals:
            kql, columns = f"{kql} | extend {ARRIVED} = ingestion_time()", (*columns, Column(ARRIVED, "datetime"))
        known = [name for name, each in self.sources.items() if each.kql == kql]
        name = known[0] if known else kql if leaf.table == kql else f"masthead_rows{len(self.sources) + 1}"
        self.sources[name] = Source(kql, leaf.table, columns, kept(columns, self._looked_at))
        standing = self._program.text[leaf.start : leaf.end]
        return [] if standing == name else [Edit(leaf.start, leaf.end, name)]

    def _refuse_names_taken(self) -> None:
        for node in self._tree.nodes:
            if node.kind == "NameDeclaration" and node.simple_name in self.sources:
                above = self._tree.of(node)
                if above is not None and above.kind in ("LetStatement", "NameAndTypeDeclaration", "AsOperator"):
                    raise CannotInline(f"it calls something {node.simple_name} that is a table too")

    def clocked(self, now: dt.datetime) -> str:
        """The query, its functions in front of it, with its clock standing, and without rows."""
        return self._program.edit(clock_edits(self._tree, now)).text

    def at(self, now: dt.datetime, rows: Mapping[str, Rows]) -> Inlined:
        """The query at a time, with the rows of its sources."""
        lets = [let_table(name, each.columns, each.kept, rows[name]) for name, each in self.sources.items()]
        traced = self._program.edit([*self._edits, *clock_edits(self._tree, now)])
        whole = Traced.made("".join(lets)) + traced
        return Inlined(whole.text, sum(map(len, rows.values())), whole)

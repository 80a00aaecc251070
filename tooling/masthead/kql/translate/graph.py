"""Graphs as the translation holds them: two relations, and what a pattern's names mean over a match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.types import quote, refused, string_literal

if TYPE_CHECKING:
    from masthead.kql.language import Node
    from masthead.kql.translate.translator import Translator

# Hidden columns: numbers from 1, dense, of edges and nodes; an edge's two nodes; a node's id as text, how many edges
# enter it and how many leave it.
EDGE, NODE, FROM, TO, KEY, ENTERING, LEAVING = "$edge", "$node", "$from", "$to", "$key", "$in", "$out"
# What functions such as node_id() know of a node.
KNOWN = {KEY: "string", ENTERING: "long", LEAVING: "long"}


SIZE_LIMIT = 2_000_000  # nodes and edges that Python takes as lists


@dataclass(frozen=True, slots=True)
class Graph(Relation):
    """A graph. The relation itself is its edges, with the hidden columns $edge, $from, $to; `nodes` has $node, $key,
    $in and $out. `key`: the Kusto type of the nodes' ids."""

    nodes: Relation | None = None
    key: str = "string"

    def bounded(self, sql: str, what: str) -> str:
        """SQL that Python computes from lists of the nodes and edges; refuses what would not fit."""
        sizes = f"(SELECT count(*) FROM {self.nodes.source} AS n) + (SELECT count(*) FROM {self.source} AS e)"
        return f"CASE WHEN {sizes} <= {SIZE_LIMIT} THEN {sql} ELSE {refused(f'{what} of a graph this large')} END"


class Element(Mapping[str, Expr]):
    """A named node or edge of a pattern, over the rows of matches: its properties by their names.

    known: what functions know of a node, by the names of the hidden columns.
    """

    def __init__(self, properties: Mapping[str, Expr], known: Mapping[str, Expr] | None = None) -> None:
        self._properties, self.known = properties, known or {}

    def __getitem__(self, name: str) -> Expr:
        return self._properties[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._properties)

    def __len__(self) -> int:
        return len(self._properties)


def whole(properties: Mapping[str, Expr], translator: Translator, node: Node) -> Expr:
    """A node or edge as the bag of its properties, without those that are null or empty texts (measured.yaml)."""
    if not properties:
        raise translator.unsupported("a whole node or edge without properties", node)
    entries = (
        f"{{'k': {string_literal(name)}, 'v': {convert(value, 'dynamic', translator, node).sql}}}"
        for name, value in properties.items()
    )
    return Expr(f"kq_properties([{', '.join(entries)}])", "dynamic")


def element_of(rows: Relation) -> Element:
    """An element over the graph's own nodes or edges."""
    known = {hidden: Expr(quote(hidden), kind, total=True) for hidden, kind in KNOWN.items() if hidden in rows.hidden}
    return Element({c.name: c.expr for c in rows.columns}, known)


class Path(Element):
    """A named edge of variable length: a property is the array of its edges', or within `each` that of one edge.

    edges, inner: the columns of the lists of their numbers. looked_up: where it enters the columns (identifier, SQL)
    that the rows of matches need beside theirs; macros could not hold their subqueries.
    """

    def __init__(
        self,
        translator: Translator,
        graph: Graph,
        edges: str,
        inner: str,
        node: Node,
        looked_up: list[tuple[str, str]],
    ) -> None:
        super().__init__({c.name: c.expr for c in graph.columns})
        self._translator, self.graph, self.edges, self.inner, self._node = translator, graph, edges, inner, node
        self._looked_up = looked_up
        self._at: str | None = None

    def __getitem__(self, name: str) -> Expr:
        value = super().__getitem__(name)
        if self._at is not None:
            return self._one(value, inner=False)
        return self.array(value, self._node)

    def array(self, value: Expr, node: Node, *, inner: bool = False) -> Expr:
        """The array of a value's over the edges, or the inner nodes."""
        return Expr(
            f"kq_array({self.listed(convert(value, 'dynamic', self._translator, node), inner=inner)})", "dynamic"
        )

    def listed(self, value: Expr, *, inner: bool) -> str:
        """The SQL list of a value's over the edges, or the inner nodes."""
        rows, number, ids = self.over(inner)
        made = f"SELECT list({value.sql} ORDER BY {quote(number)}) AS v FROM {rows.source} AS s"
        values = self._translator.cte(made, "along", materialized=True)
        identifier = self._translator.fresh("along")
        self._looked_up.append((identifier, f"list_select((SELECT v FROM {values}), {ids})"))
        return quote(identifier)

    def over(self, inner: bool) -> tuple[Relation, str, str]:
        """What the path goes along: rows, the column of their numbers, and the numbers of this path in SQL."""
        return (self.graph.nodes, NODE, self.inner) if inner else (self.graph, EDGE, self.edges)

    def _one(self, value: Expr, *, inner: bool) -> Expr:
        """A value's of the edge or inner node at hand."""
        return replace(value, sql=f"{self.listed(value, inner=inner)}[{self._at}]", extract=None)

    @contextmanager
    def each(self) -> Iterator[str]:
        """Translate for one edge or inner node of the path; gives the name of its place."""
        self._at = quote(self._translator.fresh("at"))
        try:
            yield self._at
        finally:
            self._at = None

    def properties(self, inner: bool) -> dict[str, Expr]:
        """The columns of the edge or inner node at hand, and what functions know of it."""
        rows, _, _ = self.over(inner)
        columns = {c.name: self._one(c.expr, inner=inner) for c in rows.columns}
        return columns | {name: self._one(value, inner=inner) for name, value in element_of(rows).known.items()}

    def mapped(self, value: str, at: str, *, inner: bool) -> str:
        """The SQL list of what `value` is at each place."""
        _, _, ids = self.over(inner)
        return f"list_transform(range(1, len({ids}) + 1), lambda {at}: {value})"

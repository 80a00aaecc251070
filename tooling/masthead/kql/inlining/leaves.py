"""Where a query takes rows from: tables, watchlists, and what lies outside the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from masthead.kql.inlining.program import Parents, call_of
from masthead.kql.inlining.refusals import CannotInline
from masthead.kql.language.tree import Column, Node

_OUTSIDE = ("ExternalDataExpression", "PathExpression")
_CHANCE = ("rand", "new_guid")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A place that rows with these columns come from: `kql` asks for just them.

    table: the name, if it is one of the workspace's.
    """

    start: int
    end: int
    columns: tuple[Column, ...]
    kql: str
    table: str | None = None


def leaves(tree: Parents, text: str) -> Iterator[Leaf]:
    """The places of `text` that rows come from. Raises CannotInline where it is not sure which rows those are."""
    for node in tree.nodes:
        if node.kind in ("SearchOperator", "FindOperator"):
            what = node.kind.removesuffix("Operator").lower()
            raise CannotInline(f"{what} shows the names of tables, which rows that a query brings along do not have")
        if node.kind in ("SampleOperator", "SampleDistinctOperator") or call_of(node, *_CHANCE):
            raise CannotInline("its answer hangs on chance")
        if node.kind == "NameReference":
            yield from _name(node, tree)
        elif call_of(node, "table", "materialized_view"):
            name = node.items("ArgumentList")[0].literal
            if name is None:
                raise CannotInline("table() of something that is not a text")
            yield _leaf(node, name, name)
        elif call_of(node, "_GetWatchlist", "external_table"):
            if any(argument.literal is None for argument in node.items("ArgumentList")):
                raise CannotInline(f"{node.children[0].simple_name}() of something that is not a text")
            yield _leaf(node, text[node.start : node.end])
        elif node.kind in _OUTSIDE and node.columns is not None and not _within_path(tree, node):
            yield _leaf(node, text[node.start : node.end])


def table_leaves(tree: Parents) -> Iterator[Leaf]:
    """The places at which tables of the workspace are named; others may be read by pattern, or by search."""
    for node in tree.nodes:
        if (
            node.kind == "NameReference"
            and node.symbol
            and node.symbol.kind == "Table"
            and not _within_path(tree, node)
        ):
            yield _leaf(node, text_of_table(node.symbol.name), node.symbol.name)


def watchlist_leaves(tree: Parents, text: str) -> Iterator[Leaf]:
    """The places of `text` at which watchlists are named."""
    for node in tree.nodes:
        if call_of(node, "_GetWatchlist") and all(each.literal is not None for each in node.items("ArgumentList")):
            yield _leaf(node, text[node.start : node.end])


def _leaf(node: Node, kql: str, table: str | None = None) -> Leaf:
    return Leaf(node.start, node.end, node.columns or (), kql, table)


def _name(node: Node, tree: Parents) -> Iterator[Leaf]:
    symbol = node.symbol
    if symbol is not None and symbol.kind == "Table":
        if not _within_path(tree, node):
            yield _leaf(node, text_of_table(symbol.name), symbol.name)
    elif symbol is not None and symbol.kind == "Group" and "*" in (node.simple_name or ""):
        raise CannotInline(f"{node.simple_name} reads whichever tables the workspace has")
    elif symbol is None and node.columns is not None:
        raise CannotInline(f"{node.simple_name} is not in the catalog; the workspace may have it")


def text_of_table(name: str) -> str:
    """The table as a query writes it, whatever its name is made of."""
    return name if name.replace("_", "a").isalnum() and not name[0].isdigit() else f"['{name}']"


def _within_path(tree: Parents, node: Node) -> bool:
    """Whether the node is a part of a path to what lies outside, which counts as a whole."""
    above = tree.of(node)
    return above is not None and above.kind == "PathExpression"

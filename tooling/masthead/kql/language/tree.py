"""The bound syntax tree of a query, as Microsoft's binder left it: kinds, positions, types and symbols."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for. `kind` is one of Kusto.Language's SymbolKind names: Column, Table, Function, Variable…"""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result: its name and Kusto type (string, long, int, real, bool, datetime, timespan, dynamic…)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class CalledFunction:
    """A user's function at one call: its parameters (name, type, default) and its body, bound for this call."""

    name: str
    parameters: tuple[tuple[str, str, Node | None], ...]
    body: Node


class Node:
    """One node of the tree. `start` and `end` are offsets into the query; inside a stored function's body they are the
    offsets of the call, since the body's own text is elsewhere."""

    __slots__ = ("_raw", "_tree", "children", "end", "kind", "name", "start")

    def __init__(self, raw: list[Any], tree: Tree) -> None:
        self._raw, self._tree = raw, tree
        self.kind: str = raw[0]
        self.start: int = tree.offset(raw[1])
        self.end: int = tree.offset(raw[2])
        self.name: str = raw[3]
        self.children: list[Node] = []
        """The nodes directly below this one, tokens included, punctuation left out."""

    def __repr__(self) -> str:
        return f"<{self.kind} {self.start}-{self.end}>"

    @property
    def _info(self) -> dict[str, Any]:
        return self._raw[4] or {}

    @property
    def type(self) -> str:
        """The Kusto type of an expression's value; "table" for rows; "" where a node has none."""
        return self._info.get("t", "")

    @property
    def columns(self) -> tuple[Column, ...] | None:
        """The columns of the rows this node produces, or None when it does not produce rows."""
        index = self._info.get("r")
        return None if index is None else self._tree.schemas[index]

    @property
    def symbol(self) -> Symbol | None:
        """What the binder found this node to refer to."""
        symbol = self._info.get("y")
        return Symbol(*symbol) if symbol else None

    @property
    def literal(self) -> Any:
        """The value of a literal, as text (or as str, with escapes resolved, for strings); None when not a literal."""
        return self._info.get("l")

    @property
    def simple_name(self) -> str | None:
        """The name, without brackets or quotes, that a name reference or declaration spells."""
        return self._info.get("n")

    @property
    def missing(self) -> bool:
        """Whether the parser put this node where the query has nothing."""
        return "m" in self._info

    @property
    def text(self) -> str:
        """The text of a token; "" for other nodes."""
        return self._raw[5] if isinstance(self._raw[5], str) else ""

    def child(self, name: str) -> Node | None:
        """The child that the grammar calls `name` (Left, Condition, Expressions…), or None."""
        for node in self.children:
            if node.name == name:
                return node
        return None

    def items(self, name: str) -> list[Node]:
        """The elements of the list that the grammar calls `name`, separators taken off."""
        node = self.child(name)
        if node is None:
            return []
        if node.kind == "ExpressionList" and node.child("Expressions") is not None:
            return node.items("Expressions")
        return [n.children[0] if n.kind == "SeparatedElement" and n.children else n for n in node.children]

    @property
    def called(self) -> CalledFunction | None:
        """The body of the user's function that is called here; None for built-in functions."""
        raw = self._info.get("x")
        if raw is None:
            return None
        parameters = tuple(
            (name, type_, self._tree.build(default) if default else None) for name, type_, default in raw["parameters"]
        )
        return CalledFunction(raw["name"], parameters, self._tree.build(raw["body"]))

    def walk(self, *, into_calls: bool = False) -> Iterator[Node]:
        """This node and all below it, in the order of the text; with into_calls the bodies of called functions too."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))
            if into_calls and (called := node.called) is not None:
                waiting.append(called.body)


class Tree:
    """A bound query's nodes and the schemas they share, as bridge.js sends them. `query`: its text, to which offsets
    belong."""

    def __init__(self, raw: list[Any], schemas: dict[str, list[Any]], query: str) -> None:
        self._raw = raw
        self._schemas = schemas
        self.offset = offsets(query)

    @cached_property
    def schemas(self) -> tuple[tuple[Column, ...], ...]:
        """The distinct row schemas of the query."""
        columns = [Column(*each) for each in self._schemas["columns"]]
        return tuple(tuple(map(columns.__getitem__, indexes)) for indexes in self._schemas["rows"])

    @cached_property
    def root(self) -> Node:
        """The QueryBlock."""
        return self.build(self._raw)

    def build(self, raw: list[Any]) -> Node:
        """The nodes of a flat list, each under its parent; returns the first."""
        root = Node(raw[0], self)
        open_: list[tuple[Node, int]] = [(root, _children(raw[0]))]
        for entry in raw[1:]:
            while not open_[-1][1]:
                open_.pop()
            parent, left = open_[-1]
            open_[-1] = (parent, left - 1)
            node = Node(entry, self)
            parent.children.append(node)
            open_.append((node, _children(entry)))
        return root


def _children(entry: list[Any]) -> int:
    return 0 if isinstance(entry[5], str) else entry[5]


def offsets(text: str) -> Callable[[int], int]:
    """What turns an offset in UTF-16 units, as JavaScript counts, into one in characters, as Python does."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return lambda offset: offset
    characters = [index for index, c in enumerate(text) for _ in range(2 if c > "\uffff" else 1)]
    end = len(text)
    return lambda offset: characters[offset] if offset < len(characters) else end

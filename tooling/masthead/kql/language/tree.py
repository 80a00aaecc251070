"""The bound syntax tree of a query, as Microsoft's binder left it: kinds, positions, types and symbols."""

from __future__ import annotations

from collections.abc import Iterator
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

    __slots__ = ("_children", "_raw", "_shift", "_tree", "end", "kind", "name", "start")

    def __init__(self, raw: list[Any], tree: Tree, shift: int | tuple[int, int]) -> None:
        self._raw, self._tree, self._shift, self._children = raw, tree, shift, None
        self.kind: str = raw[0]
        self.name: str = raw[3]
        if isinstance(shift, tuple):
            self.start, self.end = shift
        else:
            self.start, self.end = raw[1] + shift, raw[2] + shift

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

    @property
    def children(self) -> list[Node]:
        """The nodes directly below this one, tokens included, punctuation left out."""
        if self._children is None:
            below = self._raw[5]
            self._children = [] if isinstance(below, str) else [Node(raw, self._tree, self._shift) for raw in below]
        return self._children

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
        shift: int | tuple[int, int]
        if raw["shift"] is not None and not isinstance(self._shift, tuple):
            shift = raw["shift"]
        else:
            shift = (self.start, self.end)
        parameters = tuple(
            (name, type_, Node(default, self._tree, (self.start, self.end)) if default else None)
            for name, type_, default in raw["parameters"]
        )
        return CalledFunction(raw["name"], parameters, Node(raw["body"], self._tree, shift))

    def walk(self, *, into_calls: bool = False) -> Iterator[Node]:
        """This node and all below it, in the order of the text; with into_calls the bodies of called functions too."""
        yield self
        if into_calls and (called := self.called) is not None:
            yield from called.body.walk(into_calls=True)
        for node in self.children:
            yield from node.walk(into_calls=into_calls)


class Tree:
    """The root of a bound query and the schemas its nodes share."""

    def __init__(self, raw: list[Any], schemas: list[list[list[str]]]) -> None:
        self._raw = raw
        self._schemas = schemas

    @cached_property
    def schemas(self) -> tuple[tuple[Column, ...], ...]:
        """The distinct row schemas of the query."""
        return tuple(tuple(Column(name, type_) for name, type_ in schema) for schema in self._schemas)

    @cached_property
    def root(self) -> Node:
        """The QueryBlock."""
        return Node(self._raw, self, 0)

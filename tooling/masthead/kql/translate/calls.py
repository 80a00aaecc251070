"""A call as the families of functions see it: its arguments translated, its constants read, its refusals placed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.types import refused

if TYPE_CHECKING:
    from masthead.kql.errors import KqlError
    from masthead.kql.language import Node
    from masthead.kql.translate.registry import ScalarFunction
    from masthead.kql.translate.translator import Translator


@dataclass
class Call:
    """A call of a built-in scalar function. `nodes`: its arguments; `type`: the Kusto type it returns."""

    translator: Translator
    node: Node
    name: str
    nodes: list[Node]
    function: ScalarFunction

    @property
    def type(self) -> str:
        """The Kusto type that the call returns."""
        return self.node.type

    @cached_property
    def arguments(self) -> list[Expr]:
        """The arguments, converted to the types that the function declares."""
        types = self.function.parameters
        out = []
        for index, node in enumerate(self.nodes):
            wanted = types[index] if index < len(types) else (types[-1] if self.function.repeats else "any")
            out.append(convert(self.translator.scalar(node), wanted, self.translator, node))
        return out

    @property
    def sql(self) -> list[str]:
        """The SQL of the arguments."""
        return [a.sql for a in self.arguments]

    @property
    def count(self) -> int:
        """How many arguments there are."""
        return len(self.nodes)

    def constant(self, index: int, default: Any = None) -> Any:
        """The value of a constant argument; the default where it is not given. Refuses one that is not constant."""
        if index >= len(self.nodes):
            return default
        argument = self.arguments[index]
        if not argument.constant:
            raise self.translator.unsupported(
                f"{self.name}() with an argument {index + 1} that is not a constant", self.nodes[index]
            )
        return argument.value

    def given(self, index: int, default: str) -> str:
        """The SQL of an argument; the default where it is not given. Refuses null, where nothing says what comes of it:
        at once, or when the data gives it."""
        if index >= len(self.nodes):
            return default
        argument, what = self.arguments[index], f"{self.name}() with a null as argument {index + 1}"
        if not argument.constant:
            return f"coalesce({argument.sql}, {refused(what)})"
        if argument.value is None:
            raise self.unsupported(what)
        return argument.sql

    def unsupported(self, what: str) -> KqlError:
        """The refusal of this call."""
        return self.translator.unsupported(what, self.node)


@dataclass
class AggregateCall:
    """A call of an aggregate function. Arguments are translated over the rows before grouping."""

    translator: Translator
    node: Node
    name: str
    nodes: list[Node]
    condition: str | None = None  # the predicate of the …if form, in SQL
    relation: Relation | None = None  # the rows that are grouped
    keys: list[Node] = field(default_factory=list)  # what they are grouped by
    shared: dict[str, str] = field(default_factory=dict)  # what several columns are taken from: name in SQL, aggregate
    _memo: dict[int, Expr] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The Kusto type that the call returns."""
        return self.node.type

    @property
    def count(self) -> int:
        """How many arguments there are."""
        return len(self.nodes)

    def argument(self, index: int, kusto_type: str = "any") -> Expr:
        """One argument, converted."""
        if index not in self._memo:
            aggregating, self.translator.aggregating = self.translator.aggregating, False
            try:
                self._memo[index] = self.translator.scalar(self.nodes[index])
            finally:
                self.translator.aggregating = aggregating
        return convert(self._memo[index], kusto_type, self.translator, self.nodes[index])

    def constant(self, index: int, default: Any = None) -> Any:
        """The value of a constant argument; the default where it is not given."""
        if index >= len(self.nodes):
            return default
        argument = self.argument(index)
        if not argument.constant:
            raise self.translator.unsupported(
                f"{self.name}() with an argument {index + 1} that is not a constant", self.nodes[index]
            )
        return argument.value

    def filter(self, *conditions: str | None) -> str:
        """A FILTER clause of the conditions that are given, with that of the …if form; "" without any."""
        given = [c for c in (self.condition, *conditions) if c]
        return f" FILTER (WHERE {' AND '.join(f'({c})' for c in given)})" if given else ""

    def unsupported(self, what: str) -> KqlError:
        """The refusal of this call."""
        return self.translator.unsupported(what, self.node)


@dataclass
class PluginCall:
    """`evaluate plugin(…)`: its arguments' nodes, and the rows before it."""

    translator: Translator
    node: Node  # the EvaluateOperator
    name: str
    nodes: list[Node]
    relation: Relation

    def unsupported(self, what: str) -> KqlError:
        """The refusal of this call."""
        return self.translator.unsupported(what, self.node)

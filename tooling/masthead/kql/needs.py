"""Which tables a query cannot do without.

The service refuses a query that names a table which is not there, except where it stands in a leg of
`union isfuzzy=true`: such a leg is left out, as long as another one can be read.
https://learn.microsoft.com/kusto/query/union-operator
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from masthead.kql.language import Analysis, Node

Usable = Callable[[str], bool]
"""Whether the table of a name can be read."""

Lack = tuple[str, ...]
"""Tables that cannot be read, of which one must be."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a query reads: `tables`, all of which it needs, and `choices`, of each of which it needs one.

    A choice is a fuzzy union: the needs of its legs.
    """

    tables: tuple[str, ...] = ()
    choices: tuple[tuple[Need, ...], ...] = ()

    def lacking(self, usable: Usable) -> tuple[Lack, ...]:
        """What keeps the query from running while only some tables are usable; nothing when it runs."""
        found = [(table,) for table in self.tables if not usable(table)]
        for legs in self.choices:
            lacks = [leg.lacking(usable) for leg in legs]
            if lacks and all(lacks):
                found.append(tuple(dict.fromkeys(table for leg in lacks for lack in leg for table in lack)))
        return tuple(dict.fromkeys(found))

    def missed(self, usable: Usable) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The unusable tables without which it still runs, each with the usable ones that its union reads instead."""
        found: list[tuple[str, tuple[str, ...]]] = []
        for legs in self.choices:
            names = tuple(dict.fromkeys(table for leg in legs for table in leg.all_tables()))
            others = tuple(table for table in names if usable(table))
            found += [(table, others) for table in names if others and not usable(table)]
        return tuple(dict.fromkeys(found))

    def all_tables(self) -> tuple[str, ...]:
        """Every table it reads, needed or not."""
        found = list(self.tables)
        for leg in (leg for legs in self.choices for leg in legs):
            found += leg.all_tables()
        return tuple(dict.fromkeys(found))


def needs_of(analysis: Analysis) -> Need:
    """What the query needs; names bound by `let` count where they are used, or where they stand if nothing uses them.

    Wildcards and operators that search all tables need none: they read those that are there. Names that the binder does
    not know, and tables outside the workspace, are left out.
    """
    return _Reader().need(analysis.tree, {})


Scope = Mapping[str, "tuple[Node, Scope] | None"]
"""What the names of lets stand for, each with the scope of its own; None for parameters of functions."""


class _Reader:
    """Goes through a bound tree, the bodies of called functions included."""

    def __init__(self) -> None:
        self._lets: dict[int, tuple[Node, Need]] = {}  # by the node's id, so that a let used often is read once

    def need(self, node: Node, scope: Scope) -> Need:
        """What `node` needs."""
        found: list[Need] = []
        waiting = [node]
        while waiting:  # a stack, since an expression may nest deeper than Python calls
            each = waiting.pop()
            own = self._own(each, scope)
            if own is None:
                waiting.extend(reversed(each.children))
                own = self._called(each, scope)
            found.append(own)
        return _all(found)

    def _own(self, node: Node, scope: Scope) -> Need | None:
        """What a node needs as a whole; None where it is what its children need."""
        if statements := [_unwrapped(each) for each in node.items("Statements")]:
            return self._block(node, statements, scope)
        if node.kind == "UnionOperator" and _is_fuzzy(node):
            items = node.items("Expressions")
            legs = [Need() if _is_wildcard(each) else self.need(each, scope) for each in items]
            return Need(choices=(tuple(legs),))
        if node.kind == "FunctionDeclaration" or (node.kind == "PathExpression" and _is_elsewhere(node)):
            return Need()
        if node.kind == "NameReference":
            return self._named(node, scope)
        if node.kind == "FunctionCallExpression" and (table := _by_name(node)):
            return Need((table,))
        return None

    def _block(self, node: Node, statements: list[Node], scope: Scope) -> Need:
        inner: dict[str, tuple[Node, Scope] | None] = dict(scope)
        lets: dict[str, tuple[Node, Scope]] = {}
        rest = []
        for statement in statements:
            name, value = statement.child("Name"), statement.child("Expression")
            if statement.kind == "LetStatement" and name is not None and value is not None:
                bound = (value, dict(inner))
                inner[name.simple_name or ""] = lets[name.simple_name or ""] = bound
            else:
                rest.append(statement)
        rest += [child for child in node.children if child.name != "Statements"]
        used = _names([*rest, *(value for value, _ in lets.values())])
        idle = [self._let(bound) for name, bound in lets.items() if name not in used]
        return _all([*idle, *(self.need(each, inner) for each in rest)])

    def _named(self, node: Node, scope: Scope) -> Need:
        symbol = node.symbol
        if symbol is None:
            return Need()
        if symbol.kind == "Table":
            return Need((symbol.name,))
        if symbol.kind == "Variable" and (bound := scope.get(node.simple_name or "")):
            return self._let(bound)
        return self._called(node, scope)

    def _let(self, bound: tuple[Node, Scope]) -> Need:
        value, scope = bound
        if id(value) not in self._lets:
            self._lets[id(value)] = (value, self.need(value, scope))
        return self._lets[id(value)][1]

    def _called(self, node: Node, scope: Scope) -> Need:
        called = node.called
        if called is None:
            return Need()
        return self.need(called.body, {**scope, **{name: None for name, _, _ in called.parameters}})


def _names(nodes: list[Node]) -> set[str | None]:
    return {each.simple_name for node in nodes for each in node.walk() if each.kind == "NameReference"}


def _all(parts: list[Need]) -> Need:
    found = [part for part in parts if part != Need()]
    if len(found) == 1:
        return found[0]
    tables = tuple(dict.fromkeys(table for part in found for table in part.tables))
    return Need(tables, tuple(dict.fromkeys(choice for part in found for choice in part.choices)))


def _unwrapped(node: Node) -> Node:
    return node.children[0] if node.kind == "SeparatedElement" and node.children else node


_ELSEWHERE = ("workspace", "app", "resource", "adx", "arg", "cluster", "database")


def _is_fuzzy(node: Node) -> bool:
    for parameter in node.items("Parameters"):
        name, value = parameter.child("Name"), parameter.child("Expression")
        if name is not None and value is not None and (name.simple_name or name.text).lower() == "isfuzzy":
            return str(value.literal).lower() in ("true", "1")
    return False


def _is_wildcard(node: Node) -> bool:
    return node.kind == "NameReference" and "*" in (node.simple_name or "")


def _is_elsewhere(node: Node) -> bool:
    """Whether it is a path like workspace("other").AzureActivity, which another workspace must have."""
    first = node.children[0] if node.children else None
    while first is not None and first.kind == "PathExpression":
        first = first.children[0] if first.children else None
    if first is None or first.kind != "FunctionCallExpression" or not first.children:
        return False
    return (first.children[0].simple_name or "").lower() in _ELSEWHERE


def _by_name(node: Node) -> str | None:
    """The table of table("Name")."""
    if not node.children or node.children[0].simple_name != "table":
        return None
    name = next((each.literal for each in node.items("ArgumentList")[:1]), None)
    return name if isinstance(name, str) else None

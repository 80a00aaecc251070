"""A query with the stored functions that it calls declared in front of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from masthead.kql.inlining.traced import Traced
from masthead.kql.language.service import StoredFunction, functions_used
from masthead.kql.language.tree import Node

QUERY = "query"
"""What the query is called as a source; a function is called by its name."""


def with_functions(kql: str, functions: Iterable[StoredFunction]) -> Traced:
    """The functions that the query calls as `let` statements, each after those that it calls, and then the query."""
    used = {function.name: function for function in functions_used(kql, functions)}
    whole = Traced()
    for function in _callees_first(used):
        head, tail = f"let {function.name} = {function.parameters} {{\n", "\n};\n"
        whole += Traced.made(head) + Traced.written(function.body, function.name) + Traced.made(tail)
    return whole + Traced.written(kql, QUERY)


def _callees_first(used: dict[str, StoredFunction]) -> Iterator[StoredFunction]:
    done: set[str] = set()

    def visit(function: StoredFunction) -> Iterator[StoredFunction]:
        if function.name not in done:
            done.add(function.name)
            for callee in functions_used(function.body, used.values()):
                yield from visit(callee)
            yield function

    for function in used.values():
        yield from visit(function)


class Parents:
    """The nodes of a tree, and what each lies in."""

    def __init__(self, root: Node) -> None:
        self._above: dict[int, Node] = {}
        self.nodes = list(root.walk())
        for node in self.nodes:
            self._above.update((id(child), node) for child in node.children)

    def of(self, node: Node) -> Node | None:
        """What the node lies directly in."""
        return self._above.get(id(node))

    def above(self, node: Node) -> Iterator[Node]:
        """What the node lies in, from the inside out."""
        while (found := self._above.get(id(node))) is not None:
            yield found
            node = found


def call_of(node: Node, *names: str) -> bool:
    """Whether the node calls one of the functions that are built in."""
    if node.kind != "FunctionCallExpression" or node.called is not None or not node.children:
        return False
    return node.children[0].simple_name in names

"""Which columns of its tables a query can look at: the others need not be brought along."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from masthead.kql.inlining.program import Parents
from masthead.kql.language.tree import Column, Node

_ADDED = re.compile(r"(\d+|_(?:string|long|int|real|bool|datetime|timespan|dynamic|guid|decimal))$")
"""What a join or a union puts behind the name of a column that several tables have."""

_PASS_ON = ("arg_max", "arg_min", "take_any", "take_anyif", "any", "anyif")
_NAMES = ("ProjectReorderOperator", "ProjectAwayOperator", "ProjectKeepOperator")


def columns_looked_at(tree: Parents, returned: Iterable[str]) -> frozenset[str] | None:
    """The names of columns that the query, its functions and its result may show; None: all of them.

    Texts count as names, since some functions take names as text.
    """
    names = set(returned)
    for node in tree.nodes:
        if node.kind == "EvaluateOperator" or (node.kind == "StarExpression" and not _only_passes_on(tree, node)):
            return None
        if node.kind == "FunctionCallExpression" and node.children and node.children[0].simple_name == "pack_all":
            return None
        if node.simple_name:
            names.add(node.simple_name)
        elif isinstance(node.literal, str):
            names.add(node.literal)
    return frozenset(names | {_ADDED.sub("", name) for name in names})


def _only_passes_on(tree: Parents, star: Node) -> bool:
    """Whether the * is one of columns that come along, to be looked at by name if at all."""
    for above in tree.above(star):
        if above.kind == "FunctionCallExpression":
            return above.children[0].simple_name in _PASS_ON
        if above.kind.endswith("Operator"):
            return above.kind in _NAMES
    # The type of a parameter, (*), takes any table.
    return True


def kept(columns: Sequence[Column], looked_at: frozenset[str] | None) -> tuple[Column, ...]:
    """The columns of a table that are brought along. The first is, as it is what a table means where a value is."""
    return tuple(c for c in columns if looked_at is None or c.name in looked_at or c is columns[0])

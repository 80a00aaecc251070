"""What a query says of the order of its rows, and of the elements of arrays that it makes."""

from __future__ import annotations

from masthead.kql.inlining.program import Parents, call_of
from masthead.kql.language.tree import Node

_IN_ANY_ORDER = (
    "make_list", "make_list_if", "make_list_with_nulls", "make_set", "make_set_if", "make_bag", "make_bag_if",
    "makelist", "makeset", "set_union", "set_difference", "set_intersect", "set_has_element", "bag_keys", "bag_merge",
)  # fmt: skip
"""Functions that do not say in which order the elements of what they make are."""

_KEEP_ORDER = frozenset(
    {
        "AsOperator", "ExtendOperator", "FilterOperator", "MvExpandOperator", "ProjectAwayOperator",
        "ProjectKeepOperator", "ProjectOperator", "ProjectReorderOperator", "RenderOperator", "SerializeOperator",
        "TakeOperator",
    }
)  # fmt: skip


def arrays_in_any_order(tree: Parents) -> bool:
    """Whether the query makes arrays whose order it leaves open."""
    return any(call_of(node, *_IN_ANY_ORDER) for node in tree.nodes)


def sorted_by(tree: Parents) -> tuple[str, ...]:
    """The columns that the rows of the result are sorted by, from the first, as far as it has them unchanged.

    Rows with the same values of these may come in any order; empty for a query that does not sort in the end.
    """
    statements = [node for node in tree.nodes if node.kind == "ExpressionStatement"]
    node = statements[-1].child("Expression") if statements else None
    made: set[str] = set()
    while node is not None and node.kind == "PipeExpression":
        step = node.child("Operator")
        if step is None:
            return ()
        if step.kind in ("SortOperator", "TopOperator"):
            return _names(step, made)
        if step.kind not in _KEEP_ORDER:
            return ()
        made |= {each.simple_name or "" for each in step.walk() if each.kind == "NameDeclaration"}
        node = node.child("Expression")
    return ()


def _names(step: Node, made: set[str]) -> tuple[str, ...]:
    keys = step.items("Expressions") if step.kind == "SortOperator" else [step.child("ByExpression")]
    names: list[str] = []
    for key in keys:
        while key is not None and key.kind == "OrderedExpression":
            key = key.child("Expression")
        if key is None or key.kind != "NameReference" or key.simple_name in made:
            break
        names.append(key.simple_name or "")
    return tuple(names)

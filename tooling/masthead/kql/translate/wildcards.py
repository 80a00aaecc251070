"""The views that a wildcard of union, search or find means, written out: the language service sees tables there only.

`union V*` becomes `union V*, ['V1'], ['V2']`. What stands in brackets behind a wildcard is such a view.
"""

from __future__ import annotations

import fnmatch
import json

from masthead.kql.language import Analysis, Node
from masthead.kql.translate.outputs import NamesNeeded

_OPERATORS = ("UnionOperator", "SearchOperator", "FindOperator")


def view_of(declaration: Node) -> Node | None:
    """The body of a function that is a view; None for any other. A view has no parameters."""
    if not any(each.kind == "ViewKeyword" for each in declaration.children):
        return None
    if declaration.child("Parameters").items("Parameters"):
        return None
    return declaration.child("Body")


def wildcard(item: Node) -> str | None:
    """The pattern of names that a listed item is, if it is one."""
    name = item.simple_name if item.kind == "NameReference" else None
    return name if name is not None and "*" in name else None


def unlisted(pattern: str, views: list[str], items: list[Node], query: str) -> list[str]:
    """The views that a wildcard means, and that do not stand behind it yet."""
    listed = {i.simple_name for i in items if query[i.start : i.end].startswith("[")}
    return [name for name in views if fnmatch.fnmatchcase(name, pattern) and name not in listed]


def name_views(analysis: Analysis) -> None:
    """Raise NamesNeeded for the first wildcard of the query whose views are not written out."""
    if "view" in analysis.query and "*" in analysis.query:
        _look(analysis.tree, {}, analysis.query)


def _look(node: Node, views: dict[str, None], query: str) -> dict[str, None]:
    """Look for wildcards in a node where these views are in scope; returns those that are in scope behind it."""
    if node.kind in _OPERATORS:
        clause = node.child("InClause")
        items = (clause or node).items("Expressions")
        for item in items:
            pattern = wildcard(item)
            wanted = unlisted(pattern, list(views), items, query) if pattern else []
            if wanted and not any(each.simple_name in wanted for each in items):
                names = "".join(f", [{json.dumps(name, ensure_ascii=False)}]" for name in wanted)
                raise NamesNeeded(item.end, names)
    for child in node.children:
        behind = _look(child, views, query)
        if child.name == "Statements":
            views = behind
        statement = child.children[0] if child.kind == "SeparatedElement" and child.children else child
        if statement.kind == "LetStatement":
            name, value = statement.child("Name").simple_name, statement.child("Expression")
            views = {other: None for other in views if other != name}
            if value is not None and value.kind == "FunctionDeclaration" and view_of(value) is not None:
                views[name] = None
    return views

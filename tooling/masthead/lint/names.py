"""Names that a query may use at some place, to propose what a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable

from masthead.content.schema import closest
from masthead.lint.subject import Subject

OTHER_WORKSPACE = frozenset({"workspace", "app", "resource", "cluster", "adx", "arg", "database"})
"""Functions that reach out of the workspace, where nothing offline can follow."""

OPERATORS = (
    "as consume count distinct evaluate extend facet find fork getschema graph-match graph-to-table invoke join limit "
    "lookup make-graph make-series mv-apply mv-expand order parse parse-kv parse-where partition print project "
    "project-away project-by-names project-keep project-rename project-reorder range reduce render sample "
    "sample-distinct scan search serialize sort summarize take top top-hitters top-nested union where"
)
"""The operators of KQL, separated by spaces."""


def column_hint(name: str, columns: Iterable[str]) -> str | None:
    """What to do about a column that the query does not return."""
    known = list(columns)
    if near := closest(name, known):
        return f'Did you mean "{near}"?'
    return f"The query returns {', '.join(known[:12])}{', …' if len(known) > 12 else ''}." if known else None


def names_in_query(subject: Subject) -> set[str]:
    """Every column and variable that appears anywhere in the query."""
    if subject.analysis is None:
        return set()
    names: set[str] = set()
    seen: set[int] = set()
    for node in subject.analysis.tree.walk():
        columns = node.columns
        if columns is not None and id(columns) not in seen:
            seen.add(id(columns))
            names.update(column.name for column in columns if column.type != "unknown")
        if node.kind == "NameDeclaration" and node.simple_name and node.symbol and node.symbol.kind == "Variable":
            names.add(node.simple_name)
    return names


def spelt_alike(name: str, known: Iterable[str]) -> str | None:
    """A hint that proposes a known name that looks like `name`; None when none does."""
    near = closest(name, known)
    return f'Did you mean "{near}"?' if near else None

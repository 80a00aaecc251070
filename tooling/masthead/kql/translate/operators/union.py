"""union: rows of several tables under each other, by column name."""

from __future__ import annotations

import fnmatch

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import HAPPENED, INGESTED, ColumnRef, Expr, Relation, identifiers
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.outside import FIXTURE
from masthead.kql.translate.registry import operator, source
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import null_of, quote, string_literal

FEW_TABLES = 50
CELLS_LIMIT = 200_000  # tables × columns: DuckDB takes seconds to plan as much, and cannot be stopped while it plans


@source("UnionOperator")
def union_source(translator: Translator, node: Node) -> Relation:
    return _union(translator, node, [])


@operator("UnionOperator")
def union_pipe(translator: Translator, node: Node, relation: Relation) -> Relation:
    return _union(translator, node, [("union_arg0", relation)])


def _union(translator: Translator, node: Node, branches: list[tuple[str, Relation]]) -> Relation:
    fuzzy = _parameter(node, "isfuzzy") in ("true", "1")
    with_source = next(
        (
            p.child("Expression").simple_name or str(p.child("Expression").literal)
            for p in node.items("Parameters")
            if (p.child("Name").simple_name or p.child("Name").text).lower() in ("withsource", "with_source")
        ),
        None,
    )
    for index, item in enumerate(node.items("Expressions"), start=len(branches)):
        for name, relation in _branch(translator, item, fuzzy):
            branches.append((name or f"union_arg{index}", relation))
    inner = _parameter(node, "kind") == "inner"
    return stacked(translator, node, branches, with_source, _common(translator, node, branches) if inner else None)


def _common(translator: Translator, node: Node, branches: list[tuple[str, Relation]]) -> set[str]:
    """The columns that all branches have."""
    columns = [{c.name: c.type for c in relation.columns} for _, relation in branches]
    names = set.intersection(*map(set, columns)) if columns else set()
    if mixed := sorted(n for n in names if len({c[n] for c in columns}) > 1):
        raise translator.unsupported(f"union kind=inner of {mixed[0]}, which has several types", node)
    return names


def stacked(
    translator: Translator,
    node: Node,
    branches: list[tuple[str, Relation]],
    with_source: str | None,
    common: set[str] | None = None,
) -> Relation:
    """The rows of all branches in the binder's columns; `with_source` names the column of the branches' names.

    common: of the columns, only these; the language service knows no union kind=inner.
    """
    wanted = [c for c in node.columns or () if common is None or c.name in common or c.name == with_source]
    if not branches:
        return translator.empty([(c.name, c.type) for c in wanted])
    if len(branches) * len(wanted) > CELLS_LIMIT:
        what = f"{len(branches)} tables with {len(wanted):,} columns together; name the tables that are needed"
        raise translator.unsupported(what, node)
    ids = identifiers([c.name for c in wanted])
    carried = [h for h in (INGESTED, HAPPENED) if all(h in relation.hidden for _, relation in branches)]
    found: set[str] = set()
    sparse: set[str] = set()  # what a branch leaves out, and BY NAME fills with null
    selects = []
    for number, (name, relation) in enumerate(branches):
        if with_source and name.startswith(FIXTURE):
            raise translator.unsupported("the name that a table of another workspace has in withsource", node)
        by_name = {c.name: c for c in relation.columns}
        parts = []
        for want, identifier in zip(wanted, ids, strict=True):
            mine = by_name.get(want.name)
            if want.name == with_source:
                value = Expr(string_literal(name), "string", total=True)
            elif mine is not None:
                value = mine.expr if mine.type == want.type else convert(mine.expr, want.type, translator, node)
            elif (typed := _typed_column(want.name, want.type, by_name)) is not None:
                value = typed
            elif number == len(branches) - 1 and identifier not in found:
                value = Expr(null_of(want.type), want.type)
            else:
                sparse.add(identifier)
                continue
            found.add(identifier)
            parts.append(f"{value.sql} AS {quote(identifier)}")
        parts += [quote(h) for h in carried]
        selects.append(f"SELECT {', '.join(parts) or 'NULL AS nothing'} FROM {relation.source} AS s")
    refs = tuple(ColumnRef(c.name, c.type, i) for c, i in zip(wanted, ids, strict=True))
    listed = [
        f"coalesce({quote(c.identifier)}, '') AS {quote(c.identifier)}"
        if c.type == "string" and c.identifier in sparse
        else quote(c.identifier)
        for c in refs
    ] + [quote(h) for h in carried]
    rows = f"(SELECT {', '.join(listed) or 'NULL AS nothing'} FROM ({' UNION ALL BY NAME '.join(selects)}) AS s)"
    return translator.readings.joined([relation for _, relation in branches], Relation(rows, refs, tuple(carried)))


def _typed_column(name: str, kind: str, by_name: dict) -> Expr | None:
    """Columns of one name and two types become name_type: the branch's column of that name, where its type is that."""
    if name.endswith(f"_{kind}"):
        mine = by_name.get(name.removesuffix(f"_{kind}"))
        if mine is not None and mine.type == kind:
            return mine.expr
    return None


def _branch(translator: Translator, item: Node, fuzzy: bool) -> list[tuple[str | None, Relation]]:
    if item.kind == "NameReference" and "*" in (item.simple_name or ""):
        return matching(translator, item, item.simple_name)
    inner = item
    while inner.kind == "ParenthesizedExpression":
        inner = inner.child("Expression")
    first = inner
    while first.kind in ("PipeExpression", "ParenthesizedExpression"):
        first = first.child("Expression")
    if fuzzy and first.kind == "NameReference" and first.symbol is None:
        return []  # isfuzzy: a table that is not there counts as empty
    relation = translator.tabular(item)
    return [(relation.named or (inner.simple_name if inner.kind == "NameReference" else None), relation)]


def matching(translator: Translator, node: Node, pattern: str = "*") -> list[tuple[str, Relation]]:
    """The tables whose names match a pattern. Of very many, those that have no rows add nothing but their columns,
    which the language service knows."""
    names = [n for n in translator.tables if fnmatch.fnmatchcase(n, pattern) and not n.startswith("watchlist:")]
    if len(names) > FEW_TABLES and translator.filled is not None:
        translator.looked_at |= set(names)
        names = [n for n in names if n in translator.filled]
    return [(n, translator.table(n, node)) for n in sorted(names)]

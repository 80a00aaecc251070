"""union: rows of several tables under each other, by column name."""

from __future__ import annotations

import fnmatch
from typing import NamedTuple

from masthead.kql.language import CalledFunction, Column, Node
from masthead.kql.translate.model import HAPPENED, INGESTED, ColumnRef, Expr, Relation, identifiers
from masthead.kql.translate.needed import listed
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.operators.naming import in_the_result, looked_at
from masthead.kql.translate.outside import FIXTURE
from masthead.kql.translate.registry import operator, source
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import SQL_TYPES, null_of, quote, string_literal
from masthead.kql.translate.wildcards import unlisted, wildcard

FEW_TABLES = 50
CELLS_LIMIT = 200_000  # tables × columns: DuckDB takes seconds to plan as much, and cannot be stopped while it plans


@source("UnionOperator")
def union_source(translator: Translator, node: Node) -> Relation:
    return _union(translator, node, [])


@operator("UnionOperator")
def union_pipe(translator: Translator, node: Node, relation: Relation) -> Relation:
    return _union(translator, node, [(relation.named or "union_arg0", relation)])


def is_fuzzy(node: Node) -> bool:
    """Whether a union leaves out the tables that are not there."""
    return _parameter(node, "isfuzzy") in ("true", "1")


def _of_groups(
    translator: Translator, node: Node, branches: list[tuple[str, Relation]], group: str
) -> list[tuple[str, Relation]]:
    """The branches with the group of each row; the first has it, the others are there once for each."""
    return [branches[0], *((name, translator.for_each_group(rows, group, node)) for name, rows in branches[1:])]


def _union(translator: Translator, node: Node, branches: list[tuple[str, Relation]]) -> Relation:
    fuzzy = is_fuzzy(node)
    with_source = next(
        (
            p.child("Expression").simple_name or str(p.child("Expression").literal)
            for p in node.items("Parameters")
            if (p.child("Name").simple_name or p.child("Name").text).lower() in ("withsource", "with_source")
        ),
        None,
    )
    items = node.items("Expressions")
    group = translator.group if branches and translator.group in branches[0][1].hidden else None
    for index, item in enumerate(items, start=len(branches)):
        with translator.ungrouped():
            more = branch(translator, item, items, fuzzy)
        branches += [(name or f"union_arg{index}", relation) for name, relation in more]
    if group:
        branches = _of_groups(translator, node, branches, group)
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
    wanted = _known(translator, node, wanted)
    sources = _sources(translator, node, wanted, [relation for _, relation in branches], common, with_source)
    if not branches:
        return translator.empty([(c.name, c.type) for c in wanted])
    if len(branches) * len(wanted) > CELLS_LIMIT:
        what = f"{len(branches)} tables with {len(wanted):,} columns together; name the tables that are needed"
        raise translator.unsupported(what, node)
    ids = identifiers([c.name for c in wanted])
    carried = [
        h
        for h in (INGESTED, HAPPENED, translator.group)
        if h is not None and all(h in relation.hidden for _, relation in branches)
    ]
    found: set[str] = set()
    sparse: set[str] = set()  # what a branch leaves out, and BY NAME fills with null
    selects = []
    for number, (name, relation) in enumerate(branches):
        if with_source and name.startswith(FIXTURE):
            raise translator.unsupported("the name that a table of another workspace has in withsource", node)
        mine = sources[number]
        parts = []
        for want, identifier in zip(wanted, ids, strict=True):
            if want.name == with_source:
                value = Expr(string_literal(name), "string", total=True)
            elif want.name in mine:
                value = mine[want.name]
            elif number == len(branches) - 1 and identifier not in found:
                value = Expr(null_of(want.type), want.type)
            else:
                sparse.add(identifier)
                continue
            found.add(identifier)
            parts.append((identifier, f"{value.sql} AS {quote(identifier)}"))
        selects.append(f"SELECT {listed(parts, map(quote, carried))} FROM {relation.source} AS s")
    refs = tuple(ColumnRef(c.name, c.type, i) for c, i in zip(wanted, ids, strict=True))
    items = [
        (i, f"coalesce({quote(i)}, '') AS {quote(i)}" if c.type == "string" and i in sparse else quote(i))
        for c, i in zip(refs, ids, strict=True)
    ]
    rows = f"(SELECT {listed(items, map(quote, carried))} FROM ({' UNION ALL BY NAME '.join(selects)}) AS s)"
    return translator.readings.joined([relation for _, relation in branches], Relation(rows, refs, tuple(carried)))


def _known(translator: Translator, node: Node, wanted: list[Column]) -> list[Column]:
    """The columns without those of tables that are not there (isfuzzy), which the language service calls unknown.

    Where x is unknown in one table, it calls that of the others x_long; the result has it as x. So nothing may look at
    the name in between.
    """
    known = [c for c in wanted if c.type in SQL_TYPES]
    unknown = {c.name.removesuffix("_unknown") for c in wanted if c.type not in SQL_TYPES}
    for plain in unknown:
        others = [c.name for c in known if c.name == f"{plain}_{c.type}"]
        if not others:
            continue
        if looked_at(translator, node, set(others)) or len(others) > 1:
            what = f"a union of {plain} with a table that is not there, which leaves its type open; leave it out"
            raise translator.unsupported(what, node)
        translator.renamed[others[0]] = plain
    return known


def _sources(
    translator: Translator,
    node: Node,
    wanted: list[Column],
    branches: list[Relation],
    common: set[str] | None,
    with_source: str | None,
) -> list[dict[str, Expr]]:
    """What each wanted column is in each branch. Columns of one name and several types become name_type each; where
    it is not sure which column the language service means, the union is refused."""
    names = {c.name for c in wanted}
    suffixed = {c.name: c.name.removesuffix(f"_{c.type}") for c in wanted if c.name.endswith(f"_{c.type}")}
    listed = node.kind == "UnionOperator" and not any(wildcard(item) for item in node.items("Expressions"))
    clashes = _clashes(wanted, branches) if listed and common is None else []
    in_the_result(translator, node, {c.seen: c.name for c in clashes if c.seen != c.name})
    of_clash = {c.seen: c.source for c in clashes}
    out, ways = [], {}
    for relation in branches:
        by_name, mine, used = {c.name: c for c in relation.columns}, {}, set()
        for want in wanted:
            if want.name in of_clash:
                column = by_name.get(of_clash[want.name])
                if column is not None and column.type == want.type:
                    mine[want.name] = column.expr
                    used.add(column.name)
                continue
            plain = suffixed.get(want.name)
            sure = plain is not None and plain not in names
            for way, name in (("named", want.name), ("suffixed", plain if sure else None)):
                column = by_name.get(name) if name is not None and want.name != with_source else None
                if column is None or (way == "suffixed" and column.type != want.type):
                    continue
                if column.type != want.type or ways.setdefault(want.name, way) != way:
                    what = f"rows of several tables in which {want.name} has several types; project them as one before"
                    raise translator.unsupported(what, node)
                mine[want.name] = column.expr
                used.add(column.name)
        if common is None and (lost := sorted(set(by_name) - used)):
            what = f"rows of several tables, of which one has {lost[0]} and the language service does not see it"
            raise translator.unsupported(what, node)
        out.append(mine)
    return out


class _Clash(NamedTuple):
    """A column whose name is that of two: what the language service calls it, the service, and its branches."""

    seen: str
    name: str
    source: str


def _clashes(wanted: list[Column], branches: list[Relation]) -> list[_Clash]:
    """Columns x of several types beside one that is called x_long anyway.

    The latter keeps its name in the service and x gets the number; the language service gives it to the second of them.
    """
    types = {c.name: c.type for c in wanted}
    there = [(c.name, c.type) for relation in branches for c in relation.columns]
    out = []
    for name, kind in types.items():
        plain, numbered = name.removesuffix(f"_{kind}"), f"{name}1"
        if plain == name or plain in types or types.get(numbered) != kind or (numbered, kind) in there:
            continue
        if (plain, kind) in there and (name, kind) in there:
            seen = (name, numbered) if there.index((name, kind)) < there.index((plain, kind)) else (numbered, name)
            out += [_Clash(seen[0], name, name), _Clash(seen[1], numbered, plain)]
    return out


def branch(
    translator: Translator, item: Node, items: list[Node], fuzzy: bool = False
) -> list[tuple[str | None, Relation]]:
    """The rows of one of the `items` that an operator lists, with their names; of a wildcard those of each table."""
    pattern = wildcard(item)
    if pattern is not None:
        if unlisted(pattern, list(translator.environment.views()), items, translator.query):
            what = "a wildcard for views in a stored function, or for one that is named too; name them"
            raise translator.unsupported(what, item)
        return tables(translator, item, pattern)
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


def everything(translator: Translator, node: Node) -> list[tuple[str, Relation]]:
    """All tables and views, by their names."""
    branches = tables(translator, node)
    for name, view in translator.environment.views().items():
        relation = translator.call(CalledFunction(name, (), view.view), [], node)
        if not isinstance(relation, Relation):
            raise translator.unsupported(f"the view {name}, which returns no rows", node)
        branches.append((name, relation))
    return branches


def tables(translator: Translator, node: Node, pattern: str = "*") -> list[tuple[str, Relation]]:
    """The tables whose names match a pattern. Of very many, those that have no rows add nothing but their columns,
    which the language service knows."""
    names = [n for n in translator.tables if fnmatch.fnmatchcase(n, pattern) and not n.startswith("watchlist:")]
    if len(names) > FEW_TABLES and translator.filled is not None:
        translator.looked_at |= set(names)
        names = [n for n in names if n in translator.filled]
    return [(n, translator.table(n, node)) for n in sorted(names)]

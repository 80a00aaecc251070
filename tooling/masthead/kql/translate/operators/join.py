"""join and lookup, of every kind."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.expressions.operators import comparable
from masthead.kql.translate.model import ColumnRef, Expr, Relation, identifiers
from masthead.kql.translate.needed import listed
from masthead.kql.translate.registry import operator
from masthead.kql.translate.scope import Rows
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import null_of, quote

_SQL_KINDS = {
    "inner": "JOIN",
    "innerunique": "JOIN",
    "leftouter": "LEFT JOIN",
    "rightouter": "RIGHT JOIN",
    "fullouter": "FULL JOIN",
    "leftsemi": "SEMI JOIN",
    "rightsemi": "SEMI JOIN",
    "leftanti": "ANTI JOIN",
    "rightanti": "ANTI JOIN",
}
_ABSENT = {"leftouter": "r", "rightouter": "l", "fullouter": "lr"}
_KIND_ALIASES = {
    "anti": "leftanti",
    "leftantisemi": "leftanti",
    "rightantisemi": "rightanti",
    "semi": "leftsemi",
    "outer": "fullouter",
}


def _parameter(node: Node, name: str) -> str | None:
    for parameter in node.items("Parameters"):
        key = parameter.child("Name")
        if key is not None and (key.simple_name or key.text).lower() == name:
            value = parameter.child("Expression")
            return str(value.literal if value.literal is not None else value.simple_name or value.text).lower()
    return None


def _conditions(translator: Translator, node: Node, left: Relation, right: Relation) -> list[tuple[Expr, Expr]]:
    """The pairs of the on clause: `on Name`, or `on $left.a == $right.b`, joined by commas or and."""
    clause = next((c for c in node.children if c.kind == "JoinOnClause"), None)
    if clause is None:
        raise translator.unsupported("a join without on", node)
    sides = (
        {c.name: Expr(f"l.{quote(c.identifier)}", c.type, total=c.type == "string") for c in left.columns},
        {c.name: Expr(f"r.{quote(c.identifier)}", c.type, total=c.type == "string") for c in right.columns},
    )
    before, translator.rows = translator.rows, Rows({}, *sides)
    try:
        pairs: list[tuple[Expr, Expr]] = []
        for expression in clause.items("Expressions"):
            pairs += _pairs(translator, expression, *sides)
        return pairs
    finally:
        translator.rows = before


def _pairs(
    translator: Translator, node: Node, left: dict[str, Expr], right: dict[str, Expr]
) -> list[tuple[Expr, Expr]]:
    if node.kind == "ParenthesizedExpression":
        return _pairs(translator, node.child("Expression"), left, right)
    if node.kind == "AndExpression":
        return _pairs(translator, node.child("Left"), left, right) + _pairs(
            translator, node.child("Right"), left, right
        )
    if node.kind == "NameReference" and node.simple_name in left and node.simple_name in right:
        a, b = left[node.simple_name], right[node.simple_name]
    elif node.kind == "EqualExpression":
        a, b = translator.scalar(node.child("Left")), translator.scalar(node.child("Right"))
        if a.sql.startswith("r.") and b.sql.startswith("l."):
            a, b = b, a
    else:
        raise translator.unsupported("a join condition other than equality", node)
    return [comparable(translator, node, a, b)]


@operator("JoinOperator", "LookupOperator")
def join(translator: Translator, node: Node, left: Relation) -> Relation:
    lookup = node.kind == "LookupOperator"
    kind = _parameter(node, "kind") or ("leftouter" if lookup else "innerunique")
    kind = _KIND_ALIASES.get(kind, kind)
    if kind not in _SQL_KINDS:
        raise translator.unsupported(f"join kind={kind}", node)
    group = translator.group if translator.group in left.hidden else None
    with translator.ungrouped():
        right = translator.tabular(node.child("Expression"))
    pairs = _conditions(translator, node, left, right)
    if group:
        right = translator.for_each_group(right, group, node)
        same = quote(group)
        pairs.append((Expr(f"l.{same}", "long", total=True), Expr(f"r.{same}", "long", total=True)))
    if kind == "innerunique":
        left = _unique(left, [a for a, _ in pairs])
    if kind.startswith("right") and kind != "rightouter":
        left, right = right, left
        pairs = [(_swap(b), _swap(a)) for a, b in pairs]
    # Unlike == of two nulls, a null key matches a null key.
    on = " AND ".join(f"{a.sql} {_match(a, b)} {b.sql}" for a, b in pairs) or "true"
    source = f"{left.source} AS l {_SQL_KINDS[kind]} {right.source} AS r ON {on}"
    if kind.endswith(("semi", "anti")):
        return translator.shaped(_selected(source, left, None, set(), ""), node)
    keys = {b.sql for _, b in pairs} if lookup else set()
    return translator.shaped(_selected(source, left, right, keys, _ABSENT.get(kind, ""), group), node)


def _match(a: Expr, b: Expr) -> str:
    return "=" if a.total or b.total else "IS NOT DISTINCT FROM"


def _swap(side: Expr) -> Expr:
    return Expr(
        side.sql.replace("r.", "l.", 1) if "r." in side.sql else side.sql.replace("l.", "r.", 1),
        side.type,
        total=side.total,
    )


def _unique(left: Relation, keys: list[Expr]) -> Relation:
    """innerunique: of the left rows with the same key, the first one."""
    listed = ", ".join(k.sql for k in keys)
    return left.with_source(
        f"(SELECT l.* FROM {left.source} AS l QUALIFY row_number() OVER (PARTITION BY {listed}) = 1)"
    )


def _selected(
    source: str, left: Relation, right: Relation | None, keys: set[str], absent: str, group: str | None = None
) -> Relation:
    """The columns of both sides; a right column whose name the left has gets a number behind it, as the binder does.

    keys: right columns to leave out. absent: which sides, l and r, may have no row where the other has one.
    """
    columns = [(c.name, "l", c) for c in left.columns]
    if right is not None:
        names = {c.name for c in left.columns}
        all_names = names | {c.name for c in right.columns}
        for c in right.columns:
            if f"r.{quote(c.identifier)}" in keys:
                continue
            name, n = c.name, 0
            while name in names or (n and name in all_names):
                n += 1
                name = f"{c.name}{n}"
            names.add(name)
            columns.append((name, "r", c))
    ids = identifiers([name for name, _, _ in columns])
    parts, refs = [], []
    for (name, alias, c), identifier in zip(columns, ids, strict=True):
        sql = f"{alias}.{quote(c.identifier)}"
        if c.type == "string" and alias in absent:
            sql = f"coalesce({sql}, {null_of('string')})"
        parts.append((identifier, f"{sql} AS {quote(identifier)}"))
        refs.append(ColumnRef(name, c.type, identifier))
    hidden = left.hidden if right is None else ()
    carried = [f"l.{quote(h)}" for h in hidden]
    if right is not None and group:
        hidden = (group,)
        carried.append(f"coalesce(l.{quote(group)}, r.{quote(group)}) AS {quote(group)}")
    return Relation(f"(SELECT {listed(parts, carried)} FROM {source})", tuple(refs), hidden)

"""top-nested and top-hitters: the values with the greatest aggregates."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote


def _count(translator: Translator, clause: Node) -> str | None:
    number = clause.child("Expression")
    return None if number is None or number.missing else translator.scalar_as(number, "long").sql


def _descending(by: Node) -> bool:
    ordering = by.child("Ordering") if by.kind == "OrderedExpression" else None
    word = ordering.child("AscOrDescKeyword") if ordering is not None else None
    return word is None or not word.text.lower().endswith("asc")


@operator("TopNestedOperator")
def top_nested(translator: Translator, node: Node, relation: Relation) -> Relation:
    """A level a clause: within each value that the level above kept, the values with the greatest aggregates."""
    clauses = node.items("Clauses")
    names = [c.name for c in node.columns or ()]
    if len(names) != 2 * len(clauses):
        raise translator.unsupported("this top-nested", node)
    if len(clauses) > 1 and any(c.child("WithOthersClause") is not None for c in clauses):
        raise translator.unsupported("with others in a top-nested of several levels", node)
    with translator.over(relation):
        keys = [translator.scalar(c.child("OfExpression")) for c in clauses]
        counts = [_count(translator, c) for c in clauses]
    with translator.over(relation, aggregating=True):
        aggregates = [translator.scalar(c.child("ByExpression")) for c in clauses]
    columns = [f"k{i}" for i in range(len(clauses))]
    own = {c: quote(f"${c}") for c in columns}
    keyed = ", ".join(f"{k.sql} AS {own[c]}" for k, c in zip(keys, columns, strict=True))
    rows = translator.cte(f"SELECT *, {keyed} FROM {relation.source} AS s", "nested", materialized=True)
    previous: str | None = None
    for level, clause in enumerate(clauses):
        here = columns[: level + 1]
        above = columns[:level]
        same = " AND ".join(f"p.{c} IS NOT DISTINCT FROM s.{own[c]}" for c in above)
        kept = f" SEMI JOIN {previous} AS p ON {same}" if previous else ""
        listed = ", ".join(f"s.{own[c]} AS {c}" for c in here)
        grouped = (
            f"SELECT {listed}, {aggregates[level].sql} AS a{level} "
            f"FROM {rows} AS s{kept} GROUP BY {', '.join(str(i + 1) for i in range(len(here)))}"
        )
        way = "DESC NULLS LAST" if _descending(clause.child("ByExpression")) else "ASC NULLS FIRST"
        partition = f"PARTITION BY {', '.join(above)} " if above else ""
        place = f"row_number() OVER ({partition}ORDER BY a{level} {way}, k{level})"
        tail = f" QUALIFY {place} <= {counts[level]}" if counts[level] else ""
        if previous:
            join = " AND ".join(f"g.{c} IS NOT DISTINCT FROM p.{c}" for c in above)
            inherited = ", ".join(f"p.a{i}" for i in range(level))
            grouped = f"SELECT g.*, {inherited} FROM ({grouped}) AS g JOIN {previous} AS p ON {join}"
        previous = translator.cte(f"SELECT * FROM ({grouped}) AS s{tail}", "level", materialized=True)
    others = clauses[0].child("WithOthersClause")
    source = f"{previous}"
    if others is not None:
        source = _with_others(translator, others, rows, previous, keys[0], aggregates[0])
    made = []
    for level in range(len(clauses)):
        made.append((names[2 * level], Expr(f"k{level}", keys[level].type, total=keys[level].type == "string")))
        made.append((names[2 * level + 1], Expr(f"a{level}", aggregates[level].type)))
    return translator.shaped(translator.select(Relation(source, ()), made, keep=False), node)


def _with_others(translator: Translator, others: Node, rows: str, kept: str, key: Expr, aggregate: Expr) -> str:
    """The kept values, and one row for all the others together, where there are any."""
    name = convert(translator.scalar(others.child("Expression")), key.type, translator, others)
    rest = (
        f"SELECT {name.sql} AS k0, {aggregate.sql} AS a0 FROM {rows} AS s "
        f"ANTI JOIN {kept} AS p ON p.k0 IS NOT DISTINCT FROM s.{quote('$k0')} HAVING count(*) > 0"
    )
    return f"(SELECT k0, a0 FROM {kept} AS s UNION ALL {rest})"


@operator("TopHittersOperator")
def top_hitters(translator: Translator, node: Node, relation: Relation) -> Relation:
    """Exact, where Kusto estimates."""
    by = node.child("ByClause")
    with translator.over(relation):
        count = translator.scalar_as(node.child("Expression"), "long")
        value = translator.scalar(node.child("OfExpression"))
        weight = translator.scalar(by.child("Expression")) if by is not None else None
    kinds = [c.type for c in node.columns]
    if weight is None:
        total = Expr("count(*)", "long")
    else:
        total = Expr(f"coalesce(sum({weight.sql}), 0)::{'DOUBLE' if weight.type == 'real' else 'BIGINT'}", kinds[1])
    columns = list(zip([c.name for c in node.columns], [value, total], strict=True))
    tail = f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {count.sql}"
    return translator.shaped(translator.select(relation, columns, tail, keep=False), node)

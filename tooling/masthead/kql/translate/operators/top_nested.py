"""top-nested and top-hitters: the values with the greatest aggregates."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import null_of, quote


def _count(translator: Translator, clause: Node) -> str | None:
    number = clause.child("Expression")
    return None if number is None or number.missing else translator.scalar_as(number, "long").sql


def _descending(by: Node) -> bool:
    ordering = by.child("Ordering") if by.kind == "OrderedExpression" else None
    word = ordering.child("AscOrDescKeyword") if ordering is not None else None
    return word is None or not word.text.lower().endswith("asc")


@operator("TopNestedOperator")
def top_nested(translator: Translator, node: Node, relation: Relation) -> Relation:
    """A level a clause: within each value that the level above kept, the values with the greatest aggregates.

    Where a level has others, one more row under each of them stands for all that it did not keep. The levels below have
    their own others in that row, and nulls where they have none.
    """
    clauses = node.items("Clauses")
    names = [c.name for c in node.columns or ()]
    if len(names) != 2 * len(clauses):
        raise translator.unsupported("this top-nested", node)
    if "" in names:
        raise translator.unsupported("top-nested of an expression without a name; write: of Name = …", node)
    group = translator.group if translator.group in relation.hidden else None
    with translator.over(relation):
        keys = [translator.scalar(c.child("OfExpression")) for c in clauses]
        counts = [_count(translator, c) for c in clauses]
    with translator.over(relation, aggregating=True):
        aggregates = [translator.scalar(c.child("ByExpression")) for c in clauses]
    own = {f"k{i}": quote(f"$k{i}") for i in range(len(clauses))}
    keyed = ", ".join(f"{k.sql} AS {own[c]}" for k, c in zip(keys, own, strict=True))
    rows = translator.cte(f"SELECT *, {keyed} FROM {relation.source} AS s", "nested", materialized=True)
    above: list[str] = []  # the columns that lead to a level
    if group:
        own, above = {"g": quote(group), **own}, ["g"]
    others = [_others(translator, c, k) for c, k in zip(clauses, keys, strict=True)]
    previous, parts = None, []
    for level, clause in enumerate(clauses):
        here = [*above, f"k{level}"]
        kept = f" SEMI JOIN {previous} AS p ON {_same('p', above, 's', own)}" if previous else ""
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
            inherited = "".join(f", p.a{i}" for i in range(level))
            join = " AND ".join(f"g.{c} IS NOT DISTINCT FROM p.{c}" for c in above) or "true"
            grouped = f"SELECT g.*{inherited} FROM ({grouped}) AS g JOIN {previous} AS p ON {join}"
        chosen = translator.cte(f"SELECT * FROM ({grouped}) AS s{tail}", "level", materialized=True)
        if others[level] is not None:
            unkept = f"FROM {rows} AS s ANTI JOIN {chosen} AS q ON {_same('q', here, 's', own)}"
            if previous:
                inherited = "".join(f", p.a{i} AS {quote(f'$a{i}')}" for i in range(level))
                on = _same("p", above, "s", own)
                unkept = f"FROM (SELECT s.*{inherited} {unkept} JOIN {previous} AS p ON {on}) AS s"
            parts.append(_rest(unkept, level, above, own, keys, aggregates, others))
        previous, above = chosen, here
    made = []
    for level, (key, aggregate) in enumerate(zip(keys, aggregates, strict=True)):
        made.append((names[2 * level], Expr(f"k{level}", key.type, total=key.type == "string")))
        made.append((names[2 * level + 1], Expr(f"a{level}", aggregate.type)))
    source = f"({' UNION ALL BY NAME '.join([f'SELECT * FROM {previous} AS s', *parts])})" if parts else f"{previous}"
    hidden = {group: "g"} if group else {}
    return translator.shaped(translator.select(Relation(source, ()), made, keep=False, hidden=hidden), node)


def _same(left: str, columns: list[str], right: str, own: dict[str, str]) -> str:
    return " AND ".join(f"{left}.{c} IS NOT DISTINCT FROM {right}.{own[c]}" for c in columns) or "true"


def _others(translator: Translator, clause: Node, key: Expr) -> Expr | None:
    """What a level calls all that it does not keep, if it has others."""
    others = clause.child("WithOthersClause")
    if others is None:
        return None
    return convert(translator.scalar(others.child("Expression")), key.type, translator, others)


def _rest(
    unkept: str,
    level: int,
    above: list[str],
    own: dict[str, str],
    keys: list[Expr],
    aggregates: list[Expr],
    others: list[Expr | None],
) -> str:
    """SELECT one row for all rows that a level did not keep, under each value of the levels above."""
    listed = [f"{own[c]} AS {c}" for c in above] + [f"{quote(f'$a{i}')} AS a{i}" for i in range(level)]
    grouped = ", ".join(str(i + 1) for i in range(len(listed)))
    for below in range(level, len(keys)):
        name, key, aggregate = others[below], keys[below], aggregates[below]
        if name is None:
            listed += [f"{null_of(key.type)} AS k{below}", f"{null_of(aggregate.type)} AS a{below}"]
        else:
            listed += [f"{name.sql} AS k{below}", f"{aggregate.sql} AS a{below}"]
    tail = f"GROUP BY {grouped}" if grouped else "HAVING count(*) > 0"
    return f"SELECT {', '.join(listed)} {unkept} {tail}"


def hitters(translator: Translator, node: Node, relation: Relation) -> tuple[list[tuple[str, Expr]], Expr]:
    """The columns of top-hitters, a value and its weight, and how many rows it keeps."""
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
    return list(zip([c.name for c in node.columns], [value, total], strict=True)), count


@operator("TopHittersOperator")
def top_hitters(translator: Translator, node: Node, relation: Relation) -> Relation:
    """Exact, where Kusto estimates."""
    columns, count = hitters(translator, node, relation)
    tail = f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {count.sql}"
    return translator.shaped(translator.select(relation, columns, tail, keep=False), node)

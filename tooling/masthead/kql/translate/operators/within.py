"""Operators within groups of rows: what mv-apply does for each outer row, and partition for each key.

The rows of all groups go through each operator together; a hidden column says which group a row is of. Rows of other
sources, the right side of a join or what a union adds, are there once for each group.
"""

from __future__ import annotations

from collections.abc import Callable

from masthead.kql.language import Node
from masthead.kql.translate.model import ORDER, Expr, Relation
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.operators.rows import ordering
from masthead.kql.translate.operators.scan import scanned
from masthead.kql.translate.operators.search import searched
from masthead.kql.translate.operators.summarize import summarized
from masthead.kql.translate.operators.top_nested import hitters
from masthead.kql.translate.registry import OPERATORS
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote

_SAME = (
    *("FilterOperator", "ExtendOperator", "ProjectOperator", "ProjectAwayOperator", "ProjectKeepOperator"),
    *("ProjectRenameOperator", "ProjectReorderOperator", "SortOperator", "SerializeOperator", "MvExpandOperator"),
    *("ParseOperator", "ParseWhereOperator", "ParseKvOperator", "MvApplyOperator", "AssertSchemaOperator"),
    # These know of the translator's group themselves.
    *("JoinOperator", "LookupOperator", "UnionOperator", "MakeSeriesOperator", "TopNestedOperator"),
)


def within(
    translator: Translator,
    expression: Node | None,
    relation: Relation,
    group: str,
    where: str,
    source: Node | None = None,
) -> Relation:
    """The rows after the operators of a pipe, each applied within the groups that the hidden column `group` tells.

    source: where the pipe begins, if it has a source of its own, whose rows the relation has then.
    """
    steps: list[Node] = []
    while expression is not None and expression.kind == "PipeExpression":
        steps.insert(0, expression.child("Operator"))
        expression = expression.child("Expression")
    if expression is not None and expression is not source:
        steps.insert(0, expression)
    current = relation
    groups = f"(SELECT DISTINCT {quote(group)} FROM {relation.source} AS s)"
    for step in steps:
        outer = translator.group, translator.groups
        translator.group, translator.groups = group, groups
        try:
            current = _step(translator, step, current, group, where)
        finally:
            translator.group, translator.groups = outer
        if group not in current.hidden:
            raise translator.unsupported(f"{_name(step)} within {where}", step)
    return current


def _step(translator: Translator, step: Node, relation: Relation, group: str, where: str) -> Relation:
    special = _SPECIAL.get(step.kind)
    if special is not None:
        made = special(translator, step, relation, group)
        alone = step.kind == "CountOperator" or (step.kind == "SummarizeOperator" and step.child("ByClause") is None)
        return _with_empty(translator, step, relation, made, group) if alone and where == "partition" else made
    if where == "mv-apply" and _adds_rows(step):
        raise translator.unsupported(f"{_name(step)} within mv-apply, of rows that none of its elements has", step)
    if step.kind in _SAME and step.kind in OPERATORS:
        return OPERATORS[step.kind](translator, step, relation)
    raise translator.unsupported(f"{_name(step)} within {where}", step)


def _with_empty(translator: Translator, step: Node, relation: Relation, made: Relation, group: str) -> Relation:
    """Aggregates of the whole group with those of the groups that have lost all their rows, a row for each."""
    if group not in made.hidden:
        return made
    place = quote(group)
    rows = translator.cte(f"SELECT * FROM {made.source} AS s", "aggregated", materialized=True)
    nothing = OPERATORS[step.kind](
        translator, step, relation.with_source(f"(SELECT * FROM {relation.source} AS s WHERE false)")
    )
    empty = f"(SELECT {place} FROM {translator.groups} AS g ANTI JOIN {rows} AS m USING ({place}))"
    more = f"SELECT e.*, g.{place} FROM {nothing.source} AS e CROSS JOIN {empty} AS g"
    return made.with_source(f"(SELECT * FROM {rows} AS s UNION ALL BY NAME {more})")


def _adds_rows(step: Node) -> bool:
    """Whether an operator returns rows that come of none before; what the outer row's columns are then is not known."""
    if step.kind in ("JoinOperator", "LookupOperator"):
        return (_parameter(step, "kind") or "").startswith(("right", "full", "outer"))
    return step.kind == "UnionOperator"


def _name(step: Node) -> str:
    if step.kind == "TopNestedOperator":
        return "top-nested"
    first = step.children[0] if step.children else step
    return first.text or step.kind.removesuffix("Operator").lower()


def _summarize(translator: Translator, step: Node, relation: Relation, group: str) -> Relation:
    return summarized(translator, step, relation, extra_key=group)


def _limited(translator: Translator, step: Node, relation: Relation, group: str) -> Relation:
    """take and top: the first rows of each group."""
    with translator.over(relation):
        count = translator.scalar_as(step.child("Expression"), "long")
        by = ordering(translator, [step.child("ByExpression")]) if step.kind == "TopOperator" else None
    tie = quote(ORDER) if relation.ordered else None
    order = ", ".join(part for part in (by, tie) if part) or "1"
    place = f"row_number() OVER (PARTITION BY {quote(group)} ORDER BY {order})"
    hidden = {ORDER: f"row_number() OVER (ORDER BY {order})"} if by else {}
    return translator.select(relation, translator.values(relation), f"QUALIFY {place} <= {count.sql}", hidden=hidden)


def _distinct(translator: Translator, step: Node, relation: Relation, group: str) -> Relation:
    columns = step.items("Expressions")
    if len(columns) == 1 and columns[0].kind == "StarExpression":
        values = translator.values(relation)
    else:
        with translator.over(relation):
            values = [(c.name, translator.scalar(e)) for c, e in zip(step.columns, columns, strict=True)]
    keys = ", ".join(str(i + 1) for i in range(len(values) + 1))
    return translator.select(relation, values, f"GROUP BY {keys}", keep=False, hidden={group: quote(group)})


def _count(translator: Translator, step: Node, relation: Relation, group: str) -> Relation:
    counted = [(step.columns[0].name, Expr("count(*)", "long", total=True))]
    return translator.select(relation, counted, "GROUP BY 2", keep=False, hidden={group: quote(group)})


def _scan(translator: Translator, step: Node, relation: Relation, group: str) -> Relation:
    return scanned(translator, step, relation, group)


def _sample_distinct(translator: Translator, step: Node, relation: Relation, group: str) -> Relation:
    with translator.over(relation):
        number = translator.scalar_as(step.child("Expression"), "long")
        value = translator.scalar(step.child("OfExpression"))
    place = f"row_number() OVER (PARTITION BY {quote(group)})"
    tail = f"GROUP BY 1, 2 QUALIFY {place} <= {number.sql}"
    return translator.select(relation, [(step.columns[0].name, value)], tail, keep=False, hidden={group: quote(group)})


def _top_hitters(translator: Translator, step: Node, relation: Relation, group: str) -> Relation:
    columns, number = hitters(translator, step, relation)
    order = f"{columns[1][1].sql} DESC, {columns[0][1].sql}"
    tail = f"GROUP BY 1, 3 QUALIFY row_number() OVER (PARTITION BY {quote(group)} ORDER BY {order}) <= {number.sql}"
    return translator.shaped(translator.select(relation, columns, tail, keep=False, hidden={group: quote(group)}), step)


def _search(translator: Translator, step: Node, relation: Relation, group: str) -> Relation:
    found = searched(translator, step, relation)
    return translator.select(found, [("$table", Expr("'search_arg0'", "string")), *translator.values(found)])


def _as(translator: Translator, step: Node, relation: Relation, group: str) -> Relation:
    """A name for the rows of a group, which nothing uses: what uses it would need them once more, group by group."""
    name = step.child("Name").simple_name
    used = next(
        (n for n in translator.analysis.tree.walk() if n.kind == "NameReference" and n.simple_name == name), None
    )
    if used is not None:
        raise translator.unsupported(f"{name}, a name for the rows of a group", used)
    return relation


_SPECIAL: dict[str, Callable[[Translator, Node, Relation, str], Relation]] = {
    "SummarizeOperator": _summarize,
    "TakeOperator": _limited,
    "SampleOperator": _limited,
    "TopOperator": _limited,
    "DistinctOperator": _distinct,
    "ScanOperator": _scan,
    "CountOperator": _count,
    "SampleDistinctOperator": _sample_distinct,
    "TopHittersOperator": _top_hitters,
    "SearchOperator": _search,
    "AsOperator": _as,
}

"""Operators that choose and order rows: where, take, sort, top, count, distinct, sample, serialize."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import ORDER, ColumnRef, Expr, Relation
from masthead.kql.translate.operators.search import holding
from masthead.kql.translate.registry import operator, results
from masthead.kql.translate.scope import Window
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote


@operator("FilterOperator")
def where(translator: Translator, node: Node, relation: Relation) -> Relation:
    if any(part.kind == "StarExpression" for part in node.child("Condition").walk()):
        return holding(translator, node.child("Condition"), relation, cased=False)
    windows: list[tuple[str, Window]] = []
    with translator.over(relation, windows=windows):
        condition = convert(translator.scalar(node.child("Condition")), "bool", translator, node.child("Condition"))
    source = translator.with_windows(relation, windows).source
    chosen = "*" if not windows else ", ".join(quote(i) for i in relation.identifiers)
    return relation.with_source(f"(SELECT {chosen} FROM {source} AS s WHERE {condition.sql})")


def _rows_wanted(translator: Translator, node: Node) -> Expr:
    """How many rows take or top is to keep; top a negative number keeps none (measured.yaml)."""
    count = translator.scalar_as(node.child("Expression"), "long")
    if count.constant and (count.value is None or count.value < 0):
        if node.kind == "TopOperator" and count.value is not None:
            return Expr("0", "long", 0)
        raise translator.wrong("the number of rows must not be negative", node.child("Expression"))
    return count


@operator("TakeOperator")
def take(translator: Translator, node: Node, relation: Relation) -> Relation:
    with translator.over(relation):
        count = _rows_wanted(translator, node)
    order = f" ORDER BY {quote(ORDER)}" if relation.ordered else ""
    return relation.with_source(f"(SELECT * FROM {relation.source} AS s{order} LIMIT {count.sql})")


def ordering(translator: Translator, terms: list[Node]) -> str:
    """ORDER BY's list. Kusto's default is descending; nulls come last then, and first when ascending. NaN stands beside
    null, on the side of the numbers; SQL has it behind all of them."""
    parts = []
    for term in terms:
        descending, nulls = True, None
        if term.kind == "OrderedExpression":
            clause = term.child("Ordering")
            if clause is not None:
                word = clause.child("AscOrDescKeyword")
                descending = word is None or word.missing or word.text.lower() in ("desc", "granny-desc", "")
                nulls_clause = clause.child("NullsClause")
                if nulls_clause is not None:
                    nulls = nulls_clause.child("FirstOrLastKeyword").text.lower()
        value = translator.scalar(term)
        sql = value.sql
        if value.type == "dynamic":
            sql = convert(value, "string", translator, term).sql
        nulls = nulls or ("last" if descending else "first")
        if value.type == "real" and descending == (nulls == "last"):
            beside = f"CASE WHEN {sql} IS NULL THEN 2 WHEN isnan({sql}) THEN 1 ELSE 0 END"
            parts.append(f"{beside} {'ASC' if nulls == 'last' else 'DESC'}")
        parts.append(f"{sql} {'DESC' if descending else 'ASC'} NULLS {nulls.upper()}")
    return ", ".join(parts)


def ranked(translator: Translator, relation: Relation, order: str) -> Relation:
    """The relation with its rows' places by an ORDER BY list; rows that tie keep the order they had."""
    tie = f", {quote(ORDER)}" if relation.ordered else ""
    hidden = {ORDER: f"row_number() OVER (ORDER BY {order}{tie})"}
    return translator.select(relation, translator.values(relation), hidden=hidden)


@operator("SortOperator")
def sort(translator: Translator, node: Node, relation: Relation) -> Relation:
    with translator.over(relation):
        order = ordering(translator, node.items("Expressions"))
    return ranked(translator, relation, order)


@operator("TopOperator")
def top(translator: Translator, node: Node, relation: Relation) -> Relation:
    with translator.over(relation):
        order = ordering(translator, [node.child("ByExpression")])
        count = _rows_wanted(translator, node)
    # Chosen first and numbered then: numbering would sort all rows.
    tie = f", {quote(ORDER)}" if relation.ordered else ""
    few = f"(SELECT * FROM {relation.source} AS s ORDER BY {order}{tie} LIMIT {count.sql})"
    return ranked(translator, relation.with_source(few), order)


@operator("CountOperator")
def count(translator: Translator, node: Node, relation: Relation) -> Relation:
    name = node.columns[0].name
    return Relation(f"(SELECT count(*) AS {quote(name)} FROM {relation.source} AS s)", (ColumnRef(name, "long", name),))


@operator("SampleOperator")
def sample(translator: Translator, node: Node, relation: Relation) -> Relation:
    """Any rows will do for a sample; the first ones are the same at every run."""
    return take(translator, node, relation)


@operator("SampleDistinctOperator")
def sample_distinct(translator: Translator, node: Node, relation: Relation) -> Relation:
    with translator.over(relation):
        number = translator.scalar_as(node.child("Expression"), "long")
        value = translator.scalar(node.child("OfExpression"))
    name = node.columns[0].name
    return translator.select(relation, [(name, value)], f"GROUP BY {value.sql} LIMIT {number.sql}", keep=False)


@operator("DistinctOperator")
def distinct(translator: Translator, node: Node, relation: Relation) -> Relation:
    expressions = node.items("Expressions")
    if len(expressions) == 1 and expressions[0].kind == "StarExpression":
        columns = translator.values(relation)
    else:
        with translator.over(relation):
            values = [translator.scalar(e) for e in expressions]
        columns = [(c.name, v) for c, v in zip(node.columns, values, strict=True)]
    chosen = translator.select(relation, columns, keep=False)
    listed = ", ".join(quote(c.identifier) for c in chosen.columns)
    return Relation(f"(SELECT {listed} FROM {chosen.source} AS s GROUP BY {listed})", chosen.columns)


@operator("SerializeOperator")
def serialize(translator: Translator, node: Node, relation: Relation) -> Relation:
    from masthead.kql.translate.operators.columns import extended

    rows = relation if relation.ordered else ranked(translator, relation, "1")
    return extended(translator, node, rows) if node.items("Expressions") else rows


@operator("RenderOperator")
def render(translator: Translator, node: Node, relation: Relation) -> Relation:
    chart = node.child("ChartType")
    properties = {}
    for part in node.walk():
        if part.kind == "NamedParameter" and part.child("Name") is not None:
            value = part.child("Expression")
            properties[part.child("Name").simple_name or part.child("Name").text] = value.literal or value.simple_name
    translator.render = {
        "visualization": chart.text or chart.simple_name if chart is not None else "table",
        **properties,
    }
    return relation


@results("ConsumeOperator")
def consume(translator: Translator, node: Node, relation: Relation) -> list[Relation]:
    """The rows are made and none is returned."""
    return [relation.with_source(f"(SELECT * FROM {relation.source} AS s WHERE false)")]

"""Where rows come from: tables, lets, datatable, print, range, watchlists."""

from __future__ import annotations

import math

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.expressions.calls import several_of
from masthead.kql.translate.model import ORDER, ColumnRef, Expr, Relation, identifiers
from masthead.kql.translate.registry import operator, source
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import canonical_type, null_of, quote, sql_type, string_literal

RANGE_LIMIT = 5_000_000  # rows that one range may make


@source("NameReference")
def name_reference(translator: Translator, node: Node) -> Relation:
    if node.called is not None:
        return translator.tabular_call(node)
    binding = translator.environment.lookup(node.simple_name)
    if isinstance(binding, Relation):
        return binding
    if node.symbol is not None and node.symbol.kind == "Table":
        return translator.table(node.symbol.name, node)
    raise translator.unsupported(f"{node.simple_name} as a source of rows", node)


@source("ParenthesizedExpression")
def parenthesized(translator: Translator, node: Node) -> Relation:
    return translator.tabular(node.child("Expression"))


@source("MaterializeExpression")
def materialize(translator: Translator, node: Node) -> Relation:
    return translator.shared(translator.tabular(node.child("Expression")), "materialized", materialized=True)


@source("table()", "materialized_view()")
def table_function(translator: Translator, node: Node) -> Relation:
    """A table by its name; a materialized view is a table here, whatever fills it and however old its rows may be."""
    arguments = node.items("ArgumentList")
    name = translator.constant(arguments[0], "table() of a name")
    return translator.table(name, node)


@source("_GetWatchlist()")
def watchlist(translator: Translator, node: Node) -> Relation:
    alias = translator.constant(node.items("ArgumentList")[0], "a watchlist")
    known = translator.watchlists.get(str(alias).lower())
    if known is None:
        raise translator.wrong(f"there is no watchlist {alias!r}", node)
    name, columns = known
    names = identifiers(list(columns))
    refs = tuple(ColumnRef(n, t, i) for (n, t), i in zip(columns.items(), names, strict=True))
    translator.read.add(f"watchlist:{name}")
    return Relation(quote(f"watchlist:{name}"), refs)


@source("DataTableExpression")
def datatable(translator: Translator, node: Node) -> Relation:
    columns = declared_columns(node.child("Schema"))
    cells = node.items("Values")
    if not columns or not cells:
        return translator.empty(columns)
    width = len(columns)
    if len(cells) % width:
        raise translator.wrong(f"datatable has {len(cells)} values, which is no multiple of its {width} columns", node)
    names = identifiers([n for n, _ in columns])
    refs = tuple(ColumnRef(n, t, i) for (n, t), i in zip(columns, names, strict=True))
    # A list for each column: SQL plans rows of VALUES cell by cell, ten times as slowly.
    lists = [
        f"unnest([{', '.join(_cell(translator, cell, kind) for cell in cells[index::width])}]::{sql_type(kind)}[])"
        for index, (_, kind) in enumerate(columns)
    ]
    listed = ", ".join(f"{each} AS {quote(i)}" for each, i in zip(lists, names, strict=True))
    return Relation(translator.cte(f"SELECT {listed}", "datatable"), refs)


def declared_columns(schema: Node) -> list[tuple[str, str]]:
    """The names and types of the columns that datatable and externaldata declare."""
    return [
        (column.child("Name").simple_name, canonical_type(_type_name(column.child("Type"))))
        for column in schema.items("Columns")
    ]


def _cell(translator: Translator, cell: Node, kind: str) -> str:
    """One value, in a list that is cast to the SQL type of `kind`."""
    value = translator.scalar(cell)
    if value.null:
        return null_of(kind)
    if value.type == kind and type(value.value) in _PLAIN.get(kind, ()):
        return string_literal(value.value) if kind == "string" else str(value.value)
    if value.type == "string" and kind != "string" and kind != "dynamic":
        value = Expr(value.sql, "string", value.value)
    return f"({convert(value, kind, translator, cell).sql})::{sql_type(kind)}"


# The types of which a constant may stand in such a list as it is, and the Python types of their values.
_PLAIN = {"string": (str,), "long": (int,), "int": (int,), "datetime": (int,), "timespan": (int,)}


def _type_name(node: Node) -> str:
    token = next((n for n in node.walk() if n.text), None)
    return token.text if token is not None else "dynamic"


@source("PrintOperator")
def print_(translator: Translator, node: Node) -> Relation:
    values: list[Expr] = []
    for expression in node.items("Expressions"):
        several = several_of(translator, expression)
        if several is None:
            values.append(translator.scalar(expression))
        else:  # one name takes the first value alone
            values += several[:1] if expression.kind == "SimpleNamedExpression" else several
    columns = node.columns
    if columns is None or len(columns) != len(values):
        raise translator.unsupported("this print", node)
    one = Relation("(SELECT 1 AS one)", ())
    return translator.select(one, [(c.name, v) for c, v in zip(columns, values, strict=True)])


@source("MacroExpandOperator")
def macro_expand(translator: Translator, node: Node) -> Relation:
    raise translator.unsupported("macro-expand, which Log Analytics does not have; write a union of its entities", node)


@source("RangeOperator")
def range_(translator: Translator, node: Node) -> Relation:
    column = node.columns[0]
    start, stop, step = (translator.scalar(node.child(n)) for n in ("From", "To", "Step"))
    kind = column.type
    if kind == "real":
        start, stop, step = (convert(e, "real", translator, node) for e in (start, stop, step))
        if all(e.constant and e.value is not None for e in (start, stop, step)):
            many = (float(stop.value) - float(start.value)) / (float(step.value) or math.nan)
            if not math.isfinite(many):
                raise translator.unsupported("a range whose ends or step are not finite, or that has no step", node)
            if many > RANGE_LIMIT:
                raise translator.wrong(f"range makes more than {RANGE_LIMIT:,} rows", node)
        count = f"floor(({stop.sql} - {start.sql}) / {step.sql} + 1e-9)::BIGINT"
        sql = f"SELECT {start.sql} + i * {step.sql} AS v, i FROM range(0, {count} + 1) AS g(i)"
    elif kind in ("long", "int", "datetime", "timespan"):
        known = all(e.constant and e.value is not None for e in (start, stop, step))
        if known and (step.value == 0 or math.floor((stop.value - start.value) / step.value) > RANGE_LIMIT):
            raise translator.wrong(f"range makes more than {RANGE_LIMIT:,} rows", node)
        sql = (
            f"SELECT v::{sql_type(kind)} AS v, row_number() OVER () AS i FROM "
            f"generate_series(({start.sql})::BIGINT, ({stop.sql})::BIGINT, ({step.sql})::BIGINT) AS g(v)"
        )
    else:
        raise translator.unsupported(f"a range of {kind}", node)
    identifier = identifiers([column.name])[0]
    name = translator.cte(f"SELECT v AS {quote(identifier)}, i AS {quote(ORDER)} FROM ({sql}) AS s", "range")
    return Relation(name, (ColumnRef(column.name, kind, identifier),), (ORDER,))


@operator("AsOperator")
def as_(translator: Translator, node: Node, relation: Relation) -> Relation:
    name = node.child("Name").simple_name
    shared = translator.shared(relation, name)
    translator.environment.bind(name, shared)
    return shared

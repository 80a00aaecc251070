"""Plugins that change the shape of rows: bag_unpack, pivot, narrow.

What columns bag_unpack and pivot return depends on the data, unless the query declares them: `evaluate bag_unpack(d) :
(*, a:string)`. Only declared columns can be told without running the query first.
"""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate import registry
from masthead.kql.translate.calls import AggregateCall, PluginCall
from masthead.kql.translate.convert import convert, text
from masthead.kql.translate.model import ORDER, ColumnRef, Expr, Relation
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import SQL_TYPES, null_of, quote, refused, string_literal

# What a value must be to become a column of the declared type; other values: not documented.
_FITTING = {
    "string": ("VARCHAR",),
    "long": ("BIGINT", "UBIGINT"),
    "int": ("BIGINT", "UBIGINT"),
    "real": ("DOUBLE", "BIGINT", "UBIGINT"),
    "decimal": ("DOUBLE", "BIGINT", "UBIGINT"),
    "bool": ("BOOLEAN",),
    "datetime": ("VARCHAR",),
    "timespan": ("VARCHAR",),
    "guid": ("VARCHAR",),
}


def _declared(call: PluginCall) -> dict[str, str]:
    """The columns that the query declares for the plugin's output, by name."""
    clause = call.node.child("Schema")
    if clause is None:
        raise call.unsupported(
            f"{call.name} without an output schema, since its columns depend on the data; "
            f"declare them: evaluate {call.name}(…) : (*, Name:type, …)"
        )
    return {
        n.child("Name").simple_name: n.child("Name").type for n in clause.walk() if n.kind == "NameAndTypeDeclaration"
    }


def _option(call: PluginCall, index: int, name: str) -> Node | None:
    """An argument by its name, or by its place."""
    for node in call.nodes:
        if node.kind == "SimpleNamedExpression" and node.child("Name").simple_name == name:
            return node.child("Expression")
    node = call.nodes[index] if index < len(call.nodes) else None
    return node if node is not None and node.kind != "SimpleNamedExpression" else None


@plugin("bag_unpack")
def bag_unpack(call: PluginCall) -> Relation:
    translator, relation = call.translator, call.relation
    declared = _declared(call)
    with translator.over(relation):
        bag = translator.scalar(call.nodes[0])
        prefix_node = _option(call, 1, "OutputColumnPrefix")
        prefix = translator.constant(prefix_node, "a prefix of bag_unpack") if prefix_node is not None else ""
    if _option(call, 2, "columnsConflict") is not None or _option(call, 3, "ignoredProperties") is not None:
        raise call.unsupported("bag_unpack with columnsConflict or ignoredProperties")
    own = {c.name: c.expr for c in relation.columns if c.name != call.nodes[0].simple_name}
    if taken := sorted(set(declared) & set(own)):
        raise call.unsupported(f"bag_unpack into {taken[0]}, which the rows already have")
    columns = []
    for column in call.node.columns or ():
        if column.name in own:
            columns.append((column.name, own[column.name]))
            continue
        if column.name not in declared or not column.name.startswith(prefix):
            raise call.unsupported(f"bag_unpack with a column {column.name} that no property gives")
        member = f"kq_member({bag.sql}, {string_literal(column.name.removeprefix(prefix))})"
        columns.append((column.name, _unpacked(call, member, column.type)))
    return translator.select(relation, columns)


def _unpacked(call: PluginCall, member: str, kind: str) -> Expr:
    if kind == "dynamic":
        return Expr(member, "dynamic")
    fitting = ", ".join(string_literal(t) for t in _FITTING[kind])
    value = convert(Expr(member, "dynamic"), kind, call.translator, call.node)
    other = refused(f"bag_unpack of a property that is no {kind}")
    sql = f"CASE WHEN {member} IS NULL THEN {null_of(kind)} WHEN json_type({member}) IN ({fitting}) THEN {value.sql} "
    return Expr(f"({sql} ELSE {other}::{SQL_TYPES[kind]} END)", kind, total=kind == "string")


@plugin("pivot")
def pivot(call: PluginCall) -> Relation:
    translator, relation = call.translator, call.relation
    declared = _declared(call)
    with translator.over(relation):
        turned = translator.scalar(call.nodes[0])
        turned_text = text(turned)
    function = call.nodes[1] if len(call.nodes) > 1 else None
    aggregated = (
        {n.simple_name for n in function.walk() if n.kind == "NameReference"} if function is not None else set()
    )
    listed = [n.simple_name for n in call.nodes[2:]]
    excluded = {call.nodes[0].simple_name, *aggregated}
    keys = listed or [c.name for c in relation.columns if c.name not in excluded]
    columns, groups = [], []
    for name in declared:
        if name in keys:
            columns.append((name, relation.column(name).expr))
            groups.append(str(len(columns)))
            continue
        condition = f"{turned_text.sql} = {string_literal(name)}"
        with translator.over(relation, aggregating=True):
            columns.append((name, _cell(call, function, condition)))
    if len(groups) != len(keys):
        raise call.unsupported("pivot whose output schema leaves out a column that groups its rows")
    tail = f"GROUP BY {', '.join(groups)}" if groups else ""
    made = translator.select(relation, columns, tail, keep=False)
    return translator.shaped(made, call.node)


def _cell(call: PluginCall, function: Node | None, condition: str) -> Expr:
    if function is None:
        return Expr(f"count(*) FILTER (WHERE {condition})", "long")
    name = function.child("Name").simple_name
    known = registry.AGGREGATES.get(name)
    if known is None:
        raise call.unsupported(f"pivot with {name}()")
    made = known.emit(
        AggregateCall(call.translator, function, name, function.items("ArgumentList"), condition, call.relation)
    )
    if isinstance(made, list):
        raise call.unsupported(f"pivot with {name}()")
    return made if isinstance(made, Expr) else Expr(f"({made})", function.type)


@plugin("narrow")
def narrow(call: PluginCall) -> Relation:
    """A row for each column of each row: the row's number from 0, the column's name, its value as text."""
    relation = call.relation
    place = quote(ORDER) if relation.ordered else ""
    number = f"row_number() OVER ({f'ORDER BY {place}' if place else ''}) - 1"
    cells = ", ".join(f"{{'c': {string_literal(c.name)}, 'v': {text(c.expr).sql}}}" for c in relation.columns)
    sql = (
        f'(SELECT "Row", cell.c AS "Column", cell.v AS "Value" FROM (SELECT {number} AS "Row", '
        f"unnest([{cells}]) AS cell FROM {relation.source} AS s) AS s)"
    )
    kinds = {"Row": "long", "Column": "string", "Value": "string"}
    return Relation(sql, tuple(ColumnRef(n, k, n) for n, k in kinds.items()))

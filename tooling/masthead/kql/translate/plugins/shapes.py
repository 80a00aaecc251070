"""Plugins that change the shape of rows: bag_unpack, pivot, narrow.

What columns bag_unpack and pivot return depends on the data, unless the query declares them: `evaluate bag_unpack(d) :
(*, a:string)`. Where it does not, they ask for the keys and values of their input and are bound again; see outputs.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from masthead.kql.language import Column, Node
from masthead.kql.translate import registry
from masthead.kql.translate.calls import AggregateCall, PluginCall
from masthead.kql.translate.convert import convert, text
from masthead.kql.translate.model import ORDER, ColumnRef, Expr, Relation
from masthead.kql.translate.outputs import ask
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import SQL_TYPES, TEMPORAL, null_of, quote, refused, string_literal

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


def _schema(call: PluginCall) -> dict[str, str] | None:
    """The columns that the query declares for the plugin's output, by name; None where it declares none."""
    clause = call.node.child("Schema")
    if clause is None:
        return None
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


_OPTIONS = ("OutputColumnPrefix", "columnsConflict", "ignoredProperties")
_CONFLICTS = ("error", "replace_source", "keep_source")


@plugin("bag_unpack")
def bag_unpack(call: PluginCall) -> Relation:
    translator, relation = call.translator, call.relation
    with translator.over(relation):
        bag = translator.scalar(call.nodes[0])
        options = [_option(call, index, name) for index, name in enumerate(_OPTIONS, start=1)]
        values = [translator.constant(n, "an option of bag_unpack") if n else None for n in options]
    prefix, conflict, ignored = values[0] or "", values[1] or "error", values[2] or []
    if conflict not in _CONFLICTS:
        raise translator.wrong(f"columnsConflict is one of {', '.join(_CONFLICTS)}", call.node)
    if not isinstance(ignored, list) or not all(isinstance(name, str) for name in ignored):
        raise translator.wrong("ignoredProperties is an array of names", options[2] or call.node)
    own = {c.name: c for c in relation.columns if c.name != call.nodes[0].simple_name}
    declared = _schema(call)
    if declared is None:
        raise ask(
            call,
            _properties(call, bag, ignored),
            [Column(c.name, c.type) for c in own.values()],
            _Unpacked(call, own, prefix, conflict),
        )
    columns = []
    for column in call.node.columns or ():
        key = column.name.removeprefix(prefix)
        member = f"kq_member({bag.sql}, {string_literal(key)})"
        mine = own.get(column.name)
        unpacked = column.name in declared and column.name.startswith(prefix) and key not in ignored
        if mine is None and not unpacked:
            raise call.unsupported(f"bag_unpack with a column {column.name} that no property gives")
        if mine is None:
            value = _unpacked(call, member, column.type)
        elif unpacked and conflict == "replace_source":
            # it is replaced, in all rows, if some row has its property
            made, kept = _unpacked(call, member, column.type), mine.expr.sql
            if mine.type != column.type:
                kept = f"{refused(f'bag_unpack with {column.name} declared of another type')}::{SQL_TYPES[column.type]}"
            some = f"bool_or({member} IS NOT NULL) OVER ()"
            value = Expr(f"CASE WHEN {some} THEN {made.sql} ELSE {kept} END", column.type, total=made.total)
        elif unpacked and conflict == "error":
            taken = refused(f"bag_unpack into {column.name}, which the rows already have, without columnsConflict")
            value = Expr(
                f"CASE WHEN {member} IS NULL THEN {mine.expr.sql} ELSE {taken}::{SQL_TYPES[mine.type]} END", mine.type
            )
        else:
            value = mine.expr
        columns.append((column.name, value))
    return translator.shaped(translator.select(relation, columns), call.node)


_KINDS = {"VARCHAR": "string", "BIGINT": "long", "UBIGINT": "long", "DOUBLE": "real", "BOOLEAN": "bool"}


# A text that is spelled as a datetime or timespan is put into a dynamic value.
_SPELLED = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z|-?(\d+\.)?\d\d:\d\d:\d\d(\.\d{7})?"


def _packs_times(call: PluginCall) -> bool:
    """Whether the query itself may put a datetime or timespan into a dynamic value, where it is a text here."""
    for node in call.translator.analysis.tree.walk():
        if node.kind == "FunctionCallExpression" and node.type == "dynamic":
            named = node.child("Name")
            if named is not None and named.simple_name == "pack_all":
                return True
            if any(argument.type in TEMPORAL for argument in node.items("ArgumentList")):
                return True
        elif node.kind == "DynamicExpression" and any(inner.type in TEMPORAL for inner in node.walk()):
            return True
    return False


def _properties(call: PluginCall, bag: Expr, ignored: list[str]) -> str:
    """SELECT the keys of all bags, each with the type that all of its values have, or dynamic."""
    kinds = " ".join(f"WHEN {string_literal(name)} THEN {string_literal(kind)}" for name, kind in _KINDS.items())
    bags = f"(SELECT {bag.sql} AS bag FROM {call.relation.source} AS s)"
    keys = f"(SELECT bag, unnest(json_keys(bag)) AS name FROM {bags} AS s WHERE json_type(bag) = 'OBJECT')"
    member = "kq_member(bag, name)"
    kind = f"CASE json_type({member}) {kinds} ELSE 'dynamic' END"
    if _packs_times(call):
        what = refused("bag_unpack of what may be a time or a text, without an output schema that tells")
        timed = f"regexp_full_match(json_extract_string({member}, '$'), {string_literal(_SPELLED)})"
        kind = f"CASE WHEN json_type({member}) = 'VARCHAR' AND {timed} THEN {what} ELSE {kind} END"
    kept = f" WHERE name NOT IN ({', '.join(map(string_literal, ignored))})" if ignored else ""
    return (
        "SELECT name, CASE WHEN count(DISTINCT kind) = 1 THEN any_value(kind) ELSE 'dynamic' END AS kind "
        f"FROM (SELECT name, CASE WHEN {member} IS NOT NULL THEN {kind} END AS kind FROM {keys} AS s{kept}) AS s "
        "GROUP BY name ORDER BY name"
    )


@dataclass(frozen=True, slots=True)
class _Unpacked:
    """The columns of bag_unpack, of the properties that its input has."""

    call: PluginCall
    own: dict[str, ColumnRef]
    prefix: str
    conflict: str

    def __call__(self, found: list[tuple[str, str]]) -> list[Column]:
        made = {self.prefix + name: kind for name, kind in found}
        taken = sorted(set(made) & set(self.own))
        if taken and self.conflict == "error":
            raise self.call.translator.wrong(
                f"bag_unpack makes a column {taken[0]}, which the rows already have; say which is kept: "
                "columnsConflict='replace_source' or 'keep_source', or give OutputColumnPrefix",
                self.call.node,
            )
        if self.conflict == "keep_source":
            made |= {name: self.own[name].type for name in taken}
        kept = [Column(c.name, c.type) for c in self.own.values() if c.name not in made]
        return kept + [Column(name, kind) for name, kind in made.items()]


def _unpacked(call: PluginCall, member: str, kind: str) -> Expr:
    if kind == "dynamic":
        return Expr(member, "dynamic")
    fitting = ", ".join(string_literal(t) for t in _FITTING[kind])
    value = convert(Expr(member, "dynamic"), kind, call.translator, call.node)
    other = refused(f"bag_unpack of a property that is no {kind}")
    sql = f"CASE WHEN {member} IS NULL THEN {null_of(kind)} WHEN json_type({member}) IN ({fitting}) THEN {value.sql} "
    return Expr(f"({sql} ELSE {other}::{SQL_TYPES[kind]} END)", kind, total=kind == "string")


# The aggregates that the documentation lists for pivot.
_PIVOTED = frozenset(
    {"min", "max", "take_any", "any", "sum", "dcount", "avg", "stdev", "variance", "count"}
    | {"make_list", "make_bag", "make_set", "makelist", "makeset"}
)
# Types whose values are spelled as column names in one way only.
_NAMING = ("string", "long", "int", "bool", "guid", "dynamic")


@plugin("pivot")
def pivot(call: PluginCall) -> Relation:
    translator, relation = call.translator, call.relation
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
    declared = _schema(call)
    if declared is None:
        known = [Column(name, relation.column(name).type) for name in keys]
        name = turned_text.sql
        if turned.type not in _NAMING:
            name = refused(f"pivot of a {turned.type}, whose spelling as a name is not documented; use tostring()")
        cell = string_literal(function.type if function is not None else "long")
        found = f"SELECT DISTINCT {name} AS name, {cell} AS kind FROM {relation.source} AS s ORDER BY name"
        raise ask(call, found, known, _Pivoted(call, known))
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


@dataclass(frozen=True, slots=True)
class _Pivoted:
    """The columns of pivot, of the values that become columns."""

    call: PluginCall
    known: list[Column]

    def __call__(self, found: list[tuple[str, str]]) -> list[Column]:
        made = [Column(name, kind) for name, kind in found]
        taken = {c.name for c in self.known} & {c.name for c in made}
        if taken:
            raise self.call.translator.wrong(
                f"pivot makes a column {min(taken)} of a value, and groups by a column of that name", self.call.node
            )
        return self.known + made


def _cell(call: PluginCall, function: Node | None, condition: str) -> Expr:
    if function is None:
        return Expr(f"count(*) FILTER (WHERE {condition})", "long")
    name = function.child("Name").simple_name
    known = registry.AGGREGATES.get(name)
    if known is None or name not in _PIVOTED:
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

"""Counts, sums, extremes and any value."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.calls import AggregateCall
from masthead.kql.translate.model import Expr
from masthead.kql.translate.needed import listed
from masthead.kql.translate.registry import aggregate
from masthead.kql.translate.types import quote

# Of a column that has the type already, these are that column to the language service: a star leaves it out.
_SAME_TYPE = frozenset(
    f"to{each}"
    for each in ("bool", "datetime", "decimal", "double", "dynamic", "guid", "int", "long", "real", "string", "time")
) | {"totimespan"}


def predicate(call: AggregateCall, index: int) -> AggregateCall:
    """The …if form: its argument `index` is the condition of every row that counts."""
    call.condition = call.argument(index, "bool").sql
    return call


@aggregate("count")
def count(call: AggregateCall) -> str:
    """The rows; of a condition, an older way to write countif, those that meet it; of any other value, all rows."""
    if call.count and call.condition is None and call.argument(0).type == "bool":
        call = predicate(call, 0)
    return f"count(*){call.filter()}"


@aggregate("countif")
def countif(call: AggregateCall) -> str:
    return count(predicate(call, 0))


@aggregate("dcount count_distinct")
def dcount(call: AggregateCall) -> str:
    """Exact, where Kusto estimates: the truth is within every estimate's error."""
    value = call.argument(0)
    return f"count(DISTINCT {value.sql}){call.filter()}"


@aggregate("dcountif count_distinctif")
def dcountif(call: AggregateCall) -> str:
    return dcount(predicate(call, 1))


@aggregate("sum")
def sum_(call: AggregateCall) -> str:
    value = call.argument(0)
    if value.type == "dynamic":
        value = call.argument(0, "real" if call.type == "real" else "long")
    zero = {"real": "0::DOUBLE", "decimal": "0::DECIMAL(38,18)"}.get(value.type, "0")
    cast = {"real": "DOUBLE", "decimal": "DECIMAL(38,18)"}.get(value.type, "BIGINT")
    return f"coalesce(sum({value.sql}){call.filter()}, {zero})::{cast}"


@aggregate("sumif")
def sumif(call: AggregateCall) -> str:
    return sum_(predicate(call, 1))


@aggregate("avg")
def avg(call: AggregateCall) -> str:
    value = call.argument(0)
    if value.type in ("timespan", "datetime"):
        return f"kq_real_to_long(avg({value.sql}){call.filter()})"
    if value.type == "decimal":
        return f"avg({value.sql}){call.filter()}::DECIMAL(38,18)"
    return f"coalesce(avg({call.argument(0, 'real').sql}){call.filter()}, 'nan'::DOUBLE)"


@aggregate("avgif")
def avgif(call: AggregateCall) -> str:
    return avg(predicate(call, 1))


@aggregate("min")
def min_(call: AggregateCall) -> str:
    return _extreme(call, "min")


@aggregate("max")
def max_(call: AggregateCall) -> str:
    return _extreme(call, "max")


def _extreme(call: AggregateCall, name: str) -> str:
    value = call.argument(0)
    if value.type == "dynamic":
        raise call.unsupported(f"{name}() of a dynamic value; convert it first, with tostring() or tolong()")
    return f"{name}({value.sql}){call.filter()}"


@aggregate("minif")
def minif(call: AggregateCall) -> str:
    return _extreme(predicate(call, 1), "min")


@aggregate("maxif")
def maxif(call: AggregateCall) -> str:
    return _extreme(predicate(call, 1), "max")


@aggregate("take_any any take_anyif anyif")
def take_any(call: AggregateCall) -> str | list[tuple[str | None, Expr]]:
    """Any value: the first one that is there."""
    if call.name.endswith("if"):
        call.condition = call.argument(1, "bool").sql
        call.nodes = call.nodes[:1]
    values = _starred(call, call.nodes)
    made = [(name, _first(value, call)) for name, value in values]
    return made if len(made) != 1 or call.nodes[0].kind == "StarExpression" else made[0][1].sql


def _first(value: Expr, call: AggregateCall) -> Expr:
    if value.type == "string":
        return Expr(f"coalesce(first({value.sql} ORDER BY {value.sql} = ''){call.filter()}, '')", "string", total=True)
    return Expr(f"any_value({value.sql}){call.filter()}", value.type)


def _starred(call: AggregateCall, nodes: list) -> list[tuple[str | None, Expr]]:
    """The values of arguments; a star stands for the columns that nothing groups by."""
    values: list[tuple[str | None, Expr]] = []
    for index, node in enumerate(nodes):
        if node.kind == "StarExpression":
            named = {_column_of(n) for n in (*call.keys, *call.nodes)}
            values += [(c.name, c.expr) for c in call.relation.columns if c.name not in named]
        else:
            values.append((node.simple_name, call.argument(call.nodes.index(node) if index else index)))
    return values


def _column_of(node: Node) -> str | None:
    """The column that an expression is: by name, in parentheses, called otherwise, or converted to the type it has."""
    while node.kind in ("ParenthesizedExpression", "SimpleNamedExpression"):
        node = node.child("Expression")
    if node.kind == "FunctionCallExpression" and node.called is None and node.child("Name").simple_name in _SAME_TYPE:
        converted = node.items("ArgumentList")[0]
        return converted.simple_name if converted.kind == "NameReference" and converted.type == node.type else None
    return node.simple_name if node.kind == "NameReference" else None


@aggregate("arg_max argmax")
def arg_max(call: AggregateCall) -> list[tuple[str | None, Expr]]:
    return _arg(call, "arg_max")


@aggregate("arg_min argmin")
def arg_min(call: AggregateCall) -> list[tuple[str | None, Expr]]:
    return _arg(call, "arg_min")


def _arg(call: AggregateCall, name: str) -> list[tuple[str | None, Expr]]:
    """The row where the first argument is greatest or least: all its columns come from that one row."""
    by = call.argument(0)
    if by.type == "dynamic":
        raise call.unsupported(f"{name}() by a dynamic value; convert it first")
    values: list[tuple[str | None, Expr]] = [(None, by)]
    for index, node in enumerate(call.nodes[1:], start=1):
        values += _starred(call, [node]) if node.kind == "StarExpression" else [(None, call.argument(index))]
    best = call.translator.fresh("best")
    names = [quote(f"{best}${i}") for i in range(len(values))]
    fields = [(f"{best}${i}", f"{names[i]} := {value.sql}") for i, (_, value) in enumerate(values[1:], start=1)]
    row = f"struct_pack({listed(fields, [f'{names[0]} := {by.sql}'])})"
    # Where the first argument is null in every row, Kusto still returns a row.
    if by.type in ("datetime", "timespan", "long"):
        least = -(1 << 63) if name == "arg_max" else (1 << 63) - 1
        call.shared[best] = f"{name}({row}, coalesce({by.sql}, ({least})::BIGINT))"
    else:
        call.shared[best] = f"coalesce({name}({row}, {by.sql}), first({row}))"
    return [
        (label, Expr(f"{quote(best)}.{field}", value.type, total=value.total))
        for field, (label, value) in zip(names, values, strict=True)
    ]

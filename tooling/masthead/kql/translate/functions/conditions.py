"""Functions that choose: iff, case, coalesce, and the tests for null and empty."""

from __future__ import annotations

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert, text
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.types import NUMERIC, SQL_TYPES, TEMPORAL

scalar("not", "bool", "NOT {0}")


def results(call: Call, indexes: list[int]) -> list[Expr]:
    """The arguments of these indexes, as the type that the call returns."""
    if call.type not in SQL_TYPES:
        raise call.unsupported(f"{call.name}() with these arguments")
    return [convert(call.arguments[i], call.type, call.translator, call.nodes[i]) for i in indexes]


@scalar("iff iif", "bool, any, any")
def iff(call: Call) -> Expr:
    condition = call.sql[0]
    yes, no = results(call, [1, 2])
    return Expr(
        f"CASE WHEN {condition} THEN {yes.sql} ELSE {no.sql} END",
        call.type,
        total=yes.total and no.total,
    )


@scalar("case", "any*")
def case(call: Call) -> Expr:
    if call.count % 2 == 0:
        raise call.unsupported("case() without a value for else")
    values = results(call, [*range(1, call.count, 2), call.count - 1])
    conditions = [
        convert(call.arguments[i], "bool", call.translator, call.nodes[i]).sql for i in range(0, call.count - 1, 2)
    ]
    if not conditions:
        return values[0]
    whens = " ".join(f"WHEN {c} THEN {v.sql}" for c, v in zip(conditions, values[:-1], strict=True))
    return Expr(f"CASE {whens} ELSE {values[-1].sql} END", call.type, total=all(v.total for v in values))


@scalar("coalesce", "any*")
def coalesce(call: Call) -> Expr:
    """The first value that is not null; among strings, the first that is not empty."""
    values = results(call, list(range(call.count)))
    if call.type == "string":
        listed = ", ".join(f"nullif({v.sql}, '')" for v in values)
        return Expr(f"coalesce({listed}, '')", "string", total=True)
    return Expr(f"coalesce({', '.join(v.sql for v in values)})", call.type, total=any(v.total for v in values))


@scalar("around", "any, any, any")
def around(call: Call) -> str:
    """Whether a value is at most so far from another; null if one of the three is."""
    value, center, delta = call.arguments
    if any(a.type not in (*NUMERIC, *TEMPORAL) for a in call.arguments):
        raise call.unsupported("around() of what is no number or time")
    if value.type != center.type or (value.type == "datetime") != (delta.type == "timespan"):
        kinds = {a.type for a in call.arguments}
        if kinds - set(NUMERIC) and kinds != {"timespan"}:
            raise call.unsupported(f"around() of a {value.type}, a {center.type} and a {delta.type}")
    a, b, c = value.sql, center.sql, delta.sql
    known = " AND ".join(f"{sql} IS NOT NULL" for sql in (a, b, c))
    return f"CASE WHEN {known} THEN {a} BETWEEN {b} - {c} AND {b} + {c} END"


@scalar("isnull", "any")
def isnull(call: Call) -> Expr:
    value = call.arguments[0]
    return Expr("false" if value.type == "string" else _is_null(value), "bool", total=True)


@scalar("isnotnull notnull", "any")
def isnotnull(call: Call) -> Expr:
    value = call.arguments[0]
    return Expr("true" if value.type == "string" else f"(NOT {_is_null(value)})", "bool", total=True)


def _is_null(value: Expr) -> str:
    if value.extract is not None:  # a member that is not there, or is JSON's null
        return f"(coalesce(json_type({value.extract}), 'NULL') = 'NULL')"
    return f"({value.sql} IS NULL)"


@scalar("isempty", "any")
def isempty(call: Call) -> Expr:
    value = call.arguments[0]
    if value.type in ("string", "dynamic"):
        return Expr(f"({text(value).sql} = '')", "bool", total=True)
    return Expr(f"({value.sql} IS NULL)", "bool", total=True)


@scalar("isnotempty notempty", "any")
def isnotempty(call: Call) -> Expr:
    return Expr(f"(NOT {isempty(call).sql})", "bool", total=True)

"""Functions on texts: case, length, parts, joining."""

from __future__ import annotations

from masthead.kql.translate.calls import Call
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.types import TOO_LONG, refused

_REPEATS = 1024  # Kusto's own limit for strrep()

scalar("tolower", "text", "lower({0})", total=True)
scalar("toupper", "text", "upper({0})", total=True)
scalar("strlen", "text", "length({0})::BIGINT", total=True)
scalar("string_size", "text", "strlen({0})::BIGINT", total=True)


@scalar("strcat", "text*", total=True)
def strcat(call: Call) -> str:
    return f"({' || '.join(call.sql)})"


@scalar("strcat_delim", "text*", total=True)
def strcat_delim(call: Call) -> str:
    delimiter, *values = call.sql
    return f"({f' || {delimiter} || '.join(values)})"


@scalar("strcat_array array_strcat", "dynamic, text")
def strcat_array(call: Call) -> str:
    array, delimiter = call.arguments
    texts = array.texts or f"kq_element_texts({array.sql})"
    if delimiter.constant:
        return f"list_aggr({texts}, 'string_agg', {delimiter.sql})"
    return f"kq_delimited({texts}, {delimiter.sql})"


@scalar("substring", "text, long, long")
def substring(call: Call) -> str:
    """Characters from an index, counted from 0, or from the end where it is negative."""
    return f"kq_substring({call.sql[0]}, {call.sql[1]}, {call.sql[2] if call.count > 2 else '9223372036854775807'})"


@scalar("split", "text, text, long")
def split(call: Call) -> str | Expr:
    if call.arguments[1].constant and call.constant(1) == "":
        raise call.unsupported("split() by nothing")
    parts = f"string_split({call.sql[0]}, {call.sql[1]})"
    if call.count == 2:
        return Expr(f"to_json({parts})", "dynamic", texts=parts)
    return f"kq_split_part({parts}, {call.sql[2]}, {refused('split() with a negative index')})"


@scalar("replace_string", "text, text, text", total=True)
def replace_string(call: Call) -> str:
    old, new = call.arguments[1:]
    if old.constant and new.constant and len(new.value.encode()) <= len(old.value.encode()):
        return f"replace({', '.join(call.sql)})"
    return f"kq_replace({', '.join(call.sql)}, {TOO_LONG})"


scalar("reverse", "text", "kq_reverse({0})")


@scalar("strrep", "text, long, text", total=True)
def strrep(call: Call) -> str:
    value, count = call.sql[0], min(call.constant(1), _REPEATS)
    if count < 1:
        raise call.unsupported(f"strrep() of {count} times")
    delimiter = call.sql[2] if call.count > 2 else "''"
    return f"array_to_string(list_transform(range({count}), lambda i: {value}), {delimiter})"


@scalar("strcmp", "text, text")
def strcmp(call: Call) -> Expr:
    a, b = call.sql
    return Expr(
        f"CASE WHEN {a} < {b} THEN -1::BIGINT WHEN {a} > {b} THEN 1::BIGINT ELSE 0::BIGINT END", "long", total=True
    )

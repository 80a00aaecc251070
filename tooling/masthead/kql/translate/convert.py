"""Conversions between Kusto's types, as the language makes them by itself and as the to…() functions do."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from masthead.kql.translate.model import Expr
from masthead.kql.translate.types import NUMERIC, null_of, sql_type

if TYPE_CHECKING:
    from masthead.kql.language import Node
    from masthead.kql.translate.translator import Translator

_WHOLE = {"int": 2**31, "long": 2**63}  # the first number that is too large

# (from, to) → SQL template. What is absent cannot be converted silently.
_TEMPLATES = {
    ("int", "long"): "{0}::BIGINT",
    ("int", "real"): "{0}::DOUBLE",
    ("long", "real"): "{0}::DOUBLE",
    ("int", "decimal"): "{0}::DECIMAL(38,18)",
    ("long", "decimal"): "{0}::DECIMAL(38,18)",
    ("real", "decimal"): "TRY_CAST({0}::VARCHAR AS DECIMAL(38,18))",
    ("decimal", "real"): "{0}::DOUBLE",
    ("long", "int"): "kq_long_to_int({0})",
    ("real", "long"): "kq_real_to_long({0})",
    ("real", "int"): "kq_real_to_int({0})",
    ("decimal", "long"): "TRY_CAST(trunc({0}) AS BIGINT)",
    ("decimal", "int"): "TRY_CAST(trunc({0}) AS INTEGER)",
    ("bool", "long"): "{0}::BIGINT",
    ("bool", "int"): "{0}::INTEGER",
    ("bool", "real"): "{0}::INTEGER::DOUBLE",
    ("int", "bool"): "({0} <> 0)",
    ("long", "bool"): "({0} <> 0)",
    ("real", "bool"): "({0} <> 0)",
    ("dynamic", "long"): "kq_dynamic_long({0})",
    ("dynamic", "int"): "kq_dynamic_int({0})",
    ("dynamic", "real"): "kq_dynamic_real({0})",
    ("dynamic", "decimal"): "TRY_CAST(kq_scalar_text({0}) AS DECIMAL(38,18))",
    ("dynamic", "bool"): "kq_dynamic_bool({0})",
    ("dynamic", "datetime"): "kq_text_datetime(kq_scalar_text({0}))",
    ("dynamic", "timespan"): "kq_dynamic_timespan({0})",
    ("dynamic", "guid"): "TRY_CAST(kq_scalar_text({0}) AS UUID)",
    ("string", "dynamic"): "to_json({0})",
    ("long", "dynamic"): "to_json({0})",
    ("int", "dynamic"): "to_json({0})",
    ("real", "dynamic"): "kq_real_json({0})",
    ("decimal", "dynamic"): "to_json({0}::DOUBLE)",
    ("bool", "dynamic"): "to_json({0})",
    ("datetime", "dynamic"): "to_json(kq_datetime_text({0}))",
    ("timespan", "dynamic"): "to_json(kq_timespan_text({0}))",
    ("guid", "dynamic"): "to_json({0}::VARCHAR)",
    ("string", "guid"): "TRY_CAST({0} AS UUID)",
    ("string", "long"): "kq_text_long({0})",
    ("string", "int"): "TRY_CAST(kq_text_long({0}) AS INTEGER)",
    ("string", "real"): "kq_text_real({0})",
    ("string", "decimal"): "TRY_CAST(nullif(trim({0}), '') AS DECIMAL(38,18))",
    ("string", "bool"): "kq_text_bool({0})",
    ("string", "datetime"): "kq_text_datetime({0})",
    ("string", "timespan"): "kq_text_timespan({0})",
    ("long", "datetime"): "{0}",
    ("long", "timespan"): "{0}",
    ("int", "datetime"): "{0}::BIGINT",
    ("int", "timespan"): "{0}::BIGINT",
    ("datetime", "long"): "{0}",
    ("timespan", "long"): "{0}",
    ("datetime", "timespan"): "{0}",
    ("datetime", "real"): "{0}::DOUBLE",
    ("timespan", "real"): "{0}::DOUBLE",
    ("datetime", "int"): "kq_long_to_int({0})",
    ("timespan", "int"): "kq_long_to_int({0})",
    ("bool", "timespan"): "{0}::BIGINT",
    ("real", "timespan"): "kq_real_to_long({0})",
}
# The same for a member of a dynamic value, {0} being the arguments of its json_extract: the usual way to read logs, and
# a tenth of the time to plan.
_MEMBERS = {
    "long": "kq_member_long({0})",
    "int": "kq_member_int({0})",
}
_TEXT = {
    "long": "{0}::VARCHAR",
    "int": "{0}::VARCHAR",
    "real": "kq_real_text({0})",
    "decimal": "kq_decimal_text({0})",
    "bool": "CASE WHEN {0} THEN 'True' WHEN NOT {0} THEN 'False' END",
    "datetime": "kq_datetime_text({0})",
    "timespan": "kq_timespan_text({0})",
    "guid": "{0}::VARCHAR",
}


def text(expr: Expr) -> Expr:
    """tostring(): any value as text; null as the empty string."""
    if expr.type == "string":
        return expr
    if expr.null:
        return Expr("''", "string", "", total=True)
    if expr.type == "dynamic":
        return _dynamic_text(expr)
    sql = _TEXT[expr.type].format(f"({expr.sql})" if not _simple(expr.sql) else expr.sql)
    return Expr(f"coalesce({sql}, '')", "string", total=True)


def _dynamic_text(expr: Expr) -> Expr:
    """A dynamic value as text, of which it is remembered what it is the text of."""
    whole = f"{expr.sql}, '$'"
    text = expr.text or f"json_extract_string({expr.extract or whole})"
    return Expr(f"coalesce({text}, '')", "string", total=True, of=expr.json)


def convert(expr: Expr, to: str, translator: Translator, node: Node) -> Expr:
    """The value as another type; "any" leaves it as it is. Null where a text or dynamic holds no such value.

    Refuses conversions that Kusto does not define.
    """
    if expr.type == to or to == "any":
        return expr
    if to == "number":
        if expr.type in NUMERIC:
            return expr
        to = "real" if expr.type == "dynamic" else "long"
    if to == "text":
        return text(expr)
    if expr.null:
        return Expr(null_of(to), to, None if to != "string" else "", total=to == "string")
    if (expr.type, to) == ("dynamic", "string"):
        return _dynamic_text(expr)
    template = _TEMPLATES.get((expr.type, to))
    if template is None and to == "string" and expr.type in _TEXT:
        return text(expr)
    if template is None:
        raise translator.unsupported(f"a {expr.type} where a {to} is expected", node)
    if expr.direct is not None and (direct := _MEMBERS.get(to)) is not None:
        sql = direct.format(expr.direct)
    else:
        sql = template.format(expr.sql if _simple(expr.sql) else f"({expr.sql})")
    if expr.constant and expr.type in NUMERIC and to in NUMERIC:
        number = expr.value
        if to in _WHOLE and not -_WHOLE[to] <= number < _WHOLE[to]:
            if expr.type == "real" and math.isfinite(number):
                what = f"{number:g} as {to}, which the service reckons otherwise than the same of a row"
                raise translator.unsupported(what, node)
            return Expr(sql, to)  # infinity and NaN among them: SQL says what they are
        return Expr(sql, to, float(number) if to == "real" else number if to == "decimal" else int(number))
    if to == "string":
        return Expr(f"coalesce({sql}, '')", "string", total=True)
    if sql == expr.sql:
        return Expr(sql, to, total=expr.total)
    return Expr(sql, to)


def typed(sql: str, kusto_type: str) -> str:
    """SQL with its type spelled out, where SQL would guess another."""
    return f"({sql})::{sql_type(kusto_type)}"


_SIMPLE = re.compile(r'^(\w+|"[^"]*"|-?[\d.]+|\'[^\']*\'|\w+\([^()]*\))$')


def _simple(sql: str) -> bool:
    return _SIMPLE.match(sql) is not None

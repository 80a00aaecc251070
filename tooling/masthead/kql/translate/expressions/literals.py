"""Literals: numbers, texts, times, and dynamic(…)."""

from __future__ import annotations

import json
import math
import uuid

from masthead.kql.language import Node
from masthead.kql.translate.literals import datetime_ticks, timespan_ticks
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import expression
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import null_of, string_literal

_INT_LIMIT = 2**31


def _null(kusto_type: str) -> Expr:
    return Expr(null_of(kusto_type), kusto_type, None)


def _is_null(node: Node) -> bool:
    return node.literal is None or str(node.literal).strip().lower() in ("null", "")


@expression("StringLiteralExpression", "CompoundStringLiteralExpression")
def text(translator: Translator, node: Node) -> Expr:
    return Expr(string_literal(node.literal), "string", node.literal, total=True)


@expression("LongLiteralExpression", "IntLiteralExpression")
def integer(translator: Translator, node: Node) -> Expr:
    kind = "int" if node.kind.startswith("Int") else "long"
    if _is_null(node):
        return _null(kind)
    try:
        value = int(str(node.literal), 0 if str(node.literal).lower().lstrip("-+").startswith("0x") else 10)
    except ValueError:
        raise translator.wrong(f"{node.literal} is not a whole number", node) from None
    if not -(2**63) <= value < 2**63 or (kind == "int" and not -_INT_LIMIT <= value < _INT_LIMIT):
        raise translator.unsupported(f"the number {value}, too large for {kind}", node)
    return Expr(f"{value}::{'INTEGER' if kind == 'int' else 'BIGINT'}", kind, value, total=True)


@expression("RealLiteralExpression")
def real(translator: Translator, node: Node) -> Expr:
    if _is_null(node):
        return _null("real")
    literal = str(node.literal).strip().lower()
    try:
        value = float({"+inf": "inf", "-inf": "-inf", "nan": "nan"}.get(literal, literal))
    except ValueError:
        raise translator.wrong(f"{node.literal} is not a number", node) from None
    sql = f"'{value}'::DOUBLE" if not math.isfinite(value) else f"{value!r}::DOUBLE"
    return Expr(sql, "real", value, total=True)


@expression("DecimalLiteralExpression")
def decimal(translator: Translator, node: Node) -> Expr:
    if _is_null(node):
        return _null("decimal")
    return Expr(f"{string_literal(str(node.literal))}::DECIMAL(38,18)", "decimal", total=True)


@expression("BooleanLiteralExpression")
def boolean(translator: Translator, node: Node) -> Expr:
    if _is_null(node):
        return _null("bool")
    value = str(node.literal).lower() in ("true", "1")
    return Expr("true" if value else "false", "bool", value, total=True)


@expression("DateTimeLiteralExpression")
def datetime(translator: Translator, node: Node) -> Expr:
    """datetime() without a value is the time of the query, as now() is."""
    if node.literal == "":
        if {'"', "'"} & set(translator.query[node.start : node.end]):
            raise translator.unsupported("the datetime of an empty text", node)
        return Expr(translator.now(), "datetime", total=True)
    if _is_null(node):
        return _null("datetime")
    ticks = datetime_ticks(str(node.literal))
    if ticks is None:
        raise translator.unsupported(f"the datetime {node.literal}", node)
    return Expr(f"{ticks}::BIGINT", "datetime", ticks, total=True)


@expression("TimespanLiteralExpression")
def timespan(translator: Translator, node: Node) -> Expr:
    if _is_null(node):
        return _null("timespan")
    ticks = timespan_ticks(str(node.literal))
    if ticks is None:
        raise translator.unsupported(f"the timespan {node.literal}", node)
    return Expr(f"{ticks}::BIGINT", "timespan", ticks, total=True)


@expression("GuidLiteralExpression")
def guid(translator: Translator, node: Node) -> Expr:
    if _is_null(node):
        return _null("guid")
    try:
        value = uuid.UUID(str(node.literal))
    except ValueError:
        raise translator.wrong(f"{node.literal} is not a guid", node) from None
    return Expr(f"'{value}'::UUID", "guid", str(value), total=True)


@expression("NullLiteralExpression")
def null(translator: Translator, node: Node) -> Expr:
    return _null("dynamic")


@expression("TypeOfLiteralExpression")
def type_of(translator: Translator, node: Node) -> Expr:
    symbol = node.symbol
    if symbol is None or symbol.kind != "Primitive":
        raise translator.unsupported("this typeof()", node)
    return Expr(string_literal(symbol.name), "string", symbol.name, total=True)


@expression("DynamicExpression", "JsonObjectExpression", "JsonArrayExpression")
def dynamic(translator: Translator, node: Node) -> Expr:
    value = _json(translator, node)
    if value is None:
        return _null("dynamic")
    return Expr(f"{string_literal(encode(value))}::JSON", "dynamic", value, total=True)


def encode(value: object) -> str:
    """Compact JSON, keys in their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(translator: Translator, node: Node) -> object:
    if node.kind == "DynamicExpression":
        return _json(translator, node.child("Expression"))
    if node.kind == "JsonArrayExpression":
        return [_json(translator, item) for item in node.items("Values")]
    if node.kind == "JsonObjectExpression":
        return {_key(pair): _json(translator, pair.child("Value")) for pair in node.items("Pairs")}
    if node.kind == "UnaryMinusExpression":
        value = _json(translator, node.child("Expression"))
        if isinstance(value, int | float):
            return -value
    value = translator.scalar(node)
    if not value.constant:
        raise translator.unsupported("a value in dynamic() that is not a literal", node)
    if value.type == "datetime" and value.value is not None:
        return datetime_text(value.value)
    if value.type == "timespan" and value.value is not None:
        return timespan_text(value.value)
    if isinstance(value.value, float) and not math.isfinite(value.value):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value.value)]
    return value.value


def _key(pair: Node) -> str:
    name = pair.child("Name")
    if name.literal is not None:
        return str(name.literal)
    token = name.text
    body = token[1:-1]
    try:
        return json.loads('"' + body.replace('\\"', '"').replace('"', '\\"') + '"') if "\\" in body else body
    except ValueError:
        return body


def datetime_text(ticks: int) -> str:
    """Ticks as tostring() writes a datetime."""
    import datetime as dt

    moment = dt.datetime(1, 1, 1) + dt.timedelta(microseconds=ticks // 10)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ticks % 10_000_000:07d}Z".rjust(28, "0")


def timespan_text(ticks: int) -> str:
    """Ticks as tostring() writes a timespan."""
    sign, ticks = ("-", -ticks) if ticks < 0 else ("", ticks)
    seconds, fraction = divmod(ticks, 10_000_000)
    days, seconds = divmod(seconds, 86_400)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return sign + (f"{days}." if days else "") + text + (f".{fraction:07d}" if fraction else "")

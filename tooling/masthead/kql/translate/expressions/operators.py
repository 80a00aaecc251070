"""Arithmetic, comparison and logic, with Kusto's nulls and promotions."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import expression, python_function
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import NUMERIC, REFUSAL, TEMPORAL, refused, string_literal

_WIDTH = {"bool": 0, "int": 1, "long": 2, "real": 3, "decimal": 4}


def _sides(translator: Translator, node: Node) -> tuple[Expr, Expr]:
    return translator.scalar(node.child("Left")), translator.scalar(node.child("Right"))


# --- arithmetic ------------------------------------------------------------------------------------------------------
_SYMBOLS = {
    "AddExpression": "+",
    "SubtractExpression": "-",
    "MultiplyExpression": "*",
    "DivideExpression": "/",
    "ModuloExpression": "%",
}
_HASHES = frozenset({"hash", "hash_xxhash64"})  # they use all 64 bits, so that their sums go round, as documented


@expression(*_SYMBOLS)
def arithmetic(translator: Translator, node: Node) -> Expr:
    left, right = _sides(translator, node)
    symbol, result = _SYMBOLS[node.kind], node.type
    if left.type in TEMPORAL or right.type in TEMPORAL:
        return _temporal(translator, node, left, right, symbol, result)
    if result not in NUMERIC:
        if "dynamic" in (left.type, right.type):
            result = "real" if "real" in (left.type, right.type) else "long"
        else:
            raise translator.unsupported(f"{left.type} {symbol} {right.type}", node)
    a, b = (_operand(side, result, translator, node.child(name)) for side, name in ((left, "Left"), (right, "Right")))
    if symbol == "/":
        if result in ("int", "long"):
            return Expr(f"kq_divide({a.sql}, {b.sql})", result)
        if result == "decimal":
            return Expr(f"kq_decimal_divide({a.sql}::VARCHAR, {b.sql}::VARCHAR)::DECIMAL(38,18)", result)
        return Expr(f"({a.sql} / {b.sql})", result)
    if symbol == "%":
        return Expr(f"kq_modulo({a.sql}, {b.sql})", result)
    if symbol == "*" and result == "decimal":
        return Expr(f"kq_decimal_multiply({a.sql}::VARCHAR, {b.sql}::VARCHAR)::DECIMAL(38,18)", result)
    if result == "long" and any(n.simple_name in _HASHES for n in node.walk()):
        return Expr(f"kq_wrapped({a.sql}::HUGEINT {symbol} {b.sql}::HUGEINT)", result)
    sql = f"({a.sql} {symbol} {b.sql})"
    if a.constant and b.constant and result in ("int", "long") and None not in (a.value, b.value):
        value = {"+": a.value + b.value, "-": a.value - b.value, "*": a.value * b.value}[symbol]
        return Expr(sql, result, value, total=True)
    return Expr(sql, result, total=a.total and b.total)


@python_function("kq_decimal_divide", ["VARCHAR", "VARCHAR"], "VARCHAR")
def _divide(left: str | None, right: str | None) -> str | None:
    if left is None or right is None:
        return None
    if not Decimal(right):
        raise ValueError(f"{REFUSAL}a decimal divided by zero; convert it with todouble() first")
    with localcontext() as context:
        context.prec = 80
        return _exactly(Decimal(left) / Decimal(right), "quotient")


@python_function("kq_decimal_multiply", ["VARCHAR", "VARCHAR"], "VARCHAR")
def _multiply(left: str | None, right: str | None) -> str | None:
    # SQL multiplies the scales too, and so ends at numbers of a few digits.
    if left is None or right is None:
        return None
    with localcontext() as context:
        context.prec = 80
        return _exactly(Decimal(left) * Decimal(right), "product")


def _exactly(value: Decimal, what: str) -> str:
    """A decimal as text; refused where our type of decimals cannot hold it."""
    if value != value.quantize(Decimal(1).scaleb(-18)) or abs(value) >= Decimal(10) ** 20:
        raise ValueError(f"{REFUSAL}a {what} of decimals with more than 18 places, or 20 digits; use todouble() first")
    return f"{value:f}"


def _operand(value: Expr, kusto_type: str, translator: Translator, node: Node) -> Expr:
    """A side of an arithmetic operator. A dynamic value that is to be whole and has a fraction is refused."""
    if value.type == "dynamic" and kusto_type == "long" and not value.null:
        return _whole(value, "arithmetic on")
    return convert(value, kusto_type, translator, node)


def _whole(value: Expr, what: str) -> Expr:
    """A dynamic value as a whole number. Kusto does not say what becomes of a fraction: it is refused."""
    refusal = refused(f"{what} a dynamic value with a fraction; convert it with todouble() first")
    if value.direct is not None:
        return Expr(f"kq_member_whole({value.direct}, {refusal})", "long")
    return Expr(f"kq_whole({value.sql}, {refusal})", "long")


def _temporal(translator: Translator, node: Node, left: Expr, right: Expr, symbol: str, result: str) -> Expr:
    """datetime ± timespan, datetime − datetime, timespan · number, timespan / timespan. All are ticks."""
    kinds = (left.type, right.type)
    if "dynamic" in kinds:
        if left.type == "dynamic":
            left = convert(
                left, "datetime" if symbol == "-" and right.type == "datetime" else "timespan", translator, node
            )
        else:
            right = convert(right, "timespan", translator, node)
    a, b = left.sql, right.sql
    constant = left.constant and right.constant and None not in (left.value, right.value)
    if symbol in "+-" and left.type in TEMPORAL and right.type in TEMPORAL:
        value = (left.value + right.value if symbol == "+" else left.value - right.value) if constant else None
        kind = "timespan" if left.type == right.type else "datetime"
        return Expr(f"({a} {symbol} {b})", kind, value) if constant else Expr(f"({a} {symbol} {b})", kind)
    if symbol == "/" and left.type == right.type == "timespan":
        return Expr(f"({a}::DOUBLE / {b}::DOUBLE)", "real")
    if symbol == "%" and right.type == "timespan":
        return Expr(f"kq_modulo({a}, {b})", "timespan")
    if symbol in "*/" and left.type == "timespan" and right.type in NUMERIC:
        if right.type in ("int", "long"):
            value = left.value * right.value if constant and symbol == "*" else None
            sql = f"({a} * {b})" if symbol == "*" else f"kq_divide({a}, {b})"
            return Expr(sql, "timespan", value) if value is not None else Expr(sql, "timespan")
        return Expr(f"kq_real_to_long({a}::DOUBLE {symbol} {b}::DOUBLE)", "timespan")
    if symbol == "*" and right.type == "timespan" and left.type in NUMERIC:
        if left.type in ("int", "long"):
            return (
                Expr(f"({a} * {b})", "timespan", left.value * right.value)
                if constant
                else Expr(f"({a} * {b})", "timespan")
            )
        return Expr(f"kq_real_to_long({a}::DOUBLE * {b}::DOUBLE)", "timespan")
    raise translator.unsupported(f"{kinds[0]} {symbol} {kinds[1]}", node)


@expression("UnaryMinusExpression", "UnaryPlusExpression")
def sign(translator: Translator, node: Node) -> Expr:
    value = translator.scalar(node.child("Expression"))
    if node.kind == "UnaryPlusExpression":
        return value
    if value.type not in (*NUMERIC, "timespan"):
        raise translator.unsupported(f"minus a {value.type}", node)
    if value.constant and value.value is not None:
        return Expr(f"(-{value.sql})", value.type, -value.value, total=True)
    return Expr(f"(-{value.sql})", value.type, total=value.total)


# --- comparison ------------------------------------------------------------------------------------------------------
def comparable(translator: Translator, node: Node, left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """Both sides in one type that can be compared."""
    if left.type == right.type:
        if left.type == "dynamic" and not (left.null or right.null):
            return convert(left, "string", translator, node), convert(right, "string", translator, node)
        return left, right
    for a, b, flip in ((left, right, False), (right, left, True)):
        if a.type == "dynamic" or (a.null and not b.null):
            whole = a.type == "dynamic" and b.type in ("int", "long") and not a.null
            a = _whole(a, "comparing") if whole else convert(a, b.type, translator, node)
            return (b, a) if flip else (a, b)
    if left.type in _WIDTH and right.type in _WIDTH:
        wide = max(left.type, right.type, key=_WIDTH.__getitem__)
        return convert(left, wide, translator, node), convert(right, wide, translator, node)
    for a, b, flip in ((left, right, False), (right, left, True)):
        # A guid or time is compared with a text that spells one.
        if a.type == "string" and b.type in ("guid", "datetime", "timespan"):
            a = convert(a, b.type, translator, node)
            return (b, a) if flip else (a, b)
        if a.type == "string" and b.type in _WIDTH and (pair := _spelled(a, b)) is not None:
            return pair[::-1] if flip else pair
    raise translator.unsupported(f"comparing a {left.type} with a {right.type}", node)


def _spelled(text: Expr, value: Expr) -> tuple[Expr, Expr] | None:
    """A text and a number or bool that are compared for equality, where one is a constant in its usual spelling.

    Kusto allows the comparison and does not say which side it converts; for these constants both ways agree.
    """
    if value.constant and value.value is not None and value.type in ("bool", "int", "long"):
        spelling = str(value.value).lower()
        return text, Expr(string_literal(spelling), "string", spelling, total=True)
    if text.constant and value.type == "bool" and text.value in ("true", "false"):
        return Expr(text.value, "bool", text.value == "true", total=True), value
    if text.constant and value.type in ("int", "long") and re.fullmatch(r"0|-?[1-9]\d{0,17}", text.value):
        return Expr(f"{text.value}::BIGINT", "long", int(text.value), total=True), value
    return None


def equal(a: Expr, b: Expr) -> str:
    """a == b in SQL: null when both are null, false when one is."""
    if a.total and b.total:
        return f"({a.sql} = {b.sql})"
    if (a.constant and not a.null) or (b.constant and not b.null) or a.total or b.total:
        return f"coalesce({a.sql} = {b.sql}, false)"
    return f"kq_equal({a.sql}, {b.sql})"


@expression("EqualExpression", "NotEqualExpression")
def equality(translator: Translator, node: Node) -> Expr:
    sides = _sides(translator, node)
    left, right = comparable(translator, node, *sides)
    sql = equal(left, right)
    if translator.reads_files and (far := _far(*sides) or _far(*sides[::-1])):
        sql = f"CASE WHEN {far} THEN false ELSE {sql} END"
    if node.kind == "NotEqualExpression":
        sql = f"(NOT {sql})"
    return Expr(sql, "bool", total="kq_equal" not in sql)


def _far(member: Expr, number: Expr) -> str | None:
    """SQL that is true where a member of a dynamic value is a number, or spells one, at least 1 from a whole number.

    It reads the member once, where telling numbers of all kinds and texts apart reads it several times: worth it for
    the many rows of files.
    """
    if member.extract is None or not (number.constant and number.type in ("int", "long")) or number.value is None:
        return None
    if abs(number.value) >= 1 << 52:  # beyond it a double may be another number
        return None
    value = f"TRY_CAST(json_extract_string({member.extract}) AS DOUBLE)"
    return f"abs(coalesce({value}, {number.value}) - {number.value}) >= 1"


_ORDER = {
    "LessThanExpression": "<",
    "LessThanOrEqualExpression": "<=",
    "GreaterThanExpression": ">",
    "GreaterThanOrEqualExpression": ">=",
}


@expression(*_ORDER)
def order(translator: Translator, node: Node) -> Expr:
    left, right = comparable(translator, node, *_sides(translator, node))
    if left.type == "real" and not (left.constant and right.constant):
        # IEEE: nothing is less or greater than NaN; DuckDB would put NaN above all numbers.
        return Expr(f"kq_ordered({left.sql}, {right.sql}, {left.sql} {_ORDER[node.kind]} {right.sql})", "bool")
    return Expr(f"({left.sql} {_ORDER[node.kind]} {right.sql})", "bool", total=left.total and right.total)


@expression("BetweenExpression", "NotBetweenExpression")
def between(translator: Translator, node: Node) -> Expr:
    value = translator.scalar(node.child("Left"))
    bounds = node.child("Right")
    first, last = (translator.scalar(bounds.child(name)) for name in ("First", "Second"))
    if value.type == "datetime" and last.type == "timespan":
        last = Expr(f"({first.sql} + {last.sql})", "datetime")
    a, low = comparable(translator, node, value, first)
    b, high = comparable(translator, node, value, last)
    sql = (
        f"({a.sql} BETWEEN {low.sql} AND {high.sql})"
        if a.sql == b.sql
        else f"({a.sql} >= {low.sql} AND {b.sql} <= {high.sql})"
    )
    return Expr(f"(NOT {sql})" if node.kind == "NotBetweenExpression" else sql, "bool")


# --- logic -----------------------------------------------------------------------------------------------------------
@expression("AndExpression", "OrExpression")
def logic(translator: Translator, node: Node) -> Expr:
    word = "AND" if node.kind == "AndExpression" else "OR"
    terms, first = [], node
    while first.kind == node.kind:  # a long chain nests to the left: walk it, do not recurse
        terms.append(first.child("Right"))
        first = first.child("Left")
    values = [convert(translator.scalar(term), "bool", translator, term) for term in (first, *reversed(terms))]
    return Expr(f"({f' {word} '.join(v.sql for v in values)})", "bool", total=all(v.total for v in values))

"""series_…(): functions of numeric arrays, element by element or as a whole.

An element that is no number, or that the other array does not have, gives null. Whole numbers stay whole where the
operation keeps them so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from masthead.kql.translate.calls import Call
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL, string_literal

Number = int | float


def number(value: Any) -> Number | None:
    """An element as a number; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value


def array(text: str | None) -> list[Any] | None:
    """The elements of a JSON array; None for anything else."""
    if text is None:
        return None
    value = json.loads(text)
    return value if isinstance(value, list) else None


def dump(value: Any) -> str | None:
    """A result as JSON, as dynamic values spell what JSON has no number for."""
    return None if value is None else json.dumps(_spelled(value), separators=(",", ":"))


def _spelled(value: Any) -> Any:
    if isinstance(value, list):
        return [_spelled(v) for v in value]
    if isinstance(value, dict):
        return {k: _spelled(v) for k, v in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _safe(function: Callable[..., Number], *arguments: Number) -> Number:
    """The result as floating point defines it, where Python raises."""
    try:
        result = function(*arguments)
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan
    return math.nan if isinstance(result, complex) else result


def _divided(a: Number, b: Number) -> float:
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


_UNARY: dict[str, Callable[[Number], Number]] = {
    "abs": abs,
    "acos": math.acos,
    "asin": math.asin,
    "atan": math.atan,
    "ceiling": lambda x: float(math.ceil(x)) if math.isfinite(x) else x,
    "cos": math.cos,
    "exp": math.exp,
    "floor": lambda x: float(math.floor(x)) if math.isfinite(x) else x,
    "log": lambda x: math.log(x) if x != 0 else -math.inf,
    "sign": lambda x: (x > 0) - (x < 0),
    "sin": math.sin,
    "tan": math.tan,
}
_BINARY: dict[str, Callable[[Number, Number], Number | bool]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": _divided,
    "pow": lambda a, b: float(a) ** b,
    "equals": lambda a, b: a == b,
    "not_equals": lambda a, b: a != b,
    "greater": lambda a, b: a > b,
    "greater_equals": lambda a, b: a >= b,
    "less": lambda a, b: a < b,
    "less_equals": lambda a, b: a <= b,
}


@python_function("kq_series_unary", ["VARCHAR", "VARCHAR"], "VARCHAR")
def unary(name: str, text: str | None) -> str | None:
    elements = array(text)
    if elements is None:
        return None
    function = _UNARY[name]
    return dump([None if (x := number(e)) is None else _safe(function, x) for e in elements])


@python_function("kq_series_binary", ["VARCHAR", "VARCHAR", "VARCHAR"], "VARCHAR")
def binary(name: str, left: str | None, right: str | None) -> str | None:
    a, b = array(left), array(right)
    if a is None or b is None:
        return None
    function, out = _BINARY[name], []
    for index in range(max(len(a), len(b))):
        x = number(a[index]) if index < len(a) else None
        y = number(b[index]) if index < len(b) else None
        out.append(None if x is None or y is None else _safe(function, x, y))
    return dump(out)


@scalar(" ".join(f"series_{name}" for name in _UNARY), "dynamic")
def series_unary(call: Call) -> str:
    return f"kq_series_unary({string_literal(call.name.removeprefix('series_'))}, {call.sql[0]}::VARCHAR)::JSON"


@scalar(" ".join(f"series_{name}" for name in _BINARY), "dynamic, dynamic")
def series_binary(call: Call) -> str:
    for node, argument in zip(call.nodes, call.arguments, strict=True):
        if call.translator.scalar(node).type != "dynamic":
            raise call.unsupported(f"{call.name}() of a {call.translator.scalar(node).type}; give it an array")
        if argument.constant and argument.value is not None and not isinstance(argument.value, list):
            raise call.unsupported(f"{call.name}() of a value that is no array")
    left, right = call.sql
    name = string_literal(call.name.removeprefix("series_"))
    return f"kq_series_binary({name}, {left}::VARCHAR, {right}::VARCHAR)::JSON"


# --- of the whole array ----------------------------------------------------------------------------------------------
def numbers(text: str | None) -> list[Number] | None:
    """The elements, which must all be numbers; None for what is no array, or an empty one."""
    elements = array(text)
    if elements and any(number(e) is None for e in elements):
        raise ValueError(
            f"{REFUSAL}a series with elements that are no numbers; fill them with series_fill_const() first"
        )
    return elements or None


@python_function("kq_series_total", ["VARCHAR", "VARCHAR"], "DOUBLE")
def total(name: str, text: str | None) -> float | None:
    elements = numbers(text)
    if elements is None:
        return None
    return float(math.fsum(elements) if name == "sum" else math.prod(elements))


@scalar("series_sum series_product", "dynamic")
def series_total(call: Call) -> str:
    return f"kq_series_total({string_literal(call.name.removeprefix('series_'))}, {call.sql[0]}::VARCHAR)"


_STATS = ("min", "min_idx", "max", "max_idx", "avg", "stdev", "variance")


@python_function("kq_series_stats", ["VARCHAR", "BOOLEAN"], "VARCHAR")
def stats(text: str | None, ignore: bool) -> str | None:
    """min and max, each with its first place, average, deviation and variance of a sample, sum and length, as a bag."""
    elements = array(text)
    if not elements:
        return None
    finite = [(i, x) for i, e in enumerate(elements) if (x := number(e)) is not None and math.isfinite(x)]
    if (len(finite) < len(elements) and not ignore) or not finite:
        return None
    values = [x for _, x in finite]
    low, high = min(values), max(values)
    average = math.fsum(values) / len(values)
    variance = math.fsum((x - average) ** 2 for x in values) / (len(values) - 1) if len(values) > 1 else 0.0
    places = [next(i for i, x in finite if x == extreme) for extreme in (low, high)]
    figures = (float(low), places[0], float(high), places[1], average, math.sqrt(variance), variance)
    return dump({**dict(zip(_STATS, figures, strict=True)), "sum": math.fsum(values), "len": len(elements)})


@scalar("series_stats series_stats_dynamic", "dynamic, bool")
def series_stats(call: Call) -> str | list[Expr]:
    ignore = call.sql[1] if call.count > 1 else "false"
    sql = f"kq_series_stats({call.sql[0]}::VARCHAR, {ignore})::JSON"
    if call.name == "series_stats_dynamic":
        return sql
    return [
        Expr(f"kq_dynamic_long({sql}->'{name}')", "long")
        if name.endswith("_idx")
        else Expr(f"kq_dynamic_real({sql}->'{name}')", "real")
        for name in _STATS
    ]

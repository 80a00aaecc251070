"""series_fit_line() and its kin, by least squares over the elements' places, and the series_fill_…() functions."""

from __future__ import annotations

import json
import math
from typing import Any

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.functions.series import Number, array, dump, number, numbers
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL, string_literal

_LINE = ("rsquare", "slope", "variance", "rvariance", "interception", "line_fit")


def fit(values: list[Number]) -> dict[str, Any]:
    """The line nearest to the values at 0, 1, 2…; variances are of a sample."""
    n = len(values)
    mean_x, mean_y = (n - 1) / 2, math.fsum(values) / n
    across = math.fsum((x - mean_x) ** 2 for x in range(n))
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in enumerate(values)) / across if across else 0.0
    interception = mean_y - slope * mean_x
    line = [slope * x + interception for x in range(n)]
    squares = math.fsum((y - mean_y) ** 2 for y in values)
    residual = math.fsum((y - f) ** 2 for y, f in zip(values, line, strict=True))
    return {
        "rsquare": 1 - residual / squares if squares else 1.0,
        "slope": slope,
        "variance": squares / (n - 1),
        "rvariance": residual / (n - 1),
        "interception": interception,
        "line_fit": line,
    }


@python_function("kq_series_line", ["VARCHAR"], "VARCHAR")
def line(text: str | None) -> str | None:
    elements = numbers(text)
    return None if elements is None or len(elements) < 2 else dump(fit(elements))


@scalar("series_fit_line series_fit_line_dynamic", "dynamic")
def series_fit_line(call: Call) -> str | list[Expr]:
    sql = f"kq_series_line({call.sql[0]}::VARCHAR)::JSON"
    if call.name.endswith("dynamic"):
        return sql
    return [
        Expr(f"kq_json({sql}->'{n}')", "dynamic") if n == "line_fit" else Expr(f"kq_dynamic_real({sql}->'{n}')", "real")
        for n in _LINE
    ]


# --- filling gaps ----------------------------------------------------------------------------------------------------
@python_function("kq_series_fill", ["VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN", "VARCHAR"], "VARCHAR")
def fill(way: str, text: str | None, placeholder: str | None, edges: bool, constant: str) -> str | None:
    """The array with its missing elements, those that equal the placeholder, filled in a way."""
    elements = array(text)
    if elements is None:
        return None
    missing = json.loads(placeholder) if placeholder is not None else None
    gaps = [e is None if missing is None else number(e) == missing for e in elements]
    value = json.loads(constant)
    if way == "const":
        return dump([value if gap else e for e, gap in zip(elements, gaps, strict=True)])
    places = [i for i, gap in enumerate(gaps) if not gap]
    if not places:
        return dump([value] * len(elements) if way == "linear" else elements)
    out = list(elements)
    before: int | None = None
    following = iter([*places, None])
    after = next(following)
    for index, gap in enumerate(gaps):
        if not gap:
            before, after = index, next(following)
        elif way == "forward" or (way == "linear" and after is None and edges):
            out[index] = elements[before] if before is not None else elements[index]
        elif way == "backward" or (way == "linear" and before is None and edges):
            out[index] = elements[after] if after is not None else elements[index]
        elif before is not None and after is not None:
            whole = all(isinstance(elements[i], int) for i in places)
            out[index] = _between(elements, before, after, index, whole=whole)
    return dump(out)


def _between(elements: list[Any], before: int, after: int, index: int, *, whole: bool) -> Number | None:
    low, high = number(elements[before]), number(elements[after])
    if low is None or high is None:
        return None
    exact = low + (high - low) * (index - before) / (after - before)
    if whole and exact < 0 and exact != int(exact):
        # The documented examples drop the fraction of positive values; of others they say nothing.
        raise ValueError(f"{REFUSAL}series_fill_linear() of whole numbers with a fraction below zero between them")
    return int(exact) if whole else exact


@scalar("series_fill_const series_fill_forward series_fill_backward series_fill_linear", "dynamic, any*")
def series_fill(call: Call) -> str:
    """The arguments behind the array: (constant, placeholder), (placeholder), or (placeholder, edges, constant)."""
    way = call.name.rpartition("_")[2]
    given = dict(enumerate(call.arguments))
    roles = {"const": ("constant", "placeholder"), "linear": ("placeholder", "edges", "constant")}.get(
        way, ("placeholder",)
    )
    named = {role: given.get(i + 1) for i, role in enumerate(roles)}

    def spelled(expr: Expr | None, default: str) -> str:
        if expr is None:
            return default
        return f"{convert(expr, 'dynamic', call.translator, call.node).sql}::VARCHAR"

    placeholder = spelled(named.get("placeholder"), "NULL::VARCHAR")
    constant = f"coalesce({spelled(named.get('constant'), string_literal('0.0'))}, 'null')"
    edges = named["edges"].sql if named.get("edges") is not None else "true"
    return f"kq_series_fill('{way}', {call.sql[0]}::VARCHAR, {placeholder}, {edges}, {constant})::JSON"

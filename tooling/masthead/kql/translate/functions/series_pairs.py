"""Measures of two series: their dot product, how alike their directions are, and their correlation."""

from __future__ import annotations

import math

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.functions.series import Number, array, number, numbers
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import NUMERIC, REFUSAL


def product(left: list[Number], right: list[Number]) -> float:
    """The dot product of two series of one length."""
    return math.fsum(x * y for x, y in zip(left, right, strict=True))


def _pair(left: str | None, right: str | None) -> tuple[list[Number], list[Number]] | None:
    """Both series, cut to the length of the shorter one; None where one is empty or no array."""
    a, b = numbers(left), numbers(right)
    return None if a is None or b is None else (a[: len(b)], b[: len(a)])


@python_function("kq_series_dot", ["VARCHAR", "VARCHAR"], "DOUBLE")
def dot(left: str | None, right: str | None) -> float | None:
    pair = _pair(left, right)
    return None if pair is None else product(*pair)


@python_function("kq_series_scaled", ["VARCHAR", "DOUBLE"], "DOUBLE")
def scaled(text: str | None, factor: float | None) -> float | None:
    """The dot product with a series of one number."""
    values = numbers(text)
    return None if values is None or factor is None else product(values, [factor] * len(values))


@python_function("kq_series_cosine", ["VARCHAR", "VARCHAR", "DOUBLE", "DOUBLE"], "DOUBLE")
def cosine(left: str | None, right: str | None, length: float | None, other: float | None) -> float | None:
    """The cosine of the angle between two series. `length`, `other`: their magnitudes, where they are known."""
    pair = _pair(left, right)
    if pair is None:
        return None
    lengths = [
        math.hypot(*values) if given is None else given for values, given in zip(pair, (length, other), strict=True)
    ]
    if not all(lengths):
        raise ValueError(f"{REFUSAL}series_cosine_similarity() of a series whose magnitude is 0")
    return product(*pair) / (lengths[0] * lengths[1])


@python_function("kq_series_pearson", ["VARCHAR", "VARCHAR"], "DOUBLE")
def pearson(left: str | None, right: str | None) -> float | None:
    """Null for series of different lengths and for elements that are no numbers, as documented."""
    a, b = array(left), array(right)
    if not a or not b or len(a) != len(b) or any(number(e) is None for e in (*a, *b)):
        return None
    means = [math.fsum(values) / len(values) for values in (a, b)]
    x, y = ([e - mean for e in values] for values, mean in zip((a, b), means, strict=True))
    spread = math.sqrt(product(x, x) * product(y, y))
    if not spread:
        raise ValueError(f"{REFUSAL}series_pearson_correlation() of a series whose elements are all equal")
    return product(x, y) / spread


@scalar("series_dot_product", "any, any")
def series_dot_product(call: Call) -> str:
    """One of the arguments may be a number, which stands for a series of it."""
    numeric = [argument.type in NUMERIC for argument in call.arguments]
    if not any(numeric):
        return "kq_series_dot({}::VARCHAR, {}::VARCHAR)".format(*call.sql)
    factor = convert(call.arguments[numeric.index(True)], "real", call.translator, call.node)
    return f"kq_series_scaled({call.sql[numeric.index(False)]}::VARCHAR, {factor.sql})"


@scalar("series_cosine_similarity", "dynamic, dynamic, real, real")
def series_cosine_similarity(call: Call) -> str:
    given = [call.sql[i] if i < call.count else "NULL::DOUBLE" for i in (2, 3)]
    return f"kq_series_cosine({call.sql[0]}::VARCHAR, {call.sql[1]}::VARCHAR, {', '.join(given)})"


scalar("series_magnitude", "dynamic", "sqrt(kq_series_dot({0}::VARCHAR, {0}::VARCHAR))")
scalar("series_pearson_correlation", "dynamic, dynamic", "kq_series_pearson({0}::VARCHAR, {1}::VARCHAR)")

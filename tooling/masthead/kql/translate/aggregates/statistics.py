"""Aggregates of statistics: percentiles, deviations, variances, covariances, bits.

Percentiles are by nearest rank and exact, where Kusto estimates with a t-digest: the truth is within its error.
"""

from __future__ import annotations

from decimal import Decimal

from masthead.kql.translate.aggregates.basic import predicate
from masthead.kql.translate.calls import AggregateCall
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import aggregate
from masthead.kql.translate.types import NUMERIC, SQL_TYPES, TEMPORAL, quote


def _share(call: AggregateCall, index: int) -> list[float]:
    """The percentages that an argument gives: a number, or a dynamic array of numbers."""
    given = call.constant(index)
    shares = given if isinstance(given, list) else [given]
    if not all(isinstance(s, int | float) and not isinstance(s, bool) and 0 <= s <= 100 for s in shares):
        raise call.unsupported(f"{call.name}() with a percentage that is no number from 0 to 100")
    return shares


def _ranked(call: AggregateCall) -> tuple[Expr, list[float], str]:
    """The value, the percentages that are asked for, and the SQL of the list of their percentiles, NULL of no values.

    The shares are decimals, by which SQL reckons ranks exactly.
    """
    value = _value(call)
    shares = [share for index in range(1, call.count) for share in _share(call, index)]
    quantiles = ", ".join(format(Decimal(str(share)) / 100, "f") for share in shares)
    return value, shares, f"quantile_disc({value.sql}, [{quantiles}]){call.filter()}"


def _weighted(call: AggregateCall) -> list[Expr]:
    """One value for each percentage, each value counting as often as its weight, the second argument, says."""
    value = _value(call)
    weight = call.argument(1, "long").sql
    present = f"{value.sql} IS NOT NULL"
    pairs = f"list({{'v': {value.sql}, 'w': {weight}}} ORDER BY {value.sql}){call.filter(present, f'{weight} > 0')}"
    shares = [share for index in range(2, call.count) for share in _share(call, index)]
    return [Expr(f"kq_nearest_weighted({pairs}, {share})", value.type) for share in shares]


def _value(call: AggregateCall) -> Expr:
    value = call.argument(0)
    if value.type not in (*NUMERIC, *TEMPORAL):
        raise call.unsupported(f"{call.name}() of a {value.type}")
    return value


def _columns(call: AggregateCall, values: list[Expr]) -> Expr | list[tuple[None, Expr]]:
    """One value in the type that the binder gives it (a decimal's percentile is a real), or several columns."""
    if len(values) > 1:
        return [(None, v) for v in values]
    return convert(values[0], call.type, call.translator, call.node) if call.type in SQL_TYPES else values[0]


@aggregate("percentile percentiles")
def percentiles(call: AggregateCall) -> Expr | list[tuple[None, Expr]]:
    value, shares, ranked = _ranked(call)
    if len(shares) == 1:
        return _columns(call, [Expr(f"({ranked})[1]", value.type)])
    # One list for all columns: it is as long as there are columns, and each would spell it.
    name = call.translator.fresh("ranked")
    call.shared[name] = f"struct_pack(list := {ranked})"
    return _columns(call, [Expr(f"{quote(name)}.list[{i}]", value.type) for i in range(1, len(shares) + 1)])


@aggregate("percentilew percentilesw")
def percentilesw(call: AggregateCall) -> Expr | list[tuple[None, Expr]]:
    return _columns(call, _weighted(call))


@aggregate("percentiles_array percentile_array")
def percentiles_array(call: AggregateCall) -> str:
    value, shares, ranked = _ranked(call)
    each = convert(Expr("kq_each", value.type), "dynamic", call.translator, call.node).sql
    nothing = ", ".join(["NULL"] * len(shares))
    return f"kq_array(list_transform(coalesce({ranked}, [{nothing}]), lambda kq_each: {each}))"


@aggregate("percentilesw_array percentilew_array")
def percentilesw_array(call: AggregateCall) -> str:
    elements = ", ".join(convert(v, "dynamic", call.translator, call.node).sql for v in _weighted(call))
    return f"kq_array([{elements}]::JSON[])"


# name → SQL's aggregate, and what it is of no values, as the documentation of summarize lists it.
_SPREADS = {
    "stdev": ("stddev_samp", "0.0::DOUBLE"),
    "variance": ("var_samp", "0.0::DOUBLE"),
    "stdevp": ("stddev_pop", None),
    "variancep": ("var_pop", None),
    "covariance": ("covar_samp", None),
    "covariancep": ("covar_pop", None),
}


@aggregate(" ".join(f"{name}{suffix}" for name in _SPREADS for suffix in ("", "if")))
def spread(call: AggregateCall) -> str:
    """stdev and variance are of a sample, their …p forms of a whole population."""
    name = call.name.removesuffix("if")
    function, of_none = _SPREADS[name]
    width = 2 if name.startswith("covariance") else 1
    if call.name.endswith("if"):
        call = predicate(call, width)
    arguments = ", ".join(call.argument(i, "real").sql for i in range(width))
    sql = f"{function}({arguments}){call.filter()}"
    return f"coalesce({sql}, {of_none})" if of_none else sql


@aggregate("binary_all_and binary_all_or binary_all_xor")
def binary_all(call: AggregateCall) -> str:
    function = {"and": "bit_and", "or": "bit_or", "xor": "bit_xor"}[call.name.rpartition("_")[2]]
    return f"{function}({call.argument(0, 'long').sql}){call.filter()}"

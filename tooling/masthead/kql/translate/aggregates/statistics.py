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
from masthead.kql.translate.types import NUMERIC, SQL_TYPES, TEMPORAL


def _share(call: AggregateCall, index: int) -> list[float]:
    """The percentages that an argument gives: a number, or a dynamic array of numbers."""
    given = call.constant(index)
    shares = given if isinstance(given, list) else [given]
    if not all(isinstance(s, int | float) and not isinstance(s, bool) and 0 <= s <= 100 for s in shares):
        raise call.unsupported(f"{call.name}() with a percentage that is no number from 0 to 100")
    return shares


def _percentiles(call: AggregateCall, first: int, *, weighted: bool) -> list[Expr]:
    """One value for each percentage, from argument `first` on."""
    value = call.argument(0)
    if value.type not in (*NUMERIC, *TEMPORAL):
        raise call.unsupported(f"{call.name}() of a {value.type}")
    shares = [share for index in range(first, call.count) for share in _share(call, index)]
    if not weighted:
        # As decimals, by which the rank is reckoned exactly; the same list each time, so that SQL goes over it once.
        quantiles = ", ".join(format(Decimal(str(share)) / 100, "f") for share in shares)
        ranked = f"quantile_disc({value.sql}, [{quantiles}]){call.filter()}"
        return [Expr(f"({ranked})[{i}]", value.type) for i in range(1, len(shares) + 1)]
    weight = call.argument(1, "long").sql
    present = f"{value.sql} IS NOT NULL"
    pairs = f"list({{'v': {value.sql}, 'w': {weight}}} ORDER BY {value.sql}){call.filter(present, f'{weight} > 0')}"
    return [Expr(f"kq_nearest_weighted({pairs}, {share})", value.type) for share in shares]


def _columns(call: AggregateCall, values: list[Expr]) -> Expr | list[tuple[None, Expr]]:
    """One value in the type that the binder gives it (a decimal's percentile is a real), or several columns."""
    if len(values) > 1:
        return [(None, v) for v in values]
    return convert(values[0], call.type, call.translator, call.node) if call.type in SQL_TYPES else values[0]


def _array(call: AggregateCall, values: list[Expr]) -> str:
    elements = ", ".join(convert(v, "dynamic", call.translator, call.node).sql for v in values)
    return f"kq_array([{elements}]::JSON[])"


@aggregate("percentile percentiles")
def percentiles(call: AggregateCall) -> Expr | list[tuple[None, Expr]]:
    return _columns(call, _percentiles(call, 1, weighted=False))


@aggregate("percentilew percentilesw")
def percentilesw(call: AggregateCall) -> Expr | list[tuple[None, Expr]]:
    return _columns(call, _percentiles(call, 2, weighted=True))


@aggregate("percentiles_array percentile_array")
def percentiles_array(call: AggregateCall) -> str:
    return _array(call, _percentiles(call, 1, weighted=False))


@aggregate("percentilesw_array percentilew_array")
def percentilesw_array(call: AggregateCall) -> str:
    return _array(call, _percentiles(call, 2, weighted=True))


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

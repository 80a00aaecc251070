"""Functions on numbers: rounding, powers, angles, bits."""

from __future__ import annotations

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.functions.conditions import results
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.types import refused


# Outside of the domain of a function Kusto gives null, DuckDB an error.
def _guarded(names: str, sql: str, domain: str) -> None:
    scalar(names, "real", f"CASE WHEN {domain} THEN {sql} END")


for _name in ("exp", "atan", "degrees", "radians"):
    scalar(_name, "real", f"{_name}({{0}})")
for _name in ("sin", "cos", "tan"):
    scalar(
        _name, "real", f"CASE WHEN isfinite({{0}}) THEN {_name}({{0}}) WHEN {{0}} IS NOT NULL THEN 'nan'::DOUBLE END"
    )
scalar("cot", "real", "1 / tan({0})")
scalar("exp2", "real", "power(2::DOUBLE, {0})")
scalar("exp10", "real", "power(10::DOUBLE, {0})")
_guarded("sqrt", "sqrt({0})", "{0} >= 0")
for _name in ("asin", "acos"):
    scalar(_name, "real", f"CASE WHEN isnan({{0}}) THEN {{0}} WHEN {{0}} BETWEEN -1 AND 1 THEN {_name}({{0}}) END")
for _name, _sql in (("log", "ln"), ("log2", "log2"), ("log10", "log10")):
    _zero = refused(f"{_name}(0)")
    scalar(_name, "real", f"CASE WHEN {{0}} > 0 THEN {_sql}({{0}}) WHEN {{0}} = 0 THEN {_zero} END")
scalar("pow", "real, real", "power({0}, {1})")
scalar("atan2", "real, real", "atan2({0}, {1})")
scalar("pi", "", "pi()", total=True)
scalar("isnan", "real", "coalesce(isnan({0}), false)")
scalar("isinf", "real", "coalesce(isinf({0}), false)")
scalar("isfinite", "real", "coalesce(isfinite({0}), false)")


@scalar("abs", "any")
def absolute(call: Call) -> str:
    return f"abs({results(call, [0])[0].sql})"


@scalar("ceiling", "number")
def ceiling(call: Call) -> Expr:
    value = results(call, [0])[0]
    return value if call.type in ("int", "long") else Expr(f"ceil({value.sql})", value.type, total=value.total)


@scalar("sign", "number")
def sign(call: Call) -> Expr:
    """-1, 0 or 1; 0 of null and of NaN (measured.yaml)."""
    value = convert(call.arguments[0], "real", call.translator, call.nodes[0])
    found = Expr(f"coalesce(sign({value.sql}), 0)::DOUBLE", "real", total=True)
    return convert(found, call.type, call.translator, call.node)


@scalar("round", "number, long")
def round_(call: Call) -> Expr:
    """Rounded to a number of decimal digits, or with a negative one to tens, hundreds…; halves go away from zero."""
    digits = call.constant(1, 0)
    if digits is None or abs(digits) > 300:
        raise call.unsupported("round() to this number of digits")
    value = convert(call.arguments[0], call.type, call.translator, call.nodes[0])
    if value.type in ("int", "long") and digits >= 0:
        return value
    if value.type == "real" and digits > 0:  # a number with no more digits than that is itself
        return Expr(f"kq_round({value.sql}, {digits})", call.type)
    return Expr(f"round({value.sql}, {digits})", call.type)


def _extreme(name: str, function: str) -> None:
    def emit(call: Call) -> Expr:
        values = results(call, list(range(call.count)))
        if call.type in ("dynamic", "bool"):
            raise call.unsupported(f"{name}() of {call.type} values")
        return Expr(f"{function}({', '.join(v.sql for v in values)})", call.type, total=all(v.total for v in values))

    scalar(name, "any*")(emit)


_extreme("max_of", "greatest")
_extreme("min_of", "least")

# --- bits ------------------------------------------------------------------------------------------------------------
scalar("binary_and", "long, long", "{0} & {1}")
scalar("binary_or", "long, long", "{0} | {1}")
scalar("binary_xor", "long, long", "xor({0}, {1})")
scalar("binary_not", "long", "~({0})")
scalar("bitset_count_ones", "long", "bit_count({0})::BIGINT")


scalar("binary_shift_left", "long, long", "kq_shift_left({0}, {1})")
scalar("binary_shift_right", "long, long", "CASE WHEN {1} >= 0 THEN {0} >> ({1} % 64)::INTEGER END")

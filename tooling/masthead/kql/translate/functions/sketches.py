"""Functions on what hll() and tdigest() keep of a group: see aggregates/sketches.py."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.expressions.literals import datetime_text, timespan_text
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import NUMERIC, REFUSAL, SQL_TYPES, TEMPORAL, refused

Pairs = list[list[Any]]  # [value, weight], sorted by value; times are ticks


# --- hll -------------------------------------------------------------------------------------------------------------
@scalar("dcount_hll", "dynamic")
def dcount_hll(call: Call) -> str:
    what = refused("dcount_hll() of a value that hll() did not make")
    return f"len(kq_hll_values({call.sql[0]}, {what}))"


@scalar("hll_merge", "dynamic*")
def hll_merge(call: Call) -> str:
    what = refused("hll_merge() of a value that hll() did not make")
    values = ", ".join(f"kq_hll_values({value}, {what})" for value in call.sql)
    return f"kq_hll(list_distinct(flatten([{values}])))"


# --- tdigest ---------------------------------------------------------------------------------------------------------
def _digest(text: str | None) -> dict[str, Pairs]:
    """What a digest holds, by type; null holds nothing."""
    if text is None:
        return {}
    value = json.loads(text)
    groups = value.get("tdigest") if isinstance(value, dict) else None
    if not isinstance(groups, dict):
        raise ValueError(f"{REFUSAL}a value that tdigest() did not make, where its result is expected")
    return groups


def _only(text: str | None) -> tuple[str, Pairs]:
    """A digest's type and values, without those types of which it has none."""
    groups = _digest(text)
    filled = {kind: pairs for kind, pairs in groups.items() if pairs} or groups
    if len(filled) > 1:
        raise ValueError(f"{REFUSAL}a tdigest of values of several types ({', '.join(filled)})")
    kind, pairs = next(iter(filled.items()), ("long", []))
    if any(isinstance(value, str) for value, _ in pairs):
        raise ValueError(f"{REFUSAL}a tdigest of numbers that are not finite")
    return kind, pairs


@python_function("kq_tdigest_merged", ["VARCHAR[]"], "VARCHAR")
def merged(texts: list[str | None] | None) -> str | None:
    """One digest of what several hold; null where they hold nothing."""
    groups: dict[str, Pairs] = {}
    for text in texts or []:
        for kind, pairs in _digest(text).items():
            groups.setdefault(kind, []).extend(pairs)
    if not groups:
        return None
    return json.dumps({"tdigest": {kind: sorted(pairs) for kind, pairs in groups.items()}}, separators=(",", ":"))


@python_function("kq_tdigest_at", ["VARCHAR", "DOUBLE"], "VARCHAR")
def percentile(text: str | None, share: float | None) -> str | None:
    """The value at a percentage, by nearest rank, as JSON; null of no values."""
    kind, pairs = _only(text)
    if share is None or not 0 <= share <= 100:
        raise ValueError(f"{REFUSAL}a percentage that is no number from 0 to 100")
    wanted, below = share * sum(weight for _, weight in pairs), 0
    for value, weight in pairs:
        below += weight * 100
        if below >= wanted:
            times = {"datetime": datetime_text, "timespan": timespan_text}
            return json.dumps(times[kind](value) if kind in times else value)
    return None


@python_function("kq_tdigest_rank", ["VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN"], "DOUBLE")
def rank(text: str | None, kind: str, value: str | None, as_share: bool) -> float | None:
    """How many of the values are not greater than `value`, or how many percent of them."""
    held, pairs = _only(text)
    if (held in TEMPORAL or kind in TEMPORAL) and held != kind:
        raise ValueError(f"{REFUSAL}the rank of a {kind} in a tdigest of {held} values")
    if value is None:
        return None
    limit = Decimal(value)
    if limit.is_nan():
        raise ValueError(f"{REFUSAL}the rank of NaN in a tdigest")
    count = sum(weight for member, weight in pairs if member <= limit)
    if not as_share:
        return float(count)
    total = sum(weight for _, weight in pairs)
    if not total:
        raise ValueError(f"{REFUSAL}percentrank_tdigest() of no values")
    return 100 * count / total


@scalar("tdigest_merge merge_tdigest", "dynamic*")
def tdigest_merge(call: Call) -> str:
    return f"kq_tdigest_merged([{', '.join(f'{value}::VARCHAR' for value in call.sql)}])::JSON"


@scalar("percentile_tdigest", "dynamic, real, any")
def percentile_tdigest(call: Call) -> Expr:
    """A dynamic value, or one of the type that typeof() names."""
    found = Expr(f"kq_tdigest_at({call.sql[0]}::VARCHAR, {call.sql[1]})::JSON", "dynamic")
    return convert(found, call.type, call.translator, call.node) if call.type in SQL_TYPES else found


@scalar("percentiles_array_tdigest", "dynamic, any*")
def percentiles_array_tdigest(call: Call) -> str:
    shares: list[str] = []
    for index, argument in enumerate(call.arguments[1:], start=1):
        if argument.type == "dynamic":
            listed = call.constant(index)
            if not isinstance(listed, list) or not all(type(s) in (int, float) for s in listed):
                raise call.unsupported(f"{call.name}() with percentages that are no numbers")
            shares += map(repr, listed)
        else:
            shares.append(convert(argument, "real", call.translator, call.nodes[index]).sql)
    found = ", ".join(f"kq_tdigest_at({call.sql[0]}::VARCHAR, {share})::JSON" for share in shares)
    return f"kq_array([{found}])"


@scalar("rank_tdigest percentrank_tdigest", "dynamic, any")
def rank_tdigest(call: Call) -> Expr:
    value = call.arguments[1]
    if value.type not in (*NUMERIC, *TEMPORAL):
        raise call.unsupported(f"{call.name}() of a {value.type}; convert it first, with tolong() for example")
    share = "true" if call.name.startswith("percent") else "false"
    sql = f"kq_tdigest_rank({call.sql[0]}::VARCHAR, '{value.type}', {value.sql}::VARCHAR, {share})"
    if call.type not in SQL_TYPES:
        return Expr(sql, "real")
    return convert(Expr(sql, "real"), call.type, call.translator, call.node)

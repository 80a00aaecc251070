"""rolling_percentile: a percentile over each bin and those before it."""

from __future__ import annotations

from decimal import Decimal

from masthead.kql.language import Node
from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import ColumnRef, Expr, Relation
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import NUMERIC, TEMPORAL, refused, sql_type


def _number(call: PluginCall, node: Node, what: str) -> int | float:
    """A literal: the column's name is made of it, which the language service knows for literals only."""
    if node.literal is None:
        raise call.unsupported(f"rolling_percentile with {what} that is not written as a number")
    return call.translator.constant(node, what)


@plugin("rolling_percentile")
def rolling_percentile(call: PluginCall) -> Relation:
    """For each bin: the percentile, by nearest rank, of the values in the window of bins that ends with it.

    What stands for a bin without rows between others is not documented, and refused.
    """
    translator = call.translator
    value_, share_, index_, size_, many_, *dimensions_ = call.nodes
    share, many = _number(call, share_, "a percentile"), _number(call, many_, "a number of bins")
    with translator.over(call.relation):
        value, index, size = (translator.scalar(n) for n in (value_, index_, size_))
        dimensions = [translator.scalar(n) for n in dimensions_]
    if not 0 <= share <= 100 or not isinstance(many, int) or many < 1:
        raise translator.wrong("rolling_percentile takes a percentile from 0 to 100, and 1 or more bins", call.node)
    if value.type not in (*NUMERIC, *TEMPORAL):
        raise call.unsupported(f"rolling_percentile of a {value.type}")
    if (index.type, size.type) != ("datetime", "timespan") and {index.type, size.type} - {"int", "long"}:
        raise call.unsupported("rolling_percentile by anything but datetimes and timespans, or whole numbers")
    if not size.constant or not size.value or size.value < 0:
        raise call.unsupported("rolling_percentile with a size of bins that is no constant above 0")
    if not all(n.kind == "NameReference" for n in dimensions_):
        raise call.unsupported("rolling_percentile with a dimension that is no column")
    step = size.value
    keys = [f"d{i}" for i in range(len(dimensions))]
    listed = "".join(f", {k}" for k in keys)
    given = "".join(f", {d.sql} AS {k}" for d, k in zip(dimensions, keys, strict=True))
    moment = f"({index.sql})::BIGINT"
    rows = (
        f"SELECT ({moment} - (({moment} % {step}) + {step}) % {step}) // {step} AS bin, {value.sql} AS v{given} "
        f"FROM {call.relation.source} AS s WHERE {index.sql} IS NOT NULL"
    )
    part = listed.removeprefix(", ") or "1"
    window = f"OVER (PARTITION BY {part} ORDER BY bin RANGE BETWEEN {min(many, 10**12) - 1} PRECEDING AND CURRENT ROW)"
    # The share is a decimal: that of a double may be a hair above the rank it means.
    ranked = f"quantile_disc(v, {Decimal(str(share)) / 100:f}::DECIMAL(18,15)) {window}"
    bins = f"SELECT DISTINCT bin{listed}, v FROM (SELECT * REPLACE ({ranked} AS v) FROM ({rows}) AS s) AS s"
    gap = refused("rolling_percentile with a bin that has no rows, between or beside others")
    whole = f"count(*) OVER (PARTITION BY {part}) = max(bin) OVER () - min(bin) OVER () + 1"
    sql = f"(SELECT *, {whole} AS whole FROM ({bins}) AS s)"
    sql = f"(SELECT * FROM {sql} AS s WHERE CASE WHEN whole THEN true ELSE {gap}::BOOLEAN END)"
    want = [c.name for c in call.node.columns or ()]
    values = [
        Expr(f"(bin * {step})::{sql_type(index.type)}", index.type),
        *(Expr(k, d.type, total=d.total) for k, d in zip(keys, dimensions, strict=True)),
        Expr("v", value.type),
    ]
    if len(want) != len(values):
        raise call.unsupported("this rolling_percentile (its columns are not what the language service expects)")
    made = translator.select(
        Relation(sql, (ColumnRef("bin", "long", "bin"),)), list(zip(want, values, strict=True)), keep=False
    )
    return translator.shaped(made, call.node)

"""sequence_detect: rows that follow each other step by step.

The documentation shows that every row of a step goes with every later row of the next one that the windows allow. It
does not show rows of the same time, nor several ways from the same first row to the same last one: these are refused.
"""

from __future__ import annotations

from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import ColumnRef, Expr, Relation
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import refused

STEPS_LIMIT = 10


@plugin("sequence_detect")
def sequence_detect(call: PluginCall) -> Relation:
    """The dimensions, the time of each step, and how long the sequence took."""
    translator, relation = call.translator, call.relation
    steps = [n for n in call.nodes[3:] if n.kind == "SimpleNamedExpression" and n.child("Expression").type == "bool"]
    others = call.nodes[3 + len(steps) :]
    if call.nodes[3 : 3 + len(steps)] != steps or any(n.kind != "NameReference" for n in others):
        raise call.unsupported("sequence_detect but with named conditions, and columns as dimensions behind them")
    if not 2 <= len(steps) <= STEPS_LIMIT:
        raise call.unsupported(f"sequence_detect of other than 2 to {STEPS_LIMIT} steps")
    with translator.over(relation):
        when, step, span = (translator.scalar(n) for n in call.nodes[:3])
        met = [translator.scalar_as(n.child("Expression"), "bool").sql for n in steps]
        dimensions = [translator.scalar(n) for n in others]
    if (when.type, step.type, span.type) != ("datetime", "timespan", "timespan"):
        raise call.unsupported("sequence_detect by anything but a datetime and timespans")
    keys = [f"d{i}" for i in range(len(dimensions))]
    listed = "".join(f", {k}" for k in keys)
    given = "".join(f", {d.sql} AS {k}" for d, k in zip(dimensions, keys, strict=True))
    marks = "".join(f", {sql} AS m{i}" for i, sql in enumerate(met))
    rows = translator.cte(
        f"SELECT {when.sql} AS t{given}{marks} FROM {relation.source} AS s WHERE {when.sql} IS NOT NULL",
        "steps",
        materialized=True,
    )
    found, before = "", ""
    for i in range(len(steps)):
        here = f"(SELECT t{listed}, count(*) AS n FROM {rows} AS s WHERE m{i} GROUP BY t{listed}) AS s{i}"
        near = f"s{i}.t >= {before} AND s{i}.t - {before} <= ({step.sql}) AND s{i}.t - s0.t <= ({span.sql})"
        same = "".join(f" AND s{i}.{k} IS NOT DISTINCT FROM s0.{k}" for k in keys)
        found += f" JOIN {here} ON {near}{same}" if i else here
        before = f"s{i}.t"
    times = [f"t{i}" for i in range(len(steps))]
    ends = ", ".join([*keys, times[0], times[-1]])
    unclear = {
        " OR ".join(f"n{i} > 1" for i in range(len(steps))): "with rows of one step at the same time",
        " OR ".join(f"t{i} = t{i + 1}" for i in range(len(steps) - 1)): "with rows of two steps at the same time",
    }
    ways = ""
    if len(steps) > 2:
        ways = f", count(*) OVER (PARTITION BY {ends}) AS ways"
        unclear["ways > 1"] = "with several ways between the same first and last row"
    cases = " ".join(f"WHEN {c} THEN {refused(f'sequence_detect {w}')}::BOOLEAN" for c, w in unclear.items())
    columns = "".join(f", s0.{k} AS {k}" for k in keys)
    parts = ", ".join(f"s{i}.t AS t{i}, s{i}.n AS n{i}" for i in range(len(steps)))
    sql = f"SELECT *{ways} FROM (SELECT {parts}{columns} FROM {found}) AS s"
    source = f"(SELECT * FROM ({sql}) AS s WHERE CASE {cases} ELSE true END)"
    values = [
        *(Expr(k, d.type, total=d.total) for k, d in zip(keys, dimensions, strict=True)),
        *(Expr(t, "datetime") for t in times),
        Expr(f"({times[-1]} - t0)", "timespan"),
    ]
    want = [c.name for c in call.node.columns or ()]
    if len(set(want)) != len(values) or len(want) != len(values):
        raise call.unsupported("this sequence_detect (its columns are not what the language service expects)")
    made = translator.select(
        Relation(source, (ColumnRef("t0", "datetime", "t0"),)), list(zip(want, values, strict=True)), keep=False
    )
    return translator.shaped(made, call.node)

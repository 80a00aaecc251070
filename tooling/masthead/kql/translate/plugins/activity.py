"""Plugins that tell who stays active, period by period: active_users_count, activity_metrics, activity_engagement.

A dimension slices everything: who looks back, and who was there before, is asked among the rows of the same dimensions.
The documentation leaves open what a period without rows is answered by, so such a period is refused where the next
ones are measured by it.
"""

from __future__ import annotations

from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.plugins.timelines import Timeline
from masthead.kql.translate.registry import plugin


def _gapless(line: Timeline, step: str, sql: str) -> str:
    """SELECT the rows of `sql`, one a period; refuses a dimension that has none in some period from Start to End."""
    bins = f"SELECT *, count(*) OVER (PARTITION BY {line.part}) AS bins FROM ({sql}) AS s"
    gap = {f"bins <> {line.count(step)}": "with a period from Start to End that has no rows"}
    return f"SELECT * FROM ({bins}) AS s WHERE {line.refusing(gap)}"


@plugin("active_users_count")
def active_users_count(call: PluginCall) -> Relation:
    """For each bin: who appeared there and had, up to then, appeared in so many periods of the window looked back to.

    The window ends with the appearance, and what lies a whole window before it is outside. Whether it is measured from
    the appearance or from its period is not documented: refused where it matters.
    """
    if len(call.nodes) < 8:
        raise call.unsupported("active_users_count without all of its arguments")
    line = Timeline(call, 3, [*call.nodes[:6], *call.nodes[7:]])
    window, period, step = (line.length(i, what) for i, what in enumerate(("a LookbackWindow", "a Period", "a Bin")))
    with call.translator.over(call.relation):
        least = call.translator.constant(call.nodes[6], "ActivePeriodsCount")
    if not isinstance(least, int):
        raise call.unsupported("active_users_count with an ActivePeriodsCount that is no whole number")
    if window % period:
        raise call.unsupported("active_users_count with a LookbackWindow that is no multiple of the Period")
    rows = line.binned(str(step), earlier=str(window), anywhere=True)
    unaligned = {f"({line.start}) % {period} <> 0": "from a Start that is no multiple of the Period"}
    moments = (
        f"SELECT DISTINCT who, moment, bin{line.listed}, moment // {period} AS period FROM {rows} AS s "
        f"WHERE {line.refusing(unaligned)}"
    )
    over = f"OVER (PARTITION BY who{line.listed} ORDER BY"
    seen = (
        f"SELECT who, bin{line.listed}, "
        f"count(DISTINCT period) {over} moment RANGE BETWEEN {window - 1} PRECEDING AND CURRENT ROW) >= {least} AS a, "
        f"count(DISTINCT period) {over} period RANGE BETWEEN {window // period - 1} PRECEDING AND CURRENT ROW) "
        f">= {least} AS b FROM ({moments}) AS s"
    )
    active = (
        f"SELECT bin{line.listed}, bool_or(a) AS a, bool_or(b) AS b FROM ({seen}) AS s WHERE bin >= 0 "
        f"GROUP BY who, bin{line.listed}"
    )
    unclear = {"a <> b": "where it matters whether a window begins within a Period"}
    sql = (
        f"SELECT bin{line.listed}, count(*) AS ids FROM ({active}) AS s "
        f"WHERE CASE WHEN {line.refusing(unclear)} THEN a END GROUP BY bin{line.listed}"
    )
    return line.result(sql, str(step), ["ids"])


@plugin("activity_metrics")
def activity_metrics(call: PluginCall) -> Relation:
    """For each period: who is there, who was not in the one before, and what shares of those before stayed and left."""
    line = Timeline(call, 1)
    step = line.lengths[0]
    rows = line.binned(step, step)
    who = f"SELECT DISTINCT who, bin{line.listed} FROM {rows} AS s"
    back = f"coalesce(lag(bin) OVER (PARTITION BY who{line.listed} ORDER BY bin) = bin - 1, false)"
    counted = (
        f"SELECT bin{line.listed}, count(*) AS ids, count(*) FILTER (back) AS returned "
        f"FROM (SELECT *, {back} AS back FROM ({who}) AS s) AS s GROUP BY bin{line.listed}"
    )
    before = f"lag(ids) OVER (PARTITION BY {line.part} ORDER BY bin)"
    sql = f"SELECT *, {before} AS earlier FROM ({_gapless(line, step, counted)}) AS s"
    return line.named(
        sql,
        [
            line.time("bin", step),
            *line.dimensions,
            Expr("ids", "long"),
            Expr("(ids - returned)", "long"),
            Expr(share("returned", "earlier"), "real"),
            Expr(share("(earlier - returned)", "earlier"), "real"),
        ],
    )


def share(part: str, whole: str) -> str:
    """SQL for a share; of nothing, it is NaN."""
    return f"CASE WHEN {whole} > 0 THEN {part} / {whole} ELSE 'nan'::DOUBLE END"


@plugin("activity_engagement")
def activity_engagement(call: PluginCall) -> Relation:
    """For each inner window: who is there, who is in the outer window that ends with it, and the first's share."""
    line = Timeline(call, 2)
    inner, outer = line.length(0, "an InnerActivityWindow"), line.length(1, "an OuterActivityWindow")
    if outer % inner:
        raise call.unsupported("activity_engagement with an outer window that is no multiple of the inner one")
    step = str(inner)
    rows = line.binned(step, str(outer - inner))
    # Whoever is there counts for the outer windows of so many bins, or until there again: one more, and one fewer.
    again = f"lead(bin) OVER (PARTITION BY who{line.listed} ORDER BY bin)"
    spans = (
        f"SELECT bin{line.listed}, least(bin + {outer // inner}, coalesce({again}, bin + {outer // inner})) AS gone "
        f"FROM (SELECT DISTINCT who, bin{line.listed} FROM {rows} AS s) AS s"
    )
    steps = f"WITH spans AS MATERIALIZED ({spans}) SELECT bin{line.listed}, 1 AS here, 1 AS change FROM spans "
    steps += f"UNION ALL SELECT gone{line.listed}, 0, -1 FROM spans"
    counted = (
        f"SELECT bin{line.listed}, sum(here) AS ids, sum(sum(change)) OVER "
        f"(PARTITION BY {line.part} ORDER BY bin) AS wide "
        f"FROM ({steps}) AS s GROUP BY bin{line.listed}"
    )
    sql = _gapless(line, step, f"SELECT * FROM ({counted}) AS s WHERE ids > 0")
    values = [Expr("ids::BIGINT", "long"), Expr("wide::BIGINT", "long"), Expr("(ids / wide)::DOUBLE", "real")]
    return line.named(sql, [line.time("bin", step), *line.dimensions, *values])

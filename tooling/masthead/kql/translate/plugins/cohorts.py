"""new_activity_metrics: how many of those who are new in one period are there in each of the next ones."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.plugins.activity import share
from masthead.kql.translate.plugins.timelines import Timeline
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import quote, refused

PERIODS_LIMIT = 1_500  # every period is set beside every later one


def _is_column(node: Node) -> bool:
    return node.kind == "NameReference" and node.symbol is not None and node.symbol.kind == "Column"


@plugin("new_activity_metrics")
def new_activity_metrics(call: PluginCall) -> Relation:
    """For each pair of periods, from and to: who is in `to` and was not until `from`; and how many of those who were
    new in `from` are in `to`, and how many are not.

    Every period from Start to End is in the result, without rows too: a cohort of nobody has rates that are NaN. Rows
    before Start do not count, but for who is in the table of those to look back to.
    """
    nodes, rest = call.nodes[:5], call.nodes[5:]
    known = rest.pop() if rest and rest[-1].type == "table" else None
    cohort = rest.pop(0) if rest and not _is_column(rest[0]) else None
    line = Timeline(call, 1, nodes + rest)
    step = line.lengths[0]
    rows = line.binned(step)
    if known is not None:
        rows = f"(SELECT * FROM {rows} AS s WHERE who NOT IN ({_known(call, line, known)}))"
    translator, keys = call.translator, line.part
    seen = f"SELECT DISTINCT who, bin{line.listed} FROM {rows} AS s"
    first = f"SELECT *, min(bin) OVER (PARTITION BY who{line.listed}) AS first FROM ({seen}) AS s"
    stayed = translator.cte(
        f"SELECT first, bin{line.listed}, count(*) AS n FROM ({first}) AS s GROUP BY ALL", "stayed", materialized=True
    )
    many = refused(f"new_activity_metrics of more than {PERIODS_LIMIT} periods")
    count = f"CASE WHEN {line.count(step)} > {PERIODS_LIMIT} THEN {many}::BIGINT ELSE {line.count(step)} END"
    bins = f"SELECT unnest(range({count})) AS"
    listed = f"SELECT DISTINCT 1 AS one{line.listed} FROM {stayed} AS s"
    columns = "".join(f", k.{k}" for k in line.keys)
    whole = (
        f"SELECT f.f, t.t{columns}, coalesce(n, 0) AS n FROM ({bins} f) AS f JOIN ({bins} t) AS t ON t.t >= f.f "
        f"CROSS JOIN ({listed}) AS k LEFT JOIN {stayed} AS s ON s.first = f.f AND s.bin = t.t{line.same('s', 'k')}"
    )
    fresh = f"sum(n) OVER (PARTITION BY {keys}, t ORDER BY f ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"
    sql = (
        f"SELECT *, CASE WHEN f = t THEN n ELSE coalesce({fresh}, 0) END AS fresh, "
        f"max(CASE WHEN f = t THEN n END) OVER (PARTITION BY {keys}, f) AS cohort FROM ({whole}) AS s"
    )
    if cohort is not None:
        sql = f"SELECT * FROM ({sql}) AS s WHERE f = {_cohort(call, line, cohort, step)}"
    values = [
        *(Expr(f"{n}::BIGINT", "long") for n in ("fresh", "n", "(cohort - n)")),
        *(Expr(share(n, "cohort"), "real") for n in ("n", "(cohort - n)")),
    ]
    return line.named(sql, [line.time("f", step), line.time("t", step), *line.dimensions, *values])


def _cohort(call: PluginCall, line: Timeline, node: Node, step: str) -> str:
    """SQL for the bin that the argument Cohort names."""
    with call.translator.over(call.relation):
        value = call.translator.scalar(node)
    if value.type != line.kind and {value.type, line.kind} != {"int", "long"}:
        raise call.unsupported("new_activity_metrics with a cohort that is not of the timeline's type")
    begun = f"(({value.sql}) - ({line.start}))"
    within = {f"{begun} % ({step}) <> 0": "with a cohort that no period begins with"}
    return f"CASE WHEN {line.refusing(within)} THEN {begun} // ({step}) END"


def _known(call: PluginCall, line: Timeline, node: Node) -> str:
    """SELECT the ids of the table of those to look back to: its column that is called like the one of the rows."""
    if line.keys:
        raise call.unsupported("new_activity_metrics with dimensions and a table to look back to")
    table = call.translator.tabular(node)
    column = table.column(call.nodes[0].simple_name or "")
    if column is None or column.type != line.who:
        raise call.unsupported("new_activity_metrics with a table to look back to that has no such column of ids")
    name = quote(column.identifier)
    return f"SELECT {name} FROM {table.source} AS s WHERE {name} IS NOT NULL"

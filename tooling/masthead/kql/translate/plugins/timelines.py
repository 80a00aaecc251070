"""Plugins that count who was active along a timeline: sliding_window_counts, activity_counts_metrics.

The documentation shows bins that begin at Start, and rows from Start to End. What it does not show is refused when the
data has it: rows behind End in its bin, or before Start where a window looks back, and a Start or a window that is no
multiple of the bin.
"""

from __future__ import annotations

from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import ColumnRef, Expr, Relation
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import refused


class _Timeline:
    """The arguments that such plugins have: who, when, from, to; then steps, as many as `steps`; then dimensions."""

    def __init__(self, call: PluginCall, steps: int) -> None:
        translator, nodes = call.translator, call.nodes
        self.call = call
        with translator.over(call.relation):
            who, when, start, end, *lengths = (translator.scalar(n) for n in nodes[: 4 + steps])
            dimensions = [translator.scalar(n) for n in nodes[4 + steps :]]
        wholes = ("long", "int")
        fitting = when.type == "datetime" and all(x.type == "timespan" for x in lengths)
        if not fitting and not all(x.type in wholes for x in (when, *lengths)):
            raise call.unsupported(f"{call.name} by anything but datetimes and timespans, or whole numbers")
        if {start.type, end.type} - ({when.type} if fitting else set(wholes)):
            raise call.unsupported(f"{call.name} from or to something that is not of the timeline's type")
        if not all(n.kind == "NameReference" for n in nodes[4 + steps :]):
            raise call.unsupported(f"{call.name} with a dimension that is no column")
        self.kind, self.start, self.end, self.lengths = when.type, start.sql, end.sql, [x.sql for x in lengths]
        self.keys = [f"d{i}" for i in range(len(dimensions))]
        self.dimensions = [Expr(k, d.type, total=d.total) for k, d in zip(self.keys, dimensions, strict=True)]
        listed = "".join(f", {d.sql} AS {k}" for d, k in zip(dimensions, self.keys, strict=True))
        self.rows = f"SELECT {who.sql} AS who, {when.sql} AS moment{listed} FROM {call.relation.source} AS s"

    def binned(self, step: str, before: str = "0") -> str:
        """SELECT who, bin (from 0), dimensions of the rows from Start to End; refuses what is not documented."""
        checks = {
            f"({self.start}) % ({step}) <> 0": "from a Start that is no multiple of the bin",
            f"moment < ({self.start})": "with rows before Start that a window looks back to",
            f"moment > ({self.end})": "with rows behind End in its bin",
        }
        cases = " ".join(f"WHEN {c} THEN {refused(f'{self.call.name} {w}')}::BIGINT" for c, w in checks.items())
        return self.call.translator.cte(
            f"SELECT *, CASE {cases} ELSE (moment - ({self.start})) // ({step}) END AS bin FROM ({self.rows}) AS s "
            f"WHERE moment >= ({self.start}) - ({before}) AND moment < ({self.end}) + ({step}) AND ({step}) > 0",
            "timeline",
            materialized=True,
        )

    def result(self, sql: str, step: str, counts: list[str]) -> Relation:
        """The relation of `sql`, whose columns are bin, the dimensions and `counts`, with the binder's names."""
        want = [c.name for c in self.call.node.columns or ()]
        values = [
            Expr(f"(({self.start}) + bin * ({step}))::BIGINT", self.kind),
            *self.dimensions,
            *(Expr(f"{c}::BIGINT", "long") for c in counts),
        ]
        if len(want) != len(values):
            raise self.call.unsupported(
                f"this {self.call.name} (its columns are not what the language service expects)"
            )
        made = self.call.translator.select(
            Relation(f"({sql})", (ColumnRef("bin", "long", "bin"),)), list(zip(want, values, strict=True)), keep=False
        )
        return self.call.translator.shaped(made, self.call.node)

    def same(self, a: str, b: str) -> str:
        """SQL for: two rows have the same dimensions."""
        return "".join(f" AND {a}.{k} IS NOT DISTINCT FROM {b}.{k}" for k in self.keys)


@plugin("sliding_window_counts")
def sliding_window_counts(call: PluginCall) -> Relation:
    """For each bin: the rows, and who is in them, of the window that ends with the bin."""
    line = _Timeline(call, 2)
    window, step = line.lengths
    rows = line.binned(step, f"({window}) - ({step})")
    keys = "".join(f", {k}" for k in line.keys)
    width = (
        f"CASE WHEN ({window}) % ({step}) <> 0 OR ({window}) <= 0 THEN "
        f"{refused('sliding_window_counts with a window that is no multiple of the bin')}::BIGINT "
        f"ELSE ({window}) // ({step}) END"
    )
    spread = (
        f"SELECT who{keys}, unnest(range(bin, least(bin + {width}, (({line.end}) - ({line.start})) // ({step}) + 1))) "
        f"AS bin FROM {rows} AS s"
    )
    counts = "count(*) AS rows_, count(DISTINCT who) AS ids"
    sql = f"SELECT bin{keys}, {counts} FROM ({spread}) AS s GROUP BY ALL"
    return line.result(sql, step, ["rows_", "ids"])


@plugin("activity_counts_metrics")
def activity_counts_metrics(call: PluginCall) -> Relation:
    """For each bin: the rows, who is in them, who is for the first time, and how many have been until then."""
    line = _Timeline(call, 1)
    step = line.lengths[0]
    rows = line.binned(step)
    keys = "".join(f", {k}" for k in line.keys)
    firsts = f"SELECT who{keys}, min(bin) AS bin FROM {rows} AS s GROUP BY ALL"
    sql = (
        f"SELECT *, (SELECT count(*) FROM ({firsts}) AS f WHERE f.bin = g.bin{line.same('f', 'g')}) AS new_ids, "
        f"(SELECT count(*) FROM ({firsts}) AS f WHERE f.bin <= g.bin{line.same('f', 'g')}) AS all_ids "
        f"FROM (SELECT bin{keys}, count(*) AS rows_, count(DISTINCT who) AS ids FROM {rows} AS s GROUP BY ALL) AS g"
    )
    return line.result(sql, step, ["rows_", "ids", "new_ids", "all_ids"])

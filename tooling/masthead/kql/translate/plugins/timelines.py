"""Plugins that count who was active along a timeline: sliding_window_counts, activity_counts_metrics.

The documentation shows bins that begin at Start, and rows from Start to End. What it does not show is refused when the
data has it: rows behind End in its bin, or before Start where a window looks back, a Start or a window that is no
multiple of the bin, and an id that is null.
"""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import ColumnRef, Expr, Relation
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import refused, sql_type


class Timeline:
    """The arguments that such plugins have: who, when, from, to; then steps, as many as `steps`; then dimensions.

    nodes: the arguments, where the plugin has others between them. In SQL the columns are who, moment, bin, and d0, d1…
    for the dimensions: `keys`, `listed` behind a comma, `part` to partition by.
    """

    def __init__(self, call: PluginCall, steps: int, nodes: list[Node] | None = None) -> None:
        translator, nodes = call.translator, call.nodes if nodes is None else nodes
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
        if any(x.constant and (x.null or x.value <= 0) for x in lengths) or start.null or end.null:
            raise translator.wrong(f"{call.name} takes a Start, an End, and steps above 0", call.node)
        self.kind, self.start, self.end, self.lengths = when.type, start.sql, end.sql, [x.sql for x in lengths]
        self.spans = lengths
        self.who = who.type
        self.keys = [f"d{i}" for i in range(len(dimensions))]
        self.listed = "".join(f", {k}" for k in self.keys)
        self.part = ", ".join(self.keys) or "1"
        self.dimensions = [Expr(k, d.type, total=d.total) for k, d in zip(self.keys, dimensions, strict=True)]
        listed = "".join(f", {d.sql} AS {k}" for d, k in zip(dimensions, self.keys, strict=True))
        self.rows = f"SELECT {who.sql} AS who, {when.sql}::BIGINT AS moment{listed} FROM {call.relation.source} AS s"

    def length(self, index: int, what: str) -> int:
        """One of the steps that must be a constant."""
        value = self.spans[index]
        if not value.constant:
            raise self.call.unsupported(f"{self.call.name} with {what} that is not a constant")
        return value.value

    def refusing(self, checks: dict[str, str]) -> str:
        """A condition that holds, and refuses where one of `checks` holds: condition → what is refused.

        It belongs in a WHERE: what a query does not look at, SQL does not compute.
        """
        cases = " ".join(f"WHEN {c} THEN {refused(f'{self.call.name} {w}')}::BOOLEAN" for c, w in checks.items())
        return f"CASE {cases} ELSE true END"

    def count(self, step: str) -> str:
        """SQL for how many bins there are from Start to End."""
        return f"((({self.end}) - ({self.start})) // ({step}) + 1)"

    def binned(self, step: str, before: str = "0", *, earlier: str | None = None, anywhere: bool = False) -> str:
        """SELECT who, moment, bin (from 0), dimensions of the rows from Start to End; refuses what is not documented.

        before: how far a window looks back, where rows before Start are refused; earlier: how far, where they belong
        to the window (their bins are below 0). anywhere: bins may begin anywhere, as Start does.
        """
        checks = {"who IS NULL": "of an id that is null"}
        if not anywhere:
            checks[f"({self.start}) % ({step}) <> 0"] = "from a Start that is no multiple of the bin"
        if earlier is None:
            checks[f"moment < ({self.start})"] = "with rows before Start that a window looks back to"
        checks[f"moment > ({self.end})"] = "with rows behind End in its bin; leave them out with where"
        bin_ = f"(moment - ({self.start})) // ({step})"
        if earlier is not None:
            bin_ = f"CASE WHEN moment < ({self.start}) THEN -1 ELSE {bin_} END"
        within = (
            f"moment >= ({self.start}) - ({earlier or before}) AND moment < ({self.end}) + ({step}) AND ({step}) > 0"
        )
        return self.call.translator.cte(
            f"SELECT *, {bin_} AS bin FROM ({self.rows}) AS s "
            f"WHERE CASE WHEN {within} THEN {self.refusing(checks)} ELSE false END",
            "timeline",
            materialized=True,
        )

    def time(self, bin_: str, step: str) -> Expr:
        """The time at which a bin begins."""
        return Expr(f"(({self.start}) + {bin_} * ({step}))::{sql_type(self.kind)}", self.kind)

    def result(self, sql: str, step: str, counts: list[str]) -> Relation:
        """The relation of `sql`, whose columns are bin, the dimensions and `counts`, with the binder's names."""
        counted = [Expr(f"{c}::BIGINT", "long") for c in counts]
        return self.named(sql, [self.time("bin", step), *self.dimensions, *counted])

    def named(self, sql: str, values: list[Expr]) -> Relation:
        """The relation of these values over the columns of `sql`, with the binder's names."""
        want = [c.name for c in self.call.node.columns or ()]
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
    line = Timeline(call, 2)
    window, step = line.lengths
    rows = line.binned(step, f"({window}) - ({step})")
    uneven = {f"({window}) % ({step}) <> 0 OR ({window}) <= 0": "with a window that is no multiple of the bin"}
    spread = (
        f"SELECT who{line.listed}, unnest(range(bin, least(bin + ({window}) // ({step}), {line.count(step)}))) AS bin "
        f"FROM {rows} AS s WHERE {line.refusing(uneven)}"
    )
    counts = "count(*) AS rows_, count(DISTINCT who) AS ids"
    sql = f"SELECT bin{line.listed}, {counts} FROM ({spread}) AS s GROUP BY ALL"
    return line.result(sql, step, ["rows_", "ids"])


@plugin("activity_counts_metrics")
def activity_counts_metrics(call: PluginCall) -> Relation:
    """For each bin: the rows, who is in them, who is for the first time, and how many have been until then."""
    line = Timeline(call, 1)
    step = line.lengths[0]
    rows = line.binned(step)
    counted = f"SELECT bin{line.listed}, count(*) AS rows_, count(DISTINCT who) AS ids FROM {rows} AS s GROUP BY ALL"
    firsts = f"SELECT who{line.listed}, min(bin) AS bin FROM {rows} AS s GROUP BY ALL"
    sql = (
        f"SELECT *, (SELECT count(*) FROM ({firsts}) AS f WHERE f.bin = g.bin{line.same('f', 'g')}) AS new_ids, "
        f"(SELECT count(*) FROM ({firsts}) AS f WHERE f.bin <= g.bin{line.same('f', 'g')}) AS all_ids "
        f"FROM ({counted}) AS g"
    )
    return line.result(sql, step, ["rows_", "ids", "new_ids", "all_ids"])

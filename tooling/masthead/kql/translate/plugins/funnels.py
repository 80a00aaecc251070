"""funnel_sequence_completion: how many get how far along a sequence of states in how much time.

The documentation speaks of the time of the whole sequence and of that between two steps, and does not say what becomes
of states at the same time or of a sequence that goes on into the next bin. So the sequences are counted twice, as
strictly and as loosely as its words allow, and where the numbers differ the query is refused.
"""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.literals import timespan_ticks
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.plugins.timelines import Timeline
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import string_literal

STEPS_LIMIT = 10
PERIODS_LIMIT = 10


def states(call: PluginCall, node: Node) -> list[str]:
    """The states that make the sequence, each another one."""
    given = call.translator.constant(node, "a sequence")
    if not isinstance(given, list) or not all(isinstance(s, str) for s in given):
        raise call.unsupported(f"{call.name} of anything but a dynamic array of strings")
    if not 1 <= len(given) <= STEPS_LIMIT or len(set(given)) != len(given):
        raise call.unsupported(f"{call.name} of other than 1 to {STEPS_LIMIT} states, or of a state that comes twice")
    return given


def line_of_states(call: PluginCall, nodes: list[Node]) -> Timeline:
    """The timeline of the arguments, whose one dimension is the state."""
    line = Timeline(call, 1, nodes)
    if line.kind != "datetime":
        raise call.unsupported(f"{call.name} by anything but datetimes and timespans")
    if line.dimensions[0].type != "string":
        raise call.unsupported(f"{call.name} of states that are no strings")
    return line


def _periods(call: PluginCall, node: Node) -> list[int]:
    """Ticks of the periods."""
    given = call.translator.constant(node, "an array of periods")
    texts = given if isinstance(given, list) else [given]
    ticks = [timespan_ticks(t) if isinstance(t, str) and ":" in t else None for t in texts]
    if None in ticks or min(ticks, default=0) <= 0 or len(set(ticks)) != len(ticks) or len(ticks) > PERIODS_LIMIT:
        raise call.unsupported(f"{call.name} with other than up to {PERIODS_LIMIT} different timespans above 0")
    return ticks


@plugin("funnel_sequence_completion")
def funnel_sequence_completion(call: PluginCall) -> Relation:
    """For each bin, state of the sequence and period: how many come from the first state to this one in the period."""
    if len(call.nodes) != 8:
        raise call.unsupported("funnel_sequence_completion with other than its eight arguments")
    line = line_of_states(call, call.nodes[:6])
    step, cte = line.lengths[0], call.translator.cte
    sequence, periods = states(call, call.nodes[6]), _periods(call, call.nodes[7])
    rows = line.binned(step, anywhere=True)
    listed = ", ".join(f"{p}::BIGINT" for p in periods)
    begun = f"({line.start}) + bin * ({step})"
    steps = []
    for number, state in enumerate(sequence):
        here = cte(
            f"SELECT DISTINCT who, moment, bin, {begun} AS begun, p FROM {rows} AS s, (SELECT unnest([{listed}]) AS p) "
            f"WHERE d0 = {string_literal(state)}",
            "state",
            materialized=True,
        )
        if not number:
            loose = here
            strict = cte(f"SELECT who, moment, bin, p, moment AS since FROM {here} AS s", "strict", materialized=True)
        else:
            before = f"SELECT h.*, l.moment AS m FROM {here} AS h ASOF JOIN {loose} AS l ON h.who = l.who AND h.p = l.p"
            crossing = f"SELECT count(*) AS n FROM ({before} AND l.moment < h.begun) AS s WHERE moment - m <= p"
            refusal = line.refusing({"n > 0": "of a sequence that goes on from one bin into the next"})
            loose = cte(
                f"SELECT s.* EXCLUDE (m) FROM ({before} AND l.moment <= h.moment) AS s, ({crossing}) AS c "
                f"WHERE moment - m <= p AND {refusal}",
                "loose",
                materialized=True,
            )
            strict = cte(
                f"SELECT s.who, h.moment, s.bin, s.p, max(s.since) AS since FROM {strict} AS s ASOF JOIN {here} AS h "
                "ON s.who = h.who AND s.p = h.p AND s.moment < h.moment "
                "WHERE h.moment - s.since < s.p AND h.bin = s.bin GROUP BY ALL",
                "strict",
                materialized=True,
            )
        steps += [
            f"SELECT {number} AS step, {n} AS reading, bin, p, who FROM {s} AS s" for n, s in enumerate((strict, loose))
        ]
    counted = (
        "SELECT step, bin, p, count(DISTINCT who) FILTER (reading = 0) AS n, count(DISTINCT who) AS most "
        f"FROM ({' UNION ALL '.join(steps)}) AS s GROUP BY step, bin, p"
    )
    names = ", ".join(string_literal(s) for s in sequence)
    grid = (
        f"SELECT bin, unnest(range({len(sequence)})) AS step, p FROM (SELECT DISTINCT bin FROM {rows} AS s) AS s, "
        f"(SELECT unnest([{listed}]) AS p) AS p"
    )
    unclear = {
        "n <> most": "where it matters how the time of a sequence is measured",
        "coalesce(most, 0) = 0": "with a state that nobody comes to in some bin",
    }
    sql = (
        f"SELECT bin, [{names}][step + 1] AS state, p, n FROM ({grid}) AS g LEFT JOIN ({counted}) AS c "
        f"USING (bin, step, p) WHERE {line.refusing(unclear)}"
    )
    values = [Expr("state", "string", total=True), Expr("p", "timespan"), Expr("n", "long")]
    return line.named(sql, [line.time("bin", step), *values])

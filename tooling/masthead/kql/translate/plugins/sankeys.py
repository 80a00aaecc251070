"""funnel_sequence: who goes through a sequence of states, from where and to where; three results.

The documentation shows that a state which repeats itself stands once, and little more: not which of several ways
through the sequence count, nor which of several states before and behind it. So it is answered where an id has only one
of each, and refused where one goes through the sequence in any other way.
"""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import ColumnRef, Expr, Relation
from masthead.kql.translate.plugins.funnels import line_of_states, states
from masthead.kql.translate.plugins.timelines import Timeline
from masthead.kql.translate.registry import plugin, results
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import string_literal

SAMPLES_LIMIT = 128  # ids in the column samples; which of more, is not documented


@plugin("funnel_sequence")
def in_between(call: PluginCall) -> Relation:
    """Refused: the documentation does not say what comes of three results."""
    raise call.unsupported("funnel_sequence, which returns three tables, before another operator")


@results("evaluate funnel_sequence")
def funnel_sequence(translator: Translator, node: Node, relation: Relation) -> list[Relation]:
    """How many came from one state and went on to another, how many came from one, and how many went on to one."""
    function = node.child("FunctionCall")
    call = PluginCall(translator, node, "funnel_sequence", function.items("ArgumentList"), relation)
    if len(call.nodes) != 8:
        raise call.unsupported("funnel_sequence with other than its eight arguments")
    window_, step_, state_ = call.nodes[4:7]
    line = line_of_states(call, [*call.nodes[:4], step_, state_])
    with translator.over(relation):
        window = translator.scalar(window_)
    if window.type != "timespan":
        raise call.unsupported("funnel_sequence with a window between two steps that is no timespan")
    through = translator.cte(
        _through(line, states(call, call.nodes[7]), line.lengths[0], window.sql), "through", materialized=True
    )
    return [_counted(call, line, through, columns) for columns in (["prev", "next"], ["prev"], ["next"])]


def _through(line: Timeline, sequence: list[str], step: str, window: str) -> str:
    """SELECT who went through the sequence, in which bin, from which state (prev) and to which (next)."""
    outside = {
        "who IS NULL": "of an id that is null",
        f"moment < ({line.start}) OR moment > ({line.end})": "with rows shortly before Start or behind End",
    }
    rows = (
        f"SELECT DISTINCT who, moment, d0 AS state, (moment - ({line.start})) // ({step}) AS bin FROM ({line.rows}) "
        f"AS s WHERE CASE WHEN moment >= ({line.start}) - ({window}) AND moment <= ({line.end}) + ({window}) "
        f"AND ({step}) > 0 THEN {line.refusing(outside)} ELSE false END"
    )
    by_id = "OVER (PARTITION BY who ORDER BY moment"
    turns = (
        f"SELECT *, lag(state) {by_id}) IS DISTINCT FROM state AS turned, "
        f"lag(moment) {by_id}) = moment AS tied FROM ({rows}) AS s"
    )
    runs = f"SELECT *, count(*) FILTER (turned) {by_id} ROWS UNBOUNDED PRECEDING) AS run FROM ({turns}) AS s"
    runs = (
        "SELECT who, state, min(moment) AS since, max(moment) AS until, min(bin) AS bin, max(bin) AS last, "
        f"coalesce(bool_or(tied), false) AS tied FROM ({runs}) AS s GROUP BY who, run, state"
    )
    wanted = ", ".join(string_literal(s) for s in sequence)
    ids = (
        "SELECT who, list(state ORDER BY since, until) AS states, list(since ORDER BY since, until) AS since, "
        "list(until ORDER BY since, until) AS until, min(bin) AS bin, max(last) AS last, bool_or(tied) AS tied "
        f"FROM ({runs}) AS s GROUP BY who HAVING list_has_all(list(state), [{wanted}])"
    )
    many = len(sequence)
    at = f"SELECT *, list_position(states, {string_literal(sequence[0])}) AS place FROM ({ids}) AS s"
    places = ", ".join(f"list_position(states, {string_literal(s)})" for s in sequence)
    gaps = f"list_transform(range(place, place + {many - 1}), lambda i: {{}})"
    least, most = gaps.format("since[i + 1] - until[i]"), gaps.format("until[i + 1] - since[i]")
    ordered = f"[{places}] = list_sort([{places}])"
    unclear = {
        "tied": "of an id with two states at the same time",
        "len(list_distinct(states)) <> len(states)": "of an id that comes back to a state",
    }
    if many > 1:
        unclear |= {
            f"{ordered} AND list_position(states, {string_literal(sequence[-1])}) - place <> {many - 1}": (
                "of an id with other states within the sequence"
            ),
            f"{ordered} AND list_max({least}) <= ({window}) AND list_max({most}) > ({window})": (
                "of an id that stays in a state of the sequence for longer than the window between two steps"
            ),
        }
    short = f"{ordered} AND list_max({least}) <= ({window})" if many > 1 else "true"
    unclear |= {
        f"{short} AND (place > 1 AND since[place] - until[place - 1] > ({window}) "
        f"OR place + {many} <= len(states) AND since[place + {many}] - until[place + {many - 1}] > ({window}))": (
            "of an id with a state further away from the sequence than the window between two steps"
        ),
        f"{short} AND bin <> last": "of an id that is in more than one bin",
    }
    return (
        "SELECT who, bin, CASE WHEN place > 1 THEN states[place - 1] ELSE '' END AS prev, "
        f"coalesce(states[place + {many}], '') AS next FROM ({at}) AS s "
        f"WHERE CASE WHEN {line.refusing(unclear)} THEN {short} END"
    )


def _counted(call: PluginCall, line: Timeline, through: str, columns: list[str]) -> Relation:
    """The number of those who went through, by bin and these columns, with the ids themselves."""
    keys = ", ".join(columns)
    who = convert(Expr("who", line.who), "dynamic", call.translator, call.node).sql
    many = {f"n > {SAMPLES_LIMIT}": f"with more than {SAMPLES_LIMIT} ids in a row, of which it samples some"}
    grouped = (
        f"SELECT bin, {keys}, count(*) AS n, list({who} ORDER BY who) AS ids FROM {through} AS s GROUP BY bin, {keys}"
    )
    source = f"(SELECT * FROM ({grouped}) AS s WHERE {line.refusing(many)})"
    values = [
        (call.nodes[1].simple_name or "", line.time("bin", line.lengths[0])),
        *((c, Expr(c, "string", total=True)) for c in columns),
        ("dcount", Expr("n", "long")),
        ("samples", Expr("kq_array(ids::JSON[])", "dynamic")),
    ]
    return call.translator.select(Relation(source, (ColumnRef("bin", "long", "bin"),)), values, keep=False)

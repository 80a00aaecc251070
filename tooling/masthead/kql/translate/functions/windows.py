"""Functions that look at other rows, over rows in order: prev, next, row_number, row_cumsum, ranks, sessions."""

from __future__ import annotations

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import ORDER, Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.scope import Window
from masthead.kql.translate.types import quote, refused

_ORDERED = f"ORDER BY {quote(ORDER)}"


def _group(call: Call) -> str | None:
    """The hidden column that parts the rows at hand, if one does."""
    rows, group = call.translator.rows, call.translator.group
    return group if rows is not None and rows.relation is not None and group in rows.relation.hidden else None


def _window(call: Call, *more: str) -> str:
    """OVER the rows in order, of one group where operators go through groups; `more`: what else parts the rows."""
    group = _group(call)
    parts = ", ".join([*([quote(group)] if group else []), *more])
    return f"OVER ({f'PARTITION BY {parts} ' if parts else ''}{_ORDERED})"


def _computed(call: Call, sql: Window) -> str:
    """A column with the window's value: SQL nests no windows, and the language does."""
    rows = call.translator.rows
    if rows is None or rows.relation is None or rows.windows is None:
        raise call.unsupported(f"{call.name}() here; use it in extend, project, serialize or where")
    if not rows.relation.ordered:
        raise call.translator.wrong(f"{call.name}() needs rows in order: put sort or serialize before", call.node)
    identifier = call.translator.fresh("window")
    rows.windows.append((identifier, sql))
    return quote(identifier)


def _neighbour(name: str, function: str) -> None:
    def emit(call: Call) -> Expr:
        value, offset = call.arguments[0], call.constant(1, 1)
        if offset is None or offset < 0:
            raise call.unsupported(f"{name}() with a negative offset")
        default = "NULL"
        if call.count > 2:
            default = convert(call.arguments[2], value.type, call.translator, call.nodes[2]).sql
        elif value.type == "string":
            default = "''"
        column = _computed(call, f"{function}({value.sql}, {offset}, {default}) {_window(call)}")
        return Expr(column, value.type, total=value.type == "string")

    scalar(name, "any, long, any")(emit)


_neighbour("prev", "lag")
_neighbour("next", "lead")


def _partition(call: Call, index: int) -> str:
    """The window in which a count runs: a new one where the restart argument holds."""
    if call.count <= index:
        return _window(call)
    return _window(call, _computed(call, f"sum(CASE WHEN {call.sql[index]} THEN 1 ELSE 0 END) {_window(call)}"))


@scalar("row_number", "long, bool")
def row_number(call: Call) -> Expr:
    start = call.sql[0] if call.count else "1"
    return Expr(_computed(call, f"row_number() {_partition(call, 1)} - 1 + {start}"), "long", total=True)


@scalar("row_cumsum", "number, bool")
def row_cumsum(call: Call) -> Expr:
    """The running sum of whole numbers or reals; a null within is refused, for what follows is not documented."""
    value = call.arguments[0]
    kind = "DOUBLE" if value.type == "real" else "BIGINT"
    if value.type == "decimal":
        raise call.unsupported("row_cumsum() of decimals")
    term = f"CASE WHEN {value.sql} IS NULL THEN {refused('row_cumsum() of a null')} ELSE {value.sql} END"
    total = _computed(call, f"(sum({term}) {_partition(call, 1)})::{kind}")
    return convert(Expr(total, "real" if kind == "DOUBLE" else "long"), call.type, call.translator, call.node)


def _changes(call: Call) -> tuple[str, str, str]:
    """The window, whether the term differs from that of the row before, and the row's number."""
    window = _partition(call, 1)
    term = call.sql[0]
    changed = _computed(call, f"CASE WHEN {term} IS DISTINCT FROM lag({term}) {window} THEN 1 ELSE 0 END")
    return window, changed, _computed(call, f"row_number() {window}")


@scalar("row_rank_min", "any, bool")
def row_rank_min(call: Call) -> Expr:
    """The number of the first row of those that have the same term one after the other."""
    window, changed, number = _changes(call)
    rank = f"max(CASE WHEN {changed} = 1 OR {number} = 1 THEN {number} END) {window}"
    return Expr(_computed(call, rank), "long", total=True)


@scalar("row_window_session", "datetime, timespan, timespan, bool")
def row_window_session(call: Call) -> Expr:
    """Where a session starts hangs on where the one before did, so this goes from row to row."""
    if _group(call):
        raise call.unsupported("row_window_session() within groups of rows")
    value, longest, gap = call.sql[:3]
    restart = call.sql[3] if call.count > 3 else "false"
    translator = call.translator

    def sessions(source: str, identifier: str) -> str:
        place = f"row_number() OVER ({_ORDERED})"
        columns = f"{value} AS v, {longest} AS longest, {gap} AS gap, coalesce({restart}, false) AS restart"
        numbered = f"SELECT *, {place} AS n FROM (SELECT {quote(ORDER)}, {columns} FROM {source} AS s) AS s"
        rows = translator.cte(numbered, "values", materialized=True)
        null = refused("row_window_session() of a null")
        begins = "p.at IS NULL OR r.restart OR r.v >= p.at + r.longest OR r.v >= p.v + r.gap"
        at = f"CASE WHEN r.v IS NULL THEN {null}::BIGINT WHEN {begins} THEN r.v ELSE p.at END"
        name = quote(translator.fresh("sessions"))
        steps = (
            f"WITH RECURSIVE {name} AS (SELECT 0::BIGINT AS n, NULL::BIGINT AS at, NULL::BIGINT AS v UNION ALL "
            f"SELECT r.n, {at}, r.v FROM {name} AS p JOIN {rows} AS r ON r.n = p.n + 1) SELECT * FROM {name}"
        )
        made = translator.cte(steps, "sessions", materialized=True)
        mine = quote(translator.fresh("place"))
        chosen = f"(SELECT *, {place} AS {mine} FROM {source} AS s)"
        return f"(SELECT s.*, p.at AS {identifier} FROM {chosen} AS s JOIN {made} AS p ON p.n = s.{mine})"

    return Expr(_computed(call, sessions), "datetime")


@scalar("row_rank_dense", "any, bool")
def row_rank_dense(call: Call) -> Expr:
    """Counts the rows, of those so far, whose term differs from that of the row before."""
    window, changed, first = _changes(call)
    return Expr(
        _computed(call, f"(1 + sum(CASE WHEN {first} > 1 THEN {changed} ELSE 0 END) {window})::BIGINT"),
        "long",
        total=True,
    )

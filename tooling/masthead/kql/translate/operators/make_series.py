"""make-series: arrays of aggregates along an axis, its gaps filled."""

from __future__ import annotations

from dataclasses import dataclass

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import NUMERIC, quote, refused, sql_type, string_literal

SERIES_LIMIT = 1_048_576  # elements of one series, as the service has it
_AXES = ("datetime", "timespan", "long", "int")
_KEY, _BIN = "$key", "$bin"
_UNALIGNED = (
    "make-series in range(): what it returns for a start that is no multiple of the step, or for rows that "
    "come after the stop within its step, is not defined well enough; write from, to and step instead"
)
_NOTHING = "make-series kind=nonempty of no rows, with by or without from and to: it is not documented what it returns"


@dataclass(frozen=True, slots=True)
class _Axis:
    """The axis: where rows stand on it and where it goes. All SQL of whole numbers; None: where the data is."""

    value: Expr
    step: str
    start: str | None
    stop: str | None  # exclusive
    check: str | None = None  # a condition under which the answer is not defined


def _axis(translator: Translator, node: Node, relation: Relation) -> _Axis:
    clause = node.child("RangeClause")
    with translator.over(relation):
        on = node.child("OnClause").child("Expression")
        value = translator.scalar(on)
        if value.type not in _AXES:
            raise translator.unsupported(f"make-series along a {value.type}", on)

        def bound(expression: Node) -> str:
            return f"({translator.scalar_as(expression, value.type).sql})::BIGINT"

        def width(expression: Node) -> str:
            kind = "timespan" if value.type in ("datetime", "timespan") else "long"
            made = translator.scalar_as(expression, kind)
            if made.constant and (made.value is None or made.value <= 0):
                raise translator.wrong("the step of make-series must be greater than zero", expression)
            return f"({made.sql})::BIGINT"

        if clause.kind == "MakeSeriesInRangeClause":
            start, stop, step = clause.items("Arguments")
            first, last, size = bound(start), bound(stop), width(step)
            place = f"({value.sql})"
            check = f"{first} % {size} <> 0 OR ({place} > {last} AND {place} < ({last} // {size} + 1) * {size})"
            return _Axis(value, size, first, f"({last} + 1)", check)
        bounds = {}
        for end in ("From", "To", "Step"):
            part = clause.child(f"MakeSeries{end}Clause")
            bounds[end] = None if part is None else part.child("Expression") or part.children[-1]
        return _Axis(
            value,
            width(bounds["Step"]),
            bound(bounds["From"]) if bounds["From"] is not None else None,
            bound(bounds["To"]) if bounds["To"] is not None else None,
        )


def _floor(value: str, step: str) -> str:
    """How many whole steps there are in a value, negative ones too: SQL's // rounds towards zero."""
    return f"(({value}) - ((({value}) % {step}) + {step}) % {step}) // {step}"


def _aggregates(translator: Translator, node: Node, relation: Relation) -> list[tuple[Expr, Expr]]:
    """Each aggregate, and the value of bins that have no rows, as dynamic."""
    made = []
    for item in node.items("Aggregates"):
        with translator.over(relation, aggregating=True):
            value = translator.scalar(item.child("Expression"))
        if value.type not in NUMERIC:
            raise translator.unsupported(f"a series of {value.type}", item)
        clause = item.child("DefaultExpression")
        default = Expr("0", "long", 0)
        if clause is not None:
            default = translator.scalar(clause.child("Expression"))
            if default.type not in NUMERIC and not default.null:
                raise translator.unsupported(f"a default of {default.type}", clause)
        if value.type in ("real", "decimal"):
            default = convert(default, value.type, translator, item)
        made.append((convert(value, "dynamic", translator, item), convert(default, "dynamic", translator, item)))
    return made


@operator("MakeSeriesOperator")
def make_series(translator: Translator, node: Node, relation: Relation) -> Relation:
    by_clause = node.child("ByClause")
    keys = by_clause.items("Expressions") if by_clause is not None else []
    names = [c.name for c in node.columns or ()]
    axis = _axis(translator, node, relation)
    nonempty = _parameter(node, "kind") == "nonempty"
    open_ = nonempty and (bool(keys) or axis.start is None or axis.stop is None)
    group = translator.group if translator.group in relation.hidden else None
    if nonempty and group:
        raise translator.unsupported("make-series kind=nonempty within groups", node)
    with translator.over(relation):
        key_values = [translator.scalar(k) for k in keys]
    aggregates = _aggregates(translator, node, relation)
    for item, column in zip(node.items("Aggregates"), (node.columns or ())[len(keys) :], strict=False):
        if column.type != "dynamic":
            # The language service takes a nameless percentile() or take_any() for one value, not for a series.
            raise translator.unsupported(f"the series {column.name} without a name of its own; write: p = …", item)
    if len(names) != len(keys) + len(aggregates) + 1:
        raise translator.unsupported("this make-series (an aggregate of several columns)", node)

    # One row a group and bin; the bin is counted from the start, or from 0 where the series starts with its data.
    place, origin = f"({axis.value.sql})::BIGINT", axis.start or "0::BIGINT"
    conditions = [f"{place} IS NOT NULL"]
    if axis.check:
        conditions.append(f"CASE WHEN {axis.check} THEN {refused(_UNALIGNED)}::BOOLEAN ELSE true END")
    conditions += [f"{place} >= {axis.start}"] if axis.start else []
    conditions += [f"{place} < {axis.stop}"] if axis.stop else []
    bin_sql = f"({place} - {origin}) // {axis.step}" if axis.start else _floor(place, axis.step)
    if group:
        key_values.append(Expr(quote(group), "long"))
    key_names = [f"k{i}" for i in range(len(key_values))]
    value_names = [f"v{i}" for i in range(len(aggregates))]
    selected = [f"{v.sql} AS {n}" for v, n in zip(key_values, key_names, strict=True)]
    selected += [f"{bin_sql} AS {quote(_BIN)}"]
    selected += [f"{a.sql} AS {n}" for (a, _), n in zip(aggregates, value_names, strict=True)]
    grouped = (
        f"SELECT {', '.join(selected)} FROM {relation.source} AS s WHERE {' AND '.join(conditions)} "
        f"GROUP BY {', '.join(str(i + 1) for i in range(len(key_names) + 1))}"
    )
    key = f"dense_rank() OVER (ORDER BY {', '.join(key_names)})" if key_names else "1"
    bins = translator.cte(f"SELECT *, {key} AS {quote(_KEY)} FROM ({grouped}) AS s", "bins", materialized=True)

    # The axis of each group.
    first = "0" if axis.start else f"min({quote(_BIN)})"
    behind = f"max({quote(_BIN)}) + 1"
    if axis.stop:
        behind = f"greatest(0, {_floor(f'{axis.stop} - {origin} + {axis.step} - 1', axis.step)})"
    groups = f"SELECT {quote(_KEY)}, {first} AS lo, {behind} AS hi FROM {bins} AS s GROUP BY {quote(_KEY)}"
    if nonempty and not open_:
        groups = f"SELECT 1 AS {quote(_KEY)}, 0 AS lo, {behind} AS hi"
    too_long = string_literal(f"make-series makes more than {SERIES_LIMIT:,} elements; take a larger step")
    upper = f"CASE WHEN hi - lo > {SERIES_LIMIT} THEN error({too_long})::BIGINT ELSE hi END"
    grid = f"SELECT {quote(_KEY)}, unnest(range(lo, {upper})) AS i FROM ({groups}) AS s"

    # Both together; a group's key comes from any of its rows.
    listed = [f"first(n.{k}) AS {quote(n)}" for k, n in zip(key_names[: len(keys)], names, strict=False)]
    if group:
        listed.append(f"first(n.{key_names[-1]}) AS {quote(group)}")
    for v, (_, default) in zip(value_names, aggregates, strict=True):
        name = names[len(keys) + value_names.index(v)]
        filled = f"CASE WHEN b.{quote(_BIN)} IS NULL THEN {default.sql} ELSE b.{v} END"
        listed.append(f"kq_array(list({filled} ORDER BY g.i)) AS {quote(name)}")
    at = convert(
        Expr(f"({origin} + g.i * {axis.step})::{sql_type(axis.value.type)}", axis.value.type),
        "dynamic",
        translator,
        node,
    )
    listed.append(f"kq_array(list({at.sql} ORDER BY g.i)) AS {quote(names[-1])}")
    lookup = f"(SELECT DISTINCT {', '.join([quote(_KEY), *key_names])} FROM {bins} AS s)" if key_names else None
    source = f"({grid}) AS g LEFT JOIN {bins} AS b ON b.{quote(_KEY)} = g.{quote(_KEY)} AND b.{quote(_BIN)} = g.i"
    if lookup:
        source += f" JOIN {lookup} AS n ON n.{quote(_KEY)} = g.{quote(_KEY)}"
    made = f"(SELECT {', '.join(listed)} FROM {source} GROUP BY g.{quote(_KEY)})"
    if open_:
        nothing = f"SELECT CASE WHEN count(*) = 0 THEN {refused(_NOTHING)}::BOOLEAN ELSE false END FROM {bins} AS s"
        listed = ", ".join(f"NULL AS {quote(n)}" for n in names)
        made = f"(SELECT * FROM {made} AS s UNION ALL BY NAME SELECT {listed} WHERE ({nothing}))"
    columns = [
        (n, Expr(quote(n), v.type, total=v.type == "string"))
        for n, v in zip(names[: len(keys)], key_values, strict=False)
    ]
    columns += [(n, Expr(quote(n), "dynamic")) for n in names[len(keys) :]]
    hidden = {group: quote(group)} if group else {}
    return translator.shaped(translator.select(Relation(made, ()), columns, keep=False, hidden=hidden), node)

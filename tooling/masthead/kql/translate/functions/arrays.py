"""Functions on dynamic arrays."""

from __future__ import annotations

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.types import refused

# What Kusto makes of 1 and 1.0 is not documented.
MIXED = "{} of a whole number where the array has the same as a real; convert one of them first"
RANGE_LIMIT = 1_048_576  # elements of range(), as in Kusto


def json_text(call: Call, index: int) -> str:
    """An argument as the text it has within JSON; null as the word null."""
    value = convert(call.arguments[index], "dynamic", call.translator, call.nodes[index])
    return f"coalesce({value.sql}::VARCHAR, 'null')"


@scalar("pack_array", "any*")
def pack_array(call: Call) -> Expr:
    if len(call.nodes) == 1 and call.nodes[0].kind == "StarExpression":
        rows = call.translator.rows
        columns = [(c.expr, call.node) for c in rows.relation.columns] if rows and rows.relation else []
    else:
        columns = list(zip(call.arguments, call.nodes, strict=True))
    texts = [f"coalesce({convert(e, 'dynamic', call.translator, n).sql}::VARCHAR, 'null')" for e, n in columns]
    listed = " || ',' || ".join(texts) if texts else "''"
    return Expr(f"('[' || {listed} || ']')::JSON", "dynamic", total=True)


@scalar("array_length arraylength", "dynamic")
def array_length(call: Call) -> str:
    if texts := call.arguments[0].texts:
        return f"len({texts})"
    return "CASE WHEN json_type({0}) = 'ARRAY' THEN json_array_length({0})::BIGINT END".format(call.sql[0])


scalar("array_reverse", "dynamic", "kq_array(list_reverse(kq_elements({0})))")
scalar("array_sum", "dynamic", "kq_array_sum(kq_elements({0}))")
scalar("array_slice", "dynamic, long, long", "kq_array_slice(kq_elements({0}), {1}, {2})")
scalar("array_rotate_left", "dynamic, long", "kq_array_rotate(kq_elements({0}), {1})")
scalar("array_rotate_right", "dynamic, long", "kq_array_rotate(kq_elements({0}), -({1}))")


@scalar("array_concat", "dynamic*")
def array_concat(call: Call) -> str:
    what = refused("array_concat() of a value that is no array")
    return f"kq_array(list_concat({', '.join(f'coalesce(kq_elements({a}), {what})' for a in call.sql)}))"


@scalar("array_split", "dynamic, any")
def array_split(call: Call) -> str:
    index = call.arguments[1]
    if index.type == "dynamic":
        indexes = f"list_transform(kq_elements({index.sql}), lambda e: e::VARCHAR::BIGINT)"
    else:
        indexes = f"[{convert(index, 'long', call.translator, call.nodes[1]).sql}]"
    return f"kq_array_split(kq_elements({call.sql[0]}), {indexes})"


def _shift(name: str, sign: str) -> None:
    def emit(call: Call) -> str:
        fill = json_text(call, 2) if call.count > 2 else "NULL"
        what = refused(f"{name}() of texts and other values without a default")
        return f"kq_array_shift(kq_elements({call.sql[0]}), {sign}({call.sql[1]}), {fill}, {what})"

    scalar(name, "dynamic, long, any")(emit)


_shift("array_shift_left", "")
_shift("array_shift_right", "-")


def _sorted(name: str, order: str) -> None:
    def emit(call: Call) -> Expr | list[Expr]:
        """The first array sorted, the others in the same order; null for one that is longer or shorter."""
        count, nulls_last = call.count, "true"
        if count > 1 and call.arguments[-1].type == "bool":
            count, nulls_last = count - 1, call.sql[-1]
        if count == 1 and nulls_last == "true" and (texts := call.arguments[0].texts):
            ordered = f"list_sort({texts}, '{order}')"
            return Expr(f"to_json({ordered})", "dynamic", texts=ordered)
        arrays = [convert(call.arguments[i], "dynamic", call.translator, call.nodes[i]).sql for i in range(count)]
        what = refused(f"{name}() of values of several types, of arrays and bags, or of timespans of days")
        places = f"kq_sort_places(kq_elements({arrays[0]}), '{order}', {nulls_last}, {what})"
        made = [Expr(f"kq_in_places(kq_elements({array}), {places})", "dynamic") for array in arrays]
        return made if count > 1 else made[0]

    scalar(name, "any*")(emit)


_sorted("array_sort_asc", "ASC")
_sorted("array_sort_desc", "DESC")


@scalar("array_index_of", "dynamic, any, long, long, long")
def array_index_of(call: Call) -> str:
    start, length, occurrence = (*call.sql[2:], *["0", "-1", "1"][call.count - 2 :])
    what = refused(MIXED.format("array_index_of()"))
    value = f"{json_text(call, 1)}::JSON"
    return f"kq_array_index(kq_elements({call.sql[0]}), {value}, {start}, {length}, {occurrence}, {what})"


@scalar("has_any_index", "text, dynamic")
def has_any_index(call: Call) -> str:
    """The place of the first term that the text has, as `has` finds terms; -1 where it has none."""
    what = refused("has_any_index() of terms in what is no array")
    return f"kq_has_any_index({call.sql[0]}, coalesce(kq_element_texts({call.sql[1]}), {what}))"


@scalar("array_iff array_iif", "dynamic, any, any")
def array_iff(call: Call) -> str:
    def side(index: int) -> str:
        value = call.arguments[index]
        if value.type == "dynamic":
            return f"kq_array_or_same(n, {value.sql})"
        return f"list_transform(n, lambda x: {convert(value, 'dynamic', call.translator, call.nodes[index]).sql})"

    conditions = f"kq_elements({call.sql[0]})"
    yes, no = (side(i).replace("(n,", f"({conditions},") for i in (1, 2))
    return f"kq_array_iff({conditions}, {yes}, {no})"


@scalar("zip", "dynamic*")
def zip_(call: Call) -> str:
    what = refused("zip() of a value that is no array")
    return f"kq_zip([{', '.join(f'coalesce(kq_elements({a}), {what})' for a in call.sql)}])"


@scalar("range", "any, any, any")
def range_(call: Call) -> str:
    """An array of equally spaced values; steps are 1, or an hour where values are times."""
    first = call.arguments[0]
    kind = "real" if any(a.type == "real" for a in call.arguments) else first.type
    if kind not in ("int", "long", "real", "datetime", "timespan"):
        raise call.unsupported(f"range() of {kind} values")
    step_type = "timespan" if kind in ("datetime", "timespan") else "long" if kind == "int" else kind
    start, stop = (
        convert(call.arguments[i], "long" if kind == "int" else kind, call.translator, call.nodes[i]).sql
        for i in (0, 1)
    )
    if call.count > 2:
        step = convert(call.arguments[2], step_type, call.translator, call.nodes[2]).sql
    else:
        step = "36000000000" if step_type == "timespan" else "1"
    element = convert(
        Expr(f"({start} + i * {step})", "long" if kind == "int" else kind), "dynamic", call.translator, call.node
    )
    return f"kq_array(list_transform(kq_steps({start}, {stop}, {step}, {RANGE_LIMIT}), lambda i: {element.sql}))"


@scalar("repeat", "any, long")
def repeat(call: Call) -> str:
    what = refused(f"repeat() of more than {RANGE_LIMIT:,} elements")
    return f"kq_repeat({json_text(call, 0)}, {call.sql[1]}, {RANGE_LIMIT}, {what})"

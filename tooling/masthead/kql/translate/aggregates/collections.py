"""Aggregates that collect values: make_list, make_set, make_bag."""

from __future__ import annotations

from masthead.kql.translate.calls import AggregateCall
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import ORDER, Expr
from masthead.kql.translate.registry import aggregate
from masthead.kql.translate.types import quote

_LIMIT = 1_048_576
_SPELLED_ONCE = (
    "string",
    "long",
    "int",
    "bool",
    "datetime",
    "timespan",
    "guid",
)  # types whose values have one spelling
_OLD = ("makelist", "makeset", "make_dictionary")
_OLD_LIMIT = 128  # of these deprecated names


def _limit(call: AggregateCall, index: int) -> int:
    value = call.constant(index, _OLD_LIMIT if call.name in _OLD else _LIMIT)
    return _LIMIT if value is None else min(int(value), _LIMIT)


def order(call: AggregateCall) -> str:
    """The ORDER BY of an aggregate that keeps the order of the rows, where they have one."""
    return f" ORDER BY {quote(ORDER)}" if call.relation is not None and call.relation.ordered else ""


def _texts(call: AggregateCall, value: Expr, limit: int, *, distinct: bool) -> Expr:
    """The list of a column of texts, which are never null."""
    if distinct and call.translator.reads_files and not order(call):
        listed = f"list_sort(list(DISTINCT {value.sql}){call.filter()})"  # see _list
    else:
        listed = f"list({value.sql}{order(call)}){call.filter()}"
        listed = f"kq_distinct({listed})" if distinct else listed
    texts = f"coalesce({listed}, []::VARCHAR[])"
    texts = f"{texts}[1:{limit}]" if limit < _LIMIT else texts
    return Expr(f"to_json({texts})", "dynamic", texts=texts)


def _list(call: AggregateCall, limit: int, *, distinct: bool) -> str | Expr:
    value = call.argument(0)
    if value.type == "string" and value.total:
        return _texts(call, value, limit, distinct=distinct)
    present = f"{value.sql} IS NOT NULL" if not value.total else None
    json = convert(value, "dynamic", call.translator, call.node)
    if distinct and value.type in _SPELLED_ONCE and call.translator.reads_files and not order(call):
        # Rows of files come in no order, so the values are sorted; a set of distinct ones needs no list of all of them.
        element = convert(Expr("e", value.type, total=True), "dynamic", call.translator, call.node).sql
        listed = f"list_transform(list_sort(list(DISTINCT {value.sql}){call.filter(present)}), lambda e: {element})"
    else:
        listed = f"list({json.sql}{order(call)}){call.filter(present)}"
        if value.type == "dynamic":
            # Arrays give their elements: the page of make_set shows it, and that of geo_h3cell_rings for make_list.
            listed = f"kq_flattened({listed})"
        if distinct:  # in the order in which the values first appear
            listed = f"kq_distinct({listed})"
    sql = f"coalesce({listed}, []::JSON[])"
    return f"kq_array({sql}[1:{limit}])" if limit < _LIMIT else f"kq_array({sql})"


@aggregate("make_list makelist")
def make_list(call: AggregateCall) -> str | Expr:
    return _list(call, _limit(call, 1), distinct=False)


@aggregate("make_list_if")
def make_list_if(call: AggregateCall) -> str | Expr:
    call.condition = call.argument(1, "bool").sql
    return _list(call, _limit(call, 2), distinct=False)


@aggregate("make_list_with_nulls")
def make_list_with_nulls(call: AggregateCall) -> str:
    value = call.argument(0)
    json = convert(value, "dynamic", call.translator, call.node)
    listed = f"list({json.sql}{order(call)}){call.filter()}"
    if value.type == "dynamic":
        listed = f"kq_spread({listed})"
    return f"kq_array(coalesce({listed}, []::JSON[]))"


@aggregate("make_set makeset")
def make_set(call: AggregateCall) -> str | Expr:
    return _list(call, _limit(call, 1), distinct=True)


@aggregate("make_set_if")
def make_set_if(call: AggregateCall) -> str | Expr:
    call.condition = call.argument(1, "bool").sql
    return _list(call, _limit(call, 2), distinct=True)


def _bag(call: AggregateCall, limit: int) -> str:
    """The members of all bags, at most `limit`; of a key that comes twice the first value stays."""
    bag = call.argument(0, "dynamic")
    is_bag = f"json_type({bag.sql}) = 'OBJECT'"
    bags = f"list({bag.sql}{order(call)}){call.filter(is_bag)}"
    return f"coalesce(kq_merged({bags}, {limit}), '{{}}'::JSON)"


@aggregate("make_bag make_dictionary")
def make_bag(call: AggregateCall) -> str:
    return _bag(call, _limit(call, 1))


@aggregate("make_bag_if")
def make_bag_if(call: AggregateCall) -> str:
    call.condition = call.argument(1, "bool").sql
    return _bag(call, _limit(call, 2))

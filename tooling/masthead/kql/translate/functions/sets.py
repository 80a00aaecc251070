"""Functions that take arrays for sets."""

from __future__ import annotations

from functools import reduce

from masthead.kql.translate.calls import Call
from masthead.kql.translate.functions.arrays import MIXED, json_text
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.types import refused


def _sets(call: Call) -> list[str]:
    """The arguments as lists of JSON texts. What becomes of null is not documented: it is refused."""
    what = refused(f"{call.name}() of a value that is no array")
    return [f"coalesce(kq_spelled(kq_elements({a})), {what})" for a in call.sql]


@scalar("set_union", "dynamic*")
def set_union(call: Call) -> str:
    return f"kq_array(kq_distinct(list_concat({', '.join(_sets(call))})))"


@scalar("set_intersect", "dynamic*")
def set_intersect(call: Call) -> str:
    return f"kq_array({reduce('kq_intersection({}, {})'.format, _sets(call))})"


@scalar("set_difference", "dynamic*")
def set_difference(call: Call) -> str:
    first, *others = _sets(call)
    return f"kq_array(kq_difference({first}, list_concat({', '.join(others)})))"


@scalar("set_equals", "dynamic, dynamic")
def set_equals(call: Call) -> str:
    a, b = _sets(call)
    return f"kq_difference({a}, {b}) = [] AND kq_difference({b}, {a}) = []"


@scalar("jaccard_index", "dynamic, dynamic")
def jaccard_index(call: Call) -> Expr:
    a, b = _sets(call)
    what = refused("jaccard_index() of two empty sets")
    return Expr(f"kq_jaccard({a}, {b}, {what})", "real")  # the binder takes it for a dynamic


@scalar("set_has_element", "dynamic, any")
def set_has_element(call: Call) -> str:
    what = refused("set_has_element() of a value that is no array")
    elements = f"coalesce(kq_elements({call.sql[0]}), {what})"
    return f"kq_has_element({elements}, {json_text(call, 1)}::JSON, {refused(MIXED.format('set_has_element()'))})"

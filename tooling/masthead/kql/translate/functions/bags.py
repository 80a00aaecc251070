"""Functions on property bags, and what packs values into one."""

from __future__ import annotations

import json
import re
from typing import Any

from masthead.kql.language import Node
from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.functions.arrays import json_text
from masthead.kql.translate.functions.conversions import json_path
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL, refused, string_literal

_EVERY = 2**31 - 1  # members: no limit


def _bag(pairs: list[str]) -> Expr:
    listed = " || ',' || ".join(pairs) if pairs else "''"
    return Expr(f"('{{' || {listed} || '}}')::JSON", "dynamic", total=True)


def _pair(call: Call, key: str, value: Expr, node: Node) -> str:
    dynamic = convert(value, "dynamic", call.translator, node)
    return f"{string_literal(json.dumps(key, ensure_ascii=False) + ':')} || coalesce({dynamic.sql}::VARCHAR, 'null')"


@scalar("pack bag_pack pack_dictionary", "any*")
def bag_pack(call: Call) -> Expr:
    if call.count % 2:
        raise call.unsupported(f"{call.name}() of a key without a value")
    pairs, constants = [], []
    for index in range(0, call.count, 2):
        key = convert(call.arguments[index], "text", call.translator, call.nodes[index])
        if key.constant:
            constants.append(key.value)
            pairs.append(_pair(call, key.value, call.arguments[index + 1], call.nodes[index + 1]))
        else:
            pairs.append(f"to_json({key.sql})::VARCHAR || ':' || {json_text(call, index + 1)}")
    if len(set(constants)) != len(constants):
        raise call.unsupported(f"{call.name}() with the same key twice")
    return _bag(pairs)


@scalar("pack_all", "bool")
def pack_all(call: Call) -> Expr:
    rows = call.translator.rows
    if rows is None or rows.relation is None:
        raise call.unsupported("pack_all() without rows")
    columns = rows.relation.columns
    ignore_empty = call.constant(0, False)
    if not ignore_empty:
        return _bag([_pair(call, c.name, c.expr, call.node) for c in columns])
    pairs = []
    for column in columns:
        empty = f"{column.expr.sql} = ''" if column.type == "string" else f"{column.expr.sql} IS NULL"
        pairs.append(f"CASE WHEN NOT ({empty}) THEN {_pair(call, column.name, column.expr, call.node)} END")
    listed = ", ".join(pairs)
    return Expr(
        f"('{{' || kq_joined(list_filter([{listed}], lambda e: e IS NOT NULL), ',') || '}}')::JSON",
        "dynamic",
        total=True,
    )


@scalar("bag_pack_columns", "any*")
def bag_pack_columns(call: Call) -> Expr:
    names = [node.simple_name for node in call.nodes]
    if None in names:
        raise call.unsupported("bag_pack_columns() of what is no column")
    return _bag([_pair(call, n, e, x) for n, e, x in zip(names, call.arguments, call.nodes, strict=True)])


scalar("bag_keys", "dynamic", "CASE WHEN json_type({0}) = 'OBJECT' THEN to_json(json_keys({0})) END")


@scalar("bag_merge", "dynamic*")
def bag_merge(call: Call) -> str:
    """Of a key that several bags have, the first bag's value stays."""
    what = refused("bag_merge() of a value that is no property bag")
    return f"kq_merged([{', '.join(f'kq_bag_or({a}, {what})' for a in call.sql)}], {_EVERY})"


@scalar("bag_has_key", "dynamic, string")
def bag_has_key(call: Call) -> str:
    key = call.constant(1)
    what = refused("bag_has_key() of a value that is no property bag")
    if key.startswith("$."):
        return f"json_exists(kq_bag_or({call.sql[0]}, {what}), {string_literal(json_path(call, 1))})"
    return f"list_contains(json_keys(kq_bag_or({call.sql[0]}, {what})), {call.sql[1]})"


@scalar("bag_set_key", "dynamic, string, any")
def bag_set_key(call: Call) -> str:
    """A key such as $.a.b sets one of an inner bag, which is made where it is missing."""
    key = call.arguments[1]
    if key.constant and not key.value.startswith("$"):
        return f"kq_bag_set({call.sql[0]}, {key.sql}, {json_text(call, 2)})"
    return f"kq_bag_put({call.sql[0]}::VARCHAR, {key.sql}, {json_text(call, 2)})::JSON"


@scalar("bag_zip", "dynamic, dynamic")
def bag_zip(call: Call) -> str:
    return f"kq_bag_zip(kq_elements({call.sql[0]}), kq_elements({call.sql[1]}))"


_STEP = re.compile(r"\.([\w$@-]+)|\[\s*'([^'\"\\*]*)'\s*\]|\[\s*\"([^'\"\\*]*)\"\s*\]")


@python_function("kq_bag_put", ["VARCHAR", "VARCHAR", "VARCHAR"], "VARCHAR")
def put(text: str | None, key: str, value: str) -> str | None:
    """A bag with a value at a key, or at a path that starts with $; null for what is no bag."""
    bag = None if text is None else json.loads(text)
    if not isinstance(bag, dict):
        return None
    path, place = ([], 1) if key.startswith("$") else ([key], len(key))
    while place < len(key):
        step = _STEP.match(key, place)
        if step is None:
            raise ValueError(f"{REFUSAL}bag_set_key() of the path {key}")
        path.append(next(name for name in step.groups() if name is not None))
        place = step.end()
    if not path:
        raise ValueError(f"{REFUSAL}bag_set_key() of the path {key}")
    inner = bag
    for name in path[:-1]:
        inner = inner.setdefault(name, {})
        if not isinstance(inner, dict):
            raise ValueError(f"{REFUSAL}bag_set_key() of the path {key} through what is no bag")
    inner[path[-1]] = json.loads(value)
    return json.dumps(bag, ensure_ascii=False, separators=(",", ":"))


# --- bag_remove_keys -------------------------------------------------------------------------------------------------
def _without(bag: Any, path: list[str]) -> None:
    for step in path[:-1]:
        bag = bag.get(step) if isinstance(bag, dict) else None
    if isinstance(bag, dict):
        bag.pop(path[-1], None)


def _remove(text: str | None, keys: str | None) -> str | None:
    if text is None or keys is None:
        return None
    bag, removed = json.loads(text), json.loads(keys)
    if not isinstance(bag, dict) or not isinstance(removed, list):
        raise ValueError(f"{REFUSAL}bag_remove_keys() of a value that is no property bag")
    for key in removed:
        if not isinstance(key, str):
            continue
        if not key.startswith("$."):
            bag.pop(key, None)
        elif any(c in key for c in "[]*?'\""):
            raise ValueError(f"{REFUSAL}bag_remove_keys() of the path {key}")
        else:
            _without(bag, key[2:].split("."))
    return json.dumps(bag, ensure_ascii=False, separators=(",", ":"))


python_function("kq_remove_keys", ["VARCHAR", "VARCHAR"], "VARCHAR")(_remove)


@scalar("bag_remove_keys", "dynamic, dynamic")
def bag_remove_keys(call: Call) -> str:
    """Without some keys; a key such as $.a.b names one of an inner bag."""
    keys = call.arguments[1]
    if keys.constant and isinstance(keys.value, list) and not any(str(k).startswith("$") for k in keys.value):
        listed = ", ".join(string_literal(k) for k in keys.value if isinstance(k, str))
        return f"kq_bag_without({call.sql[0]}, [{listed}]::VARCHAR[])"
    return f"kq_remove_keys({call.sql[0]}::VARCHAR, {keys.sql}::VARCHAR)::JSON"

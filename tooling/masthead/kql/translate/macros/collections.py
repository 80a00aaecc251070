"""Macros on lists of values."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# The distinct values of a list, in the order in which they first appear.
macro("kq_distinct", "(l) AS list_filter(l, lambda e, i: list_position(l, e) = i)")
# Arrays among the values give their elements, without nulls.
macro(
    "kq_flattened",
    "(l) AS list_filter(flatten(list_transform(l, lambda j: CASE WHEN json_type(j) = 'ARRAY' THEN "
    "json_extract(j, '$[*]') ELSE [j] END)), lambda e: json_type(e) <> 'NULL')",
)
# A bag as the list of its {k, v}.
macro(
    "kq_members",
    "(j) AS list_transform(json_keys(j), lambda k: struct_pack(k := k, v := coalesce(json_extract(j, '/' || replace(replace(k, '~', '~0'), '/', '~1'))::VARCHAR, 'null')))",
)
macro(
    "kq_bag",
    "(members) AS ('{' || array_to_string(list_transform(members, lambda m: to_json(m.k)::VARCHAR || ':' || m.v), ',') || '}')::JSON",
)
# Several bags as one of at most so many members: of a key that comes twice the first value stays.
macro(
    "kq_first_members",
    "(members) AS list_filter(members, lambda m, i: list_position(list_transform(members, lambda n: n.k), m.k) = i)",
)
macro(
    "kq_merged",
    "(bags, most) AS kq_bag(kq_first_members(flatten(list_transform(bags, lambda b: kq_members(b))))[1:most])",
)

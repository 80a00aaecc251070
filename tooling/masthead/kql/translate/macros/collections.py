"""Macros on lists of values."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# The first of those {k, i, v} that share a k, in the order of i. Sorted twice: comparing each with each takes minutes
# for a set of a million.
macro(
    "kq_first_of_each",
    "(sorted) AS list_sort(list_transform(list_filter(sorted, lambda m, j: j = 1 OR sorted[j - 1].k IS DISTINCT FROM m.k), "
    "lambda m: struct_pack(i := m.i, k := m.k, v := m.v)))",
)
# The distinct values of a list, in the order in which they first appear.
macro(
    "kq_distinct",
    "(l) AS list_transform(kq_first_of_each(list_sort(list_transform(l, lambda e, i: struct_pack(k := e, i := i, v := 0)))), "
    "lambda m: m.k)",
)
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
    "(members) AS kq_first_of_each(list_sort(list_transform(members, lambda m, i: struct_pack(k := m.k, i := i, v := m.v))))",
)
macro(
    "kq_merged",
    "(bags, most) AS kq_bag(kq_first_members(flatten(list_transform(bags, lambda b: kq_members(b))))[1:most])",
)

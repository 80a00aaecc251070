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
# The distinct values of a list that another has too, or has not, in the order in which they first appear: in the sorted
# values of both, equal ones stand side by side.
macro(
    "kq_side_by_side",
    "(a, b) AS list_sort(list_concat(list_transform(kq_distinct(a), lambda e, i: struct_pack(k := e, o := 0, i := i)), "
    "list_transform(kq_distinct(b), lambda e, i: struct_pack(k := e, o := 1, i := i))))",
)
macro(
    "kq_by_place",
    "(l) AS list_transform(list_sort(list_transform(l, lambda m: struct_pack(i := m.i, k := m.k))), lambda m: m.k)",
)
macro(
    "kq_intersection_of",
    "(sorted) AS kq_by_place(list_filter(sorted, lambda m, j: m.o = 0 AND sorted[j + 1].k IS NOT DISTINCT FROM m.k))",
)
macro("kq_intersection", "(a, b) AS kq_intersection_of(kq_side_by_side(a, b))")
macro(
    "kq_difference_of",
    "(sorted) AS kq_by_place(list_filter(sorted, lambda m, j: m.o = 0 AND sorted[j + 1].k IS DISTINCT FROM m.k))",
)
macro("kq_difference", "(a, b) AS kq_difference_of(kq_side_by_side(a, b))")
# Arrays among the values give their elements; kq_flattened leaves nulls out.
macro(
    "kq_spread",
    "(l) AS flatten(list_transform(l, lambda j: CASE WHEN json_type(j) = 'ARRAY' THEN json_extract(j, '$[*]') ELSE [j] END))",
)
macro("kq_flattened", "(l) AS list_filter(kq_spread(l), lambda e: json_type(e) <> 'NULL')")
# A bag as the list of its {k, v}.
macro(
    "kq_members",
    "(j) AS list_transform(json_keys(j), lambda k: struct_pack(k := k, v := coalesce(json_extract(j, '/' || replace(replace(k, '~', '~0'), '/', '~1'))::VARCHAR, 'null')))",
)
macro(
    "kq_bag",
    "(members) AS ('{' || kq_joined(list_transform(members, lambda m: to_json(m.k)::VARCHAR || ':' || m.v), ',') || '}')::JSON",
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

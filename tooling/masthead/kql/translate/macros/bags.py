"""Macros of the functions on property bags and sets."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

macro("kq_bag_or", "(j, refusal) AS CASE WHEN json_type(j) = 'OBJECT' THEN j ELSE refusal END")
macro(
    "kq_bag_without",
    "(j, keys) AS CASE WHEN json_type(j) = 'OBJECT' THEN "
    "kq_bag(list_filter(kq_members(j), lambda m: NOT list_contains(keys, m.k))) END",
)
macro(
    "kq_bag_set",
    "(j, key, value) AS CASE WHEN json_type(j) = 'OBJECT' THEN CASE WHEN list_contains(json_keys(j), key) "
    "THEN kq_bag(list_transform(kq_members(j), lambda m: struct_pack(k := m.k, v := CASE WHEN m.k = key THEN value "
    "ELSE m.v END))) ELSE kq_bag(list_append(kq_members(j), struct_pack(k := key, v := value))) END END",
)
macro(
    "kq_bag_zip",
    "(keys, vs) AS CASE WHEN keys IS NOT NULL THEN kq_bag(list_filter(list_transform(range(len(keys)), lambda i: "
    "struct_pack(k := CASE WHEN json_type(keys[i + 1]) = 'VARCHAR' THEN json_extract_string(keys[i + 1], '$') END, "
    "v := coalesce(vs[i + 1]::VARCHAR, 'null'))), lambda m: m.k IS NOT NULL)) END",
)
macro(
    "kq_jaccard",
    "(a, b, refusal) AS CASE WHEN len(a) + len(b) = 0 THEN refusal ELSE "
    "len(kq_intersection(a, b))::DOUBLE / len(kq_distinct(list_concat(a, b))) END",
)
# Of entries of a key and JSON those that are neither null nor an empty text, as a bag.
macro(
    "kq_properties",
    "(l) AS to_json(map_from_entries(list_filter(l, lambda e: e.v IS NOT NULL AND e.v <> '\"\"'::JSON)))",
)

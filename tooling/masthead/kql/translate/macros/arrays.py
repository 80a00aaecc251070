"""Macros of the functions on arrays. `l` is a SQL list of JSON elements, NULL for what is no array."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

macro("kq_spelled", "(l) AS list_transform(l, lambda e: e::VARCHAR)")
macro("kq_is_number", "(e) AS json_type(e) IN ('BIGINT', 'UBIGINT', 'DOUBLE', 'HUGEINT')")
macro("kq_all_numbers", "(l) AS len(list_filter(l, lambda e: NOT kq_is_number(e))) = 0")
macro("kq_all_texts", "(l) AS len(list_filter(l, lambda e: json_type(e) <> 'VARCHAR')) = 0")
macro("kq_non_null", "(l) AS list_filter(l, lambda e: json_type(e) <> 'NULL')")
macro(
    "kq_array_sum",
    "(l) AS CASE WHEN kq_all_numbers(l) THEN "
    "list_sum(list_prepend(0::DOUBLE, list_transform(l, lambda e: e::VARCHAR::DOUBLE))) END",
)
macro("kq_from_end", "(l, i) AS CASE WHEN i < 0 THEN len(l) + i ELSE i END")
macro("kq_within", "(l, i) AS least(greatest(kq_from_end(l, i), 0), len(l))")
# Both ends are included.
macro(
    "kq_array_slice",
    "(l, i, j) AS CASE WHEN l IS NOT NULL AND i IS NOT NULL AND j IS NOT NULL THEN "
    "CASE WHEN kq_from_end(l, j) < 0 THEN '[]'::JSON "
    "ELSE kq_array(list_slice(l, greatest(kq_from_end(l, i), 0) + 1, kq_from_end(l, j) + 1)) END END",
)
macro(
    "kq_array_rotate",
    "(l, n) AS CASE WHEN len(l) = 0 THEN '[]'::JSON ELSE kq_array(list_transform(range(len(l)), "
    "lambda i: l[((i + n) % len(l) + len(l)) % len(l) + 1])) END",
)
macro(
    "kq_array_shift",
    "(l, n, fill, refusal) AS kq_array(list_transform(range(len(l)), lambda i: CASE WHEN i + n >= 0 AND i + n < len(l) "
    "THEN l[i + n + 1]::VARCHAR WHEN fill IS NOT NULL THEN fill "
    "WHEN len(l) > 0 AND kq_all_texts(l) THEN '\"\"' WHEN kq_all_texts(l[1:1]) OR len(list_filter(l, lambda e: "
    "json_type(e) = 'VARCHAR')) > 0 THEN refusal ELSE 'null' END))",
)
macro(
    "kq_array_split",
    "(l, cuts) AS CASE WHEN l IS NOT NULL THEN kq_array(list_transform(range(len(cuts) + 1), lambda i: kq_array(list_slice(l, "
    "CASE WHEN i = 0 THEN 0 ELSE kq_within(l, cuts[i]) END + 1, "
    "CASE WHEN i = len(cuts) THEN len(l) ELSE kq_within(l, cuts[i + 1]) END)))) END",
)
# Numbers by value, texts by code points; nulls on the side that is asked for.
macro("kq_nulls", "(l) AS list_filter(l, lambda e: json_type(e) = 'NULL')")
macro(
    "kq_sorted_values",
    "(l, direction, refusal) AS CASE WHEN kq_all_numbers(l) THEN list_transform(list_sort(list_transform(l, lambda e: "
    "struct_pack(n := e::VARCHAR::DOUBLE, h := coalesce(TRY_CAST(e::VARCHAR AS HUGEINT), 0), v := e)), direction), "
    "lambda s: s.v) "
    "WHEN kq_all_texts(l) THEN list_transform(list_sort(list_transform(l, lambda e: "
    "struct_pack(n := json_extract_string(e, '$'), v := e)), direction), lambda s: s.v) ELSE [refusal] END",
)
macro(
    "kq_array_sorted",
    "(l, direction, nulls_last, refusal) AS CASE WHEN l IS NOT NULL THEN kq_array(list_concat("
    "CASE WHEN nulls_last THEN [] ELSE kq_nulls(l) END, kq_sorted_values(kq_non_null(l), direction, refusal), "
    "CASE WHEN nulls_last THEN kq_nulls(l) ELSE [] END)) END",
)
macro(
    "kq_array_index",
    "(l, v, start, n, nth) AS CASE WHEN l IS NULL OR nth < 0 OR n < -1 THEN NULL ELSE coalesce(list_filter("
    "range(kq_within(l, start), CASE WHEN n = -1 THEN len(l) ELSE least(kq_within(l, start) + n, len(l)) END), "
    "lambda i: l[i + 1]::VARCHAR = v)[greatest(nth, 1)], -1) END",
)
macro(
    "kq_array_or_same",
    "(l, j) AS CASE WHEN json_type(j) = 'ARRAY' THEN json_extract(j, '$[*]') ELSE list_transform(l, lambda x: j) END",
)
macro(
    "kq_array_iff",
    "(l, yes, no) AS kq_array(list_transform(l, lambda e, i: CASE json_type(e) "
    "WHEN 'BOOLEAN' THEN CASE WHEN e::VARCHAR = 'true' THEN yes[i] ELSE no[i] END "
    "WHEN 'VARCHAR' THEN NULL WHEN 'NULL' THEN NULL WHEN 'ARRAY' THEN NULL WHEN 'OBJECT' THEN NULL "
    "ELSE CASE WHEN e::VARCHAR::DOUBLE <> 0 THEN yes[i] ELSE no[i] END END))",
)
macro(
    "kq_zip",
    "(lists) AS kq_array(list_transform(range(list_max(list_transform(lists, lambda l: len(l)))), "
    "lambda i: kq_array(list_transform(lists, lambda l: l[i + 1]))))",
)
macro(
    "kq_steps",
    "(a, b, step, most) AS CASE WHEN step > 0 AND b >= a OR step < 0 AND b <= a THEN "
    "range(least(floor((b - a) / step)::BIGINT + 1, most)) WHEN step <> 0 THEN [] END",
)
macro(
    "kq_repeat",
    "(v, n, most, refusal) AS CASE WHEN n > most OR n * strlen(v) > 268435456 THEN refusal "
    "WHEN n >= 0 THEN kq_array(list_transform(range(n), lambda i: v)) END",
)

"""Macros of the functions on arrays. `l` is a SQL list of JSON elements, NULL for what is no array."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

macro("kq_spelled", "(l) AS list_transform(l, lambda e: e::VARCHAR)")
macro("kq_is_number", "(e) AS json_type(e) IN ('BIGINT', 'UBIGINT', 'DOUBLE', 'HUGEINT')")
macro("kq_all_numbers", "(l) AS len(list_filter(l, lambda e: NOT kq_is_number(e))) = 0")
macro("kq_all_texts", "(l) AS len(list_filter(l, lambda e: json_type(e) <> 'VARCHAR')) = 0")
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
# Where the elements stand once sorted: numbers by value, before texts by code points; nulls on the side that is asked
# for; what is equal stays in its order. Not sorted, since texts are all that is left of them or their order is not
# documented: timespans of days, numbers with texts that may be times or guids, arrays, bags and bools.
_KIND = "CASE WHEN kq_is_number(e) THEN 0 WHEN json_type(e) = 'VARCHAR' THEN 1 WHEN json_type(e) = 'NULL' THEN -1 ELSE 2 END"
_DAYS = "^(-\\d+|\\d+\\.\\d\\d):\\d\\d:\\d\\d"
_TYPED = "^-?(\\d+\\.)?\\d\\d:\\d\\d:\\d\\d|^\\d{4}-\\d\\d-\\d\\dT|^[0-9a-f]{8}-"
macro("kq_texts_like", "(l, r) AS len(list_filter(l, lambda e: regexp_matches(json_extract_string(e, '$'), r))) > 0")
macro(
    "kq_sortable",
    f"(l, direction) AS list_transform([list_distinct(list_transform(l, lambda e: {_KIND}))], lambda kinds: "
    "len(list_filter(l, lambda e: json_type(e) <> 'NULL')) <= 1 OR NOT list_contains(kinds, 2) AND CASE "
    f"WHEN NOT list_contains(kinds, 0) THEN NOT kq_texts_like(l, '{_DAYS}') WHEN list_contains(kinds, 1) "
    f"THEN direction = 'ASC' AND NOT kq_texts_like(l, '{_TYPED}') ELSE true END)[1]",
)
macro(
    "kq_sort_places",
    "(l, direction, nulls_last, refusal) AS CASE WHEN kq_sortable(l, direction) THEN list_transform(list_sort("
    "list_transform(l, lambda e, i: struct_pack("
    f"kind := CASE WHEN json_type(e) <> 'NULL' THEN {_KIND} WHEN nulls_last = (direction = 'ASC') THEN 9 ELSE -9 END, "
    "n := CASE WHEN kq_is_number(e) THEN e::VARCHAR::DOUBLE END, h := coalesce(TRY_CAST(e::VARCHAR AS HUGEINT), 0), "
    "t := json_extract_string(e, '$'), place := CASE WHEN direction = 'ASC' THEN i ELSE -i END)), direction), "
    "lambda s: abs(s.place)) WHEN l IS NOT NULL THEN [refusal] END",
)
macro(
    "kq_in_places",
    "(l, places) AS CASE WHEN len(l) = len(places) THEN kq_array(list_transform(places, lambda p: l[p])) END",
)
# Whether two elements are the same value. Reals have many spellings.
macro(
    "kq_same",
    "(a, b, refusal) AS CASE WHEN a::VARCHAR = b::VARCHAR THEN true "
    "WHEN kq_is_number(a) AND kq_is_number(b) AND 'DOUBLE' IN (json_type(a), json_type(b)) "
    "AND a::VARCHAR::DOUBLE = b::VARCHAR::DOUBLE THEN CASE WHEN json_type(a) = json_type(b) THEN true ELSE refusal END "
    "ELSE false END",
)
macro(
    "kq_array_index",
    "(l, v, start, n, nth, refusal) AS CASE WHEN l IS NULL OR nth < 0 OR n < -1 THEN NULL ELSE coalesce(list_filter("
    "range(kq_within(l, start), CASE WHEN n = -1 THEN len(l) ELSE least(kq_within(l, start) + n, len(l)) END), "
    "lambda i: kq_same(l[i + 1], v, refusal))[greatest(nth, 1)], -1) END",
)
macro("kq_has_element", "(l, v, refusal) AS len(list_filter(l, lambda e: kq_same(e, v, refusal))) > 0")
macro(
    "kq_has_any_index",
    "(s, terms) AS coalesce(list_filter(range(len(terms)), lambda i: kq_has(s, terms[i + 1], true))[1], -1)",
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

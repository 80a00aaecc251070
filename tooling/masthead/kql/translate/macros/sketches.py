"""Macros on what hll() makes: the distinct values themselves, as {"hll": [...]}."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# Of a list of distinct JSON texts; null of none, as documented. Sorted, so that the same values are the same text.
macro(
    "kq_hll",
    """(l) AS CASE WHEN len(l) > 0 THEN ('{"hll":[' || array_to_string(list_sort(l), ',') || ']}')::JSON END""",
)
macro(
    "kq_hll_values",
    "(j, refusal) AS CASE WHEN j IS NULL THEN [] WHEN json_type(j, '$.hll') = 'ARRAY' THEN "
    "list_transform(json_extract(j, '$.hll[*]'), lambda e: e::VARCHAR) ELSE refusal END",
)

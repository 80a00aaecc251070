"""Macros on dynamic values: members, elements, lists of a JSON array."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from masthead.kql.translate.registry import macro

# A JSON pointer names any key; on an array it would index, which Kusto's string key does not.
macro(
    "kq_member",
    "(j, k) AS CASE WHEN json_type(j) = 'OBJECT' THEN "
    "kq_json(json_extract(j, '/' || replace(replace(k, '~', '~0'), '/', '~1'))) END",
)
macro(
    "kq_element",
    "(j, i) AS CASE WHEN json_type(j) = 'ARRAY' THEN CASE WHEN i >= 0 THEN kq_json(json_extract(j, '$[' || i::VARCHAR || ']')) "
    "ELSE kq_json(json_extract(j, '$[#' || i::VARCHAR || ']')) END END",
)
macro(
    "kq_member_of",
    "(j, k) AS CASE WHEN json_type(k) IN ('BIGINT', 'UBIGINT') THEN kq_element(j, k::VARCHAR::BIGINT) ELSE kq_member(j, kq_dynamic_text(k)) END",
)
# The elements of a JSON array as a SQL list; NULL for anything else.
macro("kq_elements", "(j) AS CASE WHEN json_type(j) = 'ARRAY' THEN json_extract(j, '$[*]')::JSON[] END")
macro("kq_element_texts", "(j) AS list_transform(kq_elements(j), lambda e: coalesce(kq_dynamic_text(kq_json(e)), ''))")
# The same for any value: nothing is an empty list, a single value a list of one.
macro("kq_texts", "(j) AS coalesce(kq_element_texts(j), CASE WHEN j IS NULL THEN [] ELSE [kq_dynamic_text(j)] END)")


def flat(value: Any) -> Iterator[Any]:
    """The values of an array and of the arrays in it, or a single value."""
    if isinstance(value, list):
        for element in value:
            yield from flat(element)
    else:
        yield value


# The same in SQL, of arrays within arrays within arrays: what `in` looks through.
macro(
    "kq_flat_once",
    "(l) AS flatten(list_transform(l, lambda e: CASE WHEN json_type(e) = 'ARRAY' THEN json_extract(e, '$[*]') "
    "ELSE [e] END))",
)
macro(
    "kq_flat_elements",
    "(j) AS CASE WHEN j IS NULL THEN []::JSON[] WHEN json_type(j) <> 'ARRAY' THEN [j] "
    "WHEN contains(substr(j::VARCHAR, 2), '[') THEN kq_flat_once(kq_flat_once(kq_flat_once(json_extract(j, '$[*]')))) "
    "ELSE json_extract(j, '$[*]') END",
)
macro(
    "kq_flat_texts", "(j) AS list_transform(kq_flat_elements(j), lambda e: coalesce(kq_dynamic_text(kq_json(e)), ''))"
)
# A number without a fraction; NULL for one that has one.
macro(
    "kq_whole_number",
    "(j) AS CASE WHEN json_type(j) <> 'DOUBLE' OR j::DOUBLE = trunc(j::DOUBLE) THEN kq_dynamic_long(j) END",
)
# A SQL list of JSON values as one JSON array.
macro(
    "kq_array",
    "(l) AS CASE WHEN l IS NULL THEN NULL ELSE ('[' || kq_joined(list_transform(l, lambda e: coalesce(e::VARCHAR, 'null')), ',') || ']')::JSON END",
)

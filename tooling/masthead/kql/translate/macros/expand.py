"""Macros of mv-expand and mv-apply: the elements of a dynamic value as a SQL list."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# An array gives its elements, a bag its members as bags of one, anything else itself; nothing gives one null, or no row.
_ARRAY = (
    "WHEN 'ARRAY' THEN CASE WHEN json_array_length(j) = 0 AND keep THEN [NULL::JSON] ELSE json_extract(j, '$[*]') END"
)
_MEMBER = "kq_member(j, k)"
macro(
    "kq_expand",
    f"(j, keep) AS CASE WHEN j IS NULL THEN CASE WHEN keep THEN [NULL::JSON] ELSE []::JSON[] END ELSE CASE json_type(j) {_ARRAY} "
    f"WHEN 'OBJECT' THEN CASE WHEN len(json_keys(j)) = 0 AND keep THEN [NULL::JSON] ELSE list_transform(json_keys(j), lambda k: ('{{' || to_json(k)::VARCHAR || ':' || coalesce({_MEMBER}::VARCHAR, 'null') || '}}')::JSON) END "
    "ELSE [j] END END",
)
macro(
    "kq_expand_pairs",
    f"(j, keep) AS CASE WHEN j IS NULL THEN CASE WHEN keep THEN [NULL::JSON] ELSE []::JSON[] END ELSE CASE json_type(j) {_ARRAY} "
    f"WHEN 'OBJECT' THEN list_transform(json_keys(j), lambda k: ('[' || to_json(k)::VARCHAR || ',' || coalesce({_MEMBER}::VARCHAR, 'null') || ']')::JSON) "
    "ELSE [j] END END",
)

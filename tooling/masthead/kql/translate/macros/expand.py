"""Macros of mv-expand and mv-apply: the elements of a dynamic value as a SQL list."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# An array gives its elements, a bag its members as bags of one (or as pairs), anything else itself. An empty array or
# bag gives nothing; null gives one null.
_NOTHING = "WHEN j IS NULL THEN [NULL::JSON]"
_ARRAY = "WHEN json_type(j) = 'ARRAY' THEN json_extract(j, '$[*]')"
_VALUE = "coalesce(kq_member(j, k)::VARCHAR, 'null')"


def _expand(opening: str, between: str, closing: str) -> str:
    member = f"'{opening}' || to_json(k)::VARCHAR || '{between}' || {_VALUE} || '{closing}'"
    members = f"list_transform(json_keys(j), lambda k: ({member})::JSON)"
    return f"(j) AS CASE {_NOTHING} {_ARRAY} WHEN json_type(j) = 'OBJECT' THEN {members} ELSE [json(j)] END"


macro("kq_expand", _expand("{", ":", "}"))
macro("kq_expand_pairs", _expand("[", ",", "]"))

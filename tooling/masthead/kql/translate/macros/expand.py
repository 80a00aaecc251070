"""Macros of mv-expand and mv-apply: the elements of a dynamic value as a SQL list."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# An array gives its elements, a bag its members as bags of one (or as pairs), anything else itself. An empty array or
# bag gives nothing; null gives one null. The arguments are columns: a list that a lambda binds costs more than all else.
_VALUE = "coalesce(kq_member(j, k)::VARCHAR, 'null')"


def _expand(opening: str, between: str, closing: str, *, texts: bool = False) -> str:
    """texts: the elements as a cast to string makes them, which saves reading each again."""
    kind, extract = ("VARCHAR", "json_extract_string") if texts else ("JSON", "json_extract")
    member = f"'{opening}' || to_json(k)::VARCHAR || '{between}' || {_VALUE} || '{closing}'"
    members = f"list_transform(json_keys(j), lambda k: ({member})::{kind})"
    array = f"WHEN json_type(j) = 'ARRAY' THEN {extract}(j, '$[*]')"
    bag = f"WHEN json_type(j) = 'OBJECT' THEN {members}"
    return f"(j) AS CASE WHEN j IS NULL THEN [NULL::{kind}] {array} {bag} ELSE [{extract}(j, '$')] END"


macro("kq_expand", _expand("{", ":", "}"), by_name=True)
macro("kq_expand_pairs", _expand("[", ",", "]"), by_name=True)
macro("kq_expand_texts", _expand("{", ":", "}", texts=True), by_name=True)
macro("kq_expand_pairs_texts", _expand("[", ",", "]", texts=True), by_name=True)

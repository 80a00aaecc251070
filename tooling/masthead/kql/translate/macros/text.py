"""Macros on texts."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

macro(
    "kq_substring",
    "(s, i, n) AS CASE WHEN n <= 0 THEN '' ELSE substring(s, "
    "CASE WHEN i >= 0 THEN i ELSE greatest(length(s) + i, 0) END + 1, least(n, 2147483647)) END",
)
# DuckDB's reverse() keeps graphemes together; Kusto turns the characters round.
macro("kq_reverse", "(s) AS array_to_string(list_reverse(string_split(s, '')), '')")

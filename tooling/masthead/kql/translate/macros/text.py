"""Macros on texts."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

macro(
    "kq_substring",
    "(s, i, n) AS CASE WHEN i >= 0 AND n > 0 THEN substring(s, i + 1, least(n, 2147483647)) "
    "WHEN i >= -length(s) AND n > 0 THEN substring(s, length(s) + i + 1, least(n, 2147483647)) ELSE '' END",
)
# The texts of a list, one behind the other; d is constant. DuckDB's array_to_string() names the list twice.
macro("kq_joined", "(l, d) AS coalesce(list_aggr(l, 'string_agg', d), '')")
# Likewise, with what only running tells between them.
macro("kq_delimited", "(l, d) AS substr(kq_joined(list_transform(l, lambda e: d || e), ''), length(d) + 1)")
# DuckDB's reverse() keeps graphemes together; Kusto turns the characters round.
macro("kq_reverse", "(s) AS kq_joined(list_reverse(string_split(s, '')), '')")
macro(
    "kq_code_points",
    "(s) AS CASE WHEN s = '' THEN [] ELSE list_transform(string_split(s, ''), lambda c: unicode(c)) END",
)
macro(
    "kq_octets",
    "(b) AS CASE WHEN b IS NOT NULL THEN to_json(list_transform(range(1, octet_length(b) * 2, 2), "
    "lambda i: kq_hex(substr(hex(b), i, 2)))) END",
)
macro("kq_split_part", "(l, i, refusal) AS CASE WHEN i < 0 THEN refusal WHEN i >= 0 THEN to_json(l[i + 1:i + 1]) END")
# Up to four parts of up to eight digits; missing ones are 0.
macro(
    "kq_parse_version",
    "(s) AS CASE WHEN regexp_full_match(s, '[0-9]{1,8}(\\.[0-9]{1,8}){0,3}') THEN array_to_string(list_transform("
    "list_resize(string_split(s, '.'), 4, '0'), lambda p: lpad(p, 8, '0')), '')::DECIMAL(38,0) END",
)

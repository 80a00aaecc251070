"""Macros of the functions that search."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# A group that takes no part in a match is an empty text.
_TEXTS = "list_transform(l, lambda e: coalesce(e, ''))"
macro("kq_found", f"(l) AS CASE WHEN len(l) > 0 THEN to_json({_TEXTS}) END")
macro(
    "kq_found_rows",
    "(lists) AS CASE WHEN len(lists[1]) > 0 THEN to_json(list_transform(range(1, len(lists[1]) + 1), "
    "lambda i: list_transform(lists, lambda l: coalesce(l[i], '')))) END",
)
macro(
    "kq_indexof_regex",
    "(s, r) AS CASE WHEN regexp_matches(s, r) THEN length(string_split_regex(s, r)[1]) ELSE -1 END",
)
# The n-th match begins where the pieces before and the matches before it end.
macro(
    "kq_match_start",
    "(pieces, matches, n, first) AS CASE WHEN n > len(matches) THEN -1 ELSE first "
    "+ list_sum(list_transform(pieces[:n], lambda p: length(p)))::BIGINT "
    "+ coalesce(list_sum(list_transform(matches[:n - 1], lambda m: length(m))), 0)::BIGINT END",
)
macro(
    "kq_indexof_match",
    "(s, r, first, size, n, refusal) AS CASE WHEN first < 0 OR size < -1 OR n < 0 THEN NULL "
    "WHEN n = 0 OR regexp_matches('', r) THEN refusal "
    "ELSE kq_match_start("
    "string_split_regex(CASE WHEN size < 0 THEN s[first + 1:] ELSE s[first + 1:first + size] END, r), "
    "regexp_extract_all(CASE WHEN size < 0 THEN s[first + 1:] ELSE s[first + 1:first + size] END, r), n, first) END",
)

"""Macros on IPv4 addresses."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# A part with leading zeros makes no address (tests/tooling/kql/cases/measured.yaml).
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PREFIX = "(/(3[0-2]|[12]?[0-9]))?"
_STRICT = f"{_OCTET}(\\.{_OCTET}){{3}}{_PREFIX}"

macro("kq_ipv4_number_of", "(o) AS ((o[1]::BIGINT * 256 + o[2]::BIGINT) * 256 + o[3]::BIGINT) * 256 + o[4]::BIGINT")
macro(
    "kq_ipv4",
    f"(s) AS CASE WHEN regexp_full_match(s, '{_STRICT}') THEN struct_pack("
    "a := kq_ipv4_number_of(string_split(split_part(s, '/', 1), '.')), "
    "p := CASE WHEN contains(s, '/') THEN split_part(s, '/', 2)::BIGINT ELSE 32::BIGINT END) END",
)
macro(
    "kq_ipv4_number",
    "(n) AS CASE WHEN n BETWEEN 0 AND 4294967295 THEN struct_pack(a := n::BIGINT, p := 32::BIGINT) END",
)
macro("kq_ipv4_single", "(i, refusal) AS CASE WHEN i.p < 32 THEN refusal ELSE i.a END")
macro("kq_ipv4_masked", "(a, p) AS (a >> (32 - p)::INTEGER) << (32 - p)::INTEGER")
macro(
    "kq_ipv4_network",
    "(i, prefix) AS CASE WHEN prefix BETWEEN 0 AND 32 THEN kq_ipv4_masked(i.a, least(i.p, prefix)) END",
)
macro(
    "kq_ipv4_private",
    "(n) AS n BETWEEN 167772160 AND 184549375 OR n BETWEEN 2886729728 AND 2887778303 OR n BETWEEN 3232235520 AND 3232301055",
)
macro(
    "kq_ipv4_order",
    "(i, j, prefix) AS CASE WHEN prefix BETWEEN 0 AND 32 THEN "
    "sign(kq_ipv4_masked(i.a, least(i.p, j.p, prefix)) - kq_ipv4_masked(j.a, least(i.p, j.p, prefix)))::BIGINT END",
)
macro(
    "kq_ipv4_within",
    "(i, j, refusal) AS CASE WHEN i IS NOT NULL AND j IS NOT NULL THEN CASE WHEN i.p < 32 AND i.p <> j.p THEN refusal "
    "ELSE kq_ipv4_masked(i.a, j.p) = kq_ipv4_masked(j.a, j.p) END END",
)
macro(
    "kq_ipv4_within_any",
    "(i, ranges, refusal) AS CASE WHEN i IS NOT NULL THEN coalesce(list_bool_or(list_transform(ranges, "
    "lambda r: coalesce(kq_ipv4_within(i, kq_ipv4(r), refusal), refusal))), false) END",
)
macro(
    "kq_ipv4_dotted",
    "(n) AS (n >> 24)::VARCHAR || '.' || (n >> 16 & 255)::VARCHAR || '.' || (n >> 8 & 255)::VARCHAR || '.' || "
    "(n & 255)::VARCHAR",
)
macro(
    "kq_ipv4_text",
    "(i, prefix, suffix) AS kq_ipv4_dotted(kq_ipv4_network(i, prefix)) || CASE WHEN suffix THEN '/' || "
    "least(i.p, prefix)::VARCHAR ELSE '' END",
)

# --- addresses in texts: the regular expressions of what is looked for, where that is computed ------------------------
_SEARCHED_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_SEARCHED = f"{_SEARCHED_OCTET}(?:\\.{_SEARCHED_OCTET}){{3}}"
macro(
    "kq_ipv4_searched",
    f"(terms) AS list_transform(list_filter(terms, lambda t: regexp_full_match(t, '{_SEARCHED}')), "
    "lambda t: replace(t, '.', '\\.'))",
)
macro(
    "kq_ipv4_searched_prefixes",
    f"(terms) AS list_concat(kq_ipv4_searched(terms), list_transform(list_filter(terms, "
    f"lambda t: regexp_full_match(t, '(?:{_SEARCHED_OCTET}\\.){{1,3}}')), lambda t: replace(t, '.', '\\.') || "
    f"'{_SEARCHED_OCTET}' || repeat('\\.{_SEARCHED_OCTET}', 3 - length(t) + length(replace(t, '.', '')))))",
)

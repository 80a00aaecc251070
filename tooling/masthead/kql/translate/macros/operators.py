"""Macros of the operators: equality, order and division with Kusto's nulls."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

macro("kq_equal", "(a, b) AS CASE WHEN a IS NULL AND b IS NULL THEN NULL ELSE a IS NOT DISTINCT FROM b END")
macro("kq_ordered", "(a, b, answer) AS CASE WHEN isnan(a) OR isnan(b) THEN false ELSE answer END")
# Whole numbers: division drops the fraction, a zero divisor gives null.
macro("kq_divide", "(a, b) AS CASE WHEN b = 0 THEN NULL ELSE a // b END")
# A dynamic value as a whole number, if that loses nothing.
macro(
    "kq_whole",
    "(j, refusal) AS CASE WHEN json_type(j) = 'DOUBLE' AND j::VARCHAR::DOUBLE <> trunc(j::VARCHAR::DOUBLE) THEN refusal "
    "ELSE kq_dynamic_long(j) END",
)
# The same of a member, read by its type at once.
macro(
    "kq_member_whole",
    "(j, p, refusal) AS CASE json_type(j, p) WHEN 'UBIGINT' THEN TRY_CAST(json_extract_string(j, p) AS BIGINT) "
    "WHEN 'DOUBLE' THEN kq_whole(json_extract(j, p), refusal) ELSE kq_member_long(j, p) END",
    by_name=True,
)
# The remainder is never negative.
macro("kq_modulo", "(a, b) AS CASE WHEN b = 0 THEN NULL ELSE ((a % b) + abs(b)) % b END")

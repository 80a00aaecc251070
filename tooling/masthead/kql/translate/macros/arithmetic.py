"""Macros of the functions on numbers."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# The digits are moved before the point and rounded there, so that 2.15 becomes 2.2 as documented; round(x, n) of DuckDB 2
# looks at what the binary number is, a little less.
macro(
    "kq_round",
    "(x, n) AS CASE WHEN abs(x) * pow(10::DOUBLE, n) >= 4503599627370496 THEN x "
    "WHEN n < 0 THEN round(x / pow(10::DOUBLE, -n)) * pow(10::DOUBLE, -n) "
    "ELSE round(x * pow(10::DOUBLE, n)) / pow(10::DOUBLE, n) END",
)
# A number beyond 64 bits goes round, as two's complement does.
macro(
    "kq_wrapped",
    "(x) AS ((x % 18446744073709551616 + 27670116110564327424) % 18446744073709551616 - 9223372036854775808)::BIGINT",
)
# Bits that leave on the left are lost, as in 64 bits; DuckDB would fail.
macro(
    "kq_shift_left",
    "(x, n) AS CASE WHEN n >= 0 THEN (x::BIT << (n % 64)::INTEGER)::BIGINT END",
)

"""Macros of the functions on numbers."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

macro("kq_round", "(x, n) AS CASE WHEN abs(x) * pow(10::DOUBLE, n) < 4503599627370496 THEN round(x, n) ELSE x END")
# Bits that leave on the left are lost, as in 64 bits; DuckDB would fail.
macro(
    "kq_shift_left",
    "(x, n) AS CASE WHEN n >= 0 THEN (x::BIT << (n % 64)::INTEGER)::BIGINT END",
)

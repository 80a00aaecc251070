"""Macros on ticks by calendar."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

macro("kq_ticks", "(ts) AS (epoch_us(ts) + 62135596800000000) * 10")
# Null beyond the years that a datetime has.
macro(
    "kq_unix_ticks",
    "(x) AS CASE WHEN x BETWEEN -621355968000000000 AND 2534023007999999999 THEN TRY_CAST(x AS BIGINT) + 621355968000000000 END",
)
macro("kq_add_months", "(t, n) AS kq_ticks(kq_timestamp(t) + to_months(n::INTEGER)) + t % 10")
macro("kq_start_of_day", "(t, n) AS (t // 864000000000 + n) * 864000000000")
macro("kq_start_of_week", "(t, n) AS (t // 864000000000 - (t // 864000000000 + 1) % 7 + n * 7) * 864000000000")
macro("kq_start_of_month", "(t, n) AS kq_ticks(date_trunc('month', kq_timestamp(t)) + to_months(n::INTEGER))")
macro("kq_start_of_year", "(t, n) AS kq_ticks(date_trunc('year', kq_timestamp(t)) + to_years(n::INTEGER))")
macro(
    "kq_make_datetime",
    "(y, mo, d, h, mi, s) AS CASE WHEN y BETWEEN 1 AND 9999 AND mo BETWEEN 1 AND 12 AND d BETWEEN 1 AND 31 "
    "AND h BETWEEN 0 AND 23 AND mi BETWEEN 0 AND 59 AND s >= 0 AND s < 60 THEN "
    "datediff('day', DATE '0001-01-01', TRY(make_date(y, mo, d))) * 864000000000 + h * 36000000000 + mi * 600000000 "
    "+ round(s * 10000000)::BIGINT END",
)
macro(
    "kq_make_timespan",
    "(d, h, mi, s) AS CASE WHEN d BETWEEN 0 AND 10675198 AND h BETWEEN 0 AND 23 AND mi BETWEEN 0 AND 59 AND s >= 0 "
    "AND s < 60 THEN d * 864000000000 + h * 36000000000 + mi * 600000000 + round(s * 10000000)::BIGINT END",
)
# Rounding down, also below zero; // rounds toward zero.
macro("kq_bin", "(x, size) AS CASE WHEN size > 0 THEN x - ((x % size) + size) % size END")
macro("kq_bin_real", "(x, size) AS CASE WHEN size > 0 THEN floor(x / size) * size END")
macro("kq_digits", "(x, n) AS lpad(x::VARCHAR, greatest(n, length(x::VARCHAR))::INTEGER, '0')")

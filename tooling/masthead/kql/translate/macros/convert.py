"""Macros that turn values of one type into another."""

from __future__ import annotations

import json

from masthead.kql.translate.literals import datetime_ticks, timespan_ticks
from masthead.kql.translate.registry import macro, python_function

# JSON null and a missing value are both dynamic(null).
macro("kq_json", "(j) AS CASE WHEN j <> 'null'::JSON THEN j END")
# What nests, such as tostring(parse_json(tostring(…))), must name its argument once: each further use doubles the SQL.
# Of a text, itself; of anything else, its JSON; of null, NULL.
macro("kq_dynamic_text", "(j) AS json_extract_string(j, '$')")
macro(
    "kq_scalar_text",
    "(j) AS CASE json_type(j) WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL WHEN 'NULL' THEN NULL "
    "ELSE json_extract_string(j, '$') END",
)
# What is too large for a long or an int is the largest there is; a long as an int loses its upper 32 bits.
macro(
    "kq_real_to_long",
    "(x) AS CASE WHEN isfinite(x) THEN least(greatest(least(trunc(x), 9223372036854775808), -9223372036854775808)::HUGEINT, "
    "9223372036854775807)::BIGINT END",
)
macro(
    "kq_real_to_int",
    "(x) AS CASE WHEN isfinite(x) THEN least(greatest(trunc(x), -2147483648), 2147483647)::INTEGER END",
)
macro("kq_long_to_int", "(n) AS ((((n & 4294967295) + 2147483648) & 4294967295) - 2147483648)::INTEGER")
_LONG = (
    "(j) AS CASE json_type(j) WHEN 'DOUBLE' THEN kq_real_to_long(TRY_CAST(j AS DOUBLE)) "
    "WHEN 'VARCHAR' THEN kq_text_long(json_extract_string(j, '$')) ELSE TRY_CAST(j AS BIGINT) END"
)
macro("kq_dynamic_long", _LONG)
macro(
    "kq_dynamic_int",
    "(j) AS CASE json_type(j) WHEN 'DOUBLE' THEN kq_real_to_int(TRY_CAST(j AS DOUBLE)) "
    "WHEN 'VARCHAR' THEN TRY_CAST(kq_text_long(json_extract_string(j, '$')) AS INTEGER) "
    "ELSE kq_long_to_int(TRY_CAST(j AS BIGINT)) END",
)
# The same of a member: what its type asks for is read at once.
_TEXT = "json_extract_string(j, p)"
macro(
    "kq_member_long",
    "(j, p) AS CASE json_type(j, p) "
    f"WHEN 'UBIGINT' THEN TRY_CAST({_TEXT} AS BIGINT) WHEN 'BIGINT' THEN TRY_CAST({_TEXT} AS BIGINT) "
    f"WHEN 'DOUBLE' THEN kq_real_to_long(TRY_CAST({_TEXT} AS DOUBLE)) "
    f"WHEN 'VARCHAR' THEN kq_text_long({_TEXT}) ELSE TRY_CAST(json_extract(j, p) AS BIGINT) END",
    by_name=True,
)
macro(
    "kq_member_int",
    "(j, p) AS CASE json_type(j, p) "
    f"WHEN 'DOUBLE' THEN kq_real_to_int(TRY_CAST({_TEXT} AS DOUBLE)) "
    f"WHEN 'VARCHAR' THEN TRY_CAST(kq_text_long({_TEXT}) AS INTEGER) "
    "ELSE kq_long_to_int(TRY_CAST(json_extract(j, p) AS BIGINT)) END",
    by_name=True,
)
macro(
    "kq_dynamic_real",
    "(j) AS CASE json_type(j) WHEN 'BOOLEAN' THEN (j::VARCHAR = 'true')::INTEGER::DOUBLE "
    "ELSE kq_text_real(kq_scalar_text(j)) END",
)
macro(
    "kq_dynamic_bool",
    "(j) AS CASE json_type(j) WHEN 'BOOLEAN' THEN j::VARCHAR = 'true' WHEN 'VARCHAR' THEN kq_text_bool(json_extract_string(j, '$')) "
    "WHEN 'UBIGINT' THEN j::VARCHAR <> '0' WHEN 'BIGINT' THEN j::VARCHAR <> '0' "
    "WHEN 'DOUBLE' THEN json_extract_string(j, '$')::DOUBLE <> 0 END",
)
macro(
    "kq_text_long", r"(s) AS TRY_CAST(regexp_extract(s, '^\s*([-+]?[0-9]+|0[xX][0-9a-fA-F]{1,16})\s*$', 1) AS BIGINT)"
)
macro(
    "kq_hex",
    "(h) AS list_reduce(list_prepend(0::HUGEINT, list_transform(string_split(lower(h), ''), "
    "lambda c: (strpos('0123456789abcdef', c) - 1)::HUGEINT)), lambda a, b: a * 16 + b)::BIGINT",
)
macro(
    "kq_text_real",
    "(s) AS CASE WHEN regexp_full_match(trim(s), '[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?') "
    "THEN TRY_CAST(trim(s) AS DOUBLE) WHEN lower(trim(s)) = 'nan' THEN 'nan'::DOUBLE "
    "WHEN lower(trim(s)) IN ('inf', '+inf', 'infinity') THEN 'inf'::DOUBLE "
    "WHEN lower(trim(s)) IN ('-inf', '-infinity') THEN '-inf'::DOUBLE "
    "WHEN regexp_full_match(trim(s), '0[xX][0-9a-fA-F]{1,16}') THEN kq_hex(substr(trim(s), 3))::DOUBLE END",
)
macro(
    "kq_text_bool",
    "(s) AS CASE WHEN lower(trim(s)) = 'true' THEN true WHEN lower(trim(s)) = 'false' THEN false "
    "WHEN regexp_full_match(trim(s), '[-+]?[0-9]+') THEN TRY_CAST(trim(s) AS BIGINT) <> 0 END",
)

# Text to datetime: SQL for the ISO form that logs use, Python for the rest.
_ISO = "^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,7})?Z?)?$"
macro(
    "kq_text_datetime",
    f"(s) AS CASE WHEN s IS NULL OR s = '' THEN NULL WHEN regexp_full_match(s, '{_ISO}') THEN "
    "(epoch_us(TRY_CAST(substr(s, 1, 19) AS TIMESTAMP)) + 62135596800000000) * 10 "
    "+ rpad(regexp_extract(s, '\\.(\\d+)', 1), 7, '0')::BIGINT ELSE kq_parse_datetime(s) END",
)
# A number in a dynamic is ticks, in a text days.
macro(
    "kq_dynamic_timespan",
    "(j) AS CASE WHEN json_type(j) = 'VARCHAR' THEN kq_text_timespan(json_extract_string(j, '$')) "
    "ELSE kq_dynamic_long(j) END",
)
macro("kq_text_timespan", "(s) AS CASE WHEN s IS NULL OR s = '' THEN NULL ELSE kq_parse_timespan(s) END")

python_function("kq_parse_datetime", ["VARCHAR"], "BIGINT")(lambda s: None if s is None else datetime_ticks(s))
python_function("kq_parse_timespan", ["VARCHAR"], "BIGINT")(lambda s: None if s is None else timespan_ticks(s))

# Values to text, as tostring() writes them.
macro("kq_timestamp", "(t) AS make_timestamp(t // 10 - 62135596800000000)")
macro(
    "kq_datetime_text",
    "(t) AS strftime(kq_timestamp(t), '%Y-%m-%dT%H:%M:%S.') || lpad((t % 10000000)::VARCHAR, 7, '0') || 'Z'",
)
macro(
    "kq_timespan_text",
    "(t) AS CASE WHEN t < 0 THEN '-' ELSE '' END"
    " || CASE WHEN abs(t) >= 864000000000 THEN (abs(t) // 864000000000)::VARCHAR || '.' ELSE '' END"
    " || lpad((abs(t) // 36000000000 % 24)::VARCHAR, 2, '0') || ':' || lpad((abs(t) // 600000000 % 60)::VARCHAR, 2, '0')"
    " || ':' || lpad((abs(t) // 10000000 % 60)::VARCHAR, 2, '0')"
    " || CASE WHEN abs(t) % 10000000 <> 0 THEN '.' || lpad((abs(t) % 10000000)::VARCHAR, 7, '0') ELSE '' END",
)
macro(
    "kq_real_text",
    "(x) AS CASE WHEN isnan(x) THEN 'NaN' WHEN x = 'inf' THEN 'Infinity' WHEN x = '-inf' THEN '-Infinity' ELSE x::VARCHAR END",
)
macro(
    "kq_decimal_text",
    "(x) AS CASE WHEN x = trunc(x) THEN trunc(x)::DECIMAL(38,0)::VARCHAR ELSE rtrim(x::VARCHAR, '0') END",
)
macro(
    "kq_real_json",
    "(x) AS CASE WHEN isfinite(x) THEN to_json(x) WHEN x IS NULL THEN NULL ELSE to_json(kq_real_text(x)) END",
)


@python_function("kq_strict_json", ["VARCHAR"], "BOOLEAN")
def _strict(text: str | None) -> bool:
    """Whether a text is JSON by the letter, without NaN, infinities and commas at the end."""
    try:
        json.loads(text or "", parse_constant=_no_constant)
    except ValueError:
        return False
    return True


def _no_constant(name: str) -> None:
    raise ValueError(name)


# What DuckDB takes for JSON and JSON does not, or what looks like it. Few texts have any of the parts that it is made
# of, which are searched for faster.
_LENIENT = "(?i),\\s*[\\]}]|(^|[\\[:,])\\s*-?(nan|inf(inity)?)\\s*($|[,\\]}])|^\\s*-?0\\d"
_PARTS = (",\\s*[\\]}]", "(?i)nan", "(?i)inf", "^\\s*-?0\\d")
_DOUBT = " OR ".join(f"regexp_matches(t, '{part}')" for part in _PARTS)
# The JSON that a text holds, as it spells it; of a text that is no JSON, the JSON string.
_JSON_TEXT = (
    "(t) AS CASE WHEN t = '' THEN NULL WHEN NOT json_valid(t) THEN to_json(t)::VARCHAR "
    f"WHEN {_DOUBT} THEN CASE WHEN NOT regexp_matches(t, '{_LENIENT}') THEN t "
    "WHEN NOT kq_strict_json(t) THEN to_json(t)::VARCHAR ELSE t END ELSE t END"
)
macro("kq_json_text", _JSON_TEXT)
macro("kq_json_text_of", _JSON_TEXT, by_name=True)  # of a column
# The same of the text of a dynamic value, given its JSON: only what is a string has to be looked into.
_JSON_AGAIN = (
    "(j) AS CASE WHEN starts_with(j, '{') OR starts_with(j, '[') THEN j::VARCHAR "
    "WHEN json_type(j) = 'VARCHAR' THEN kq_json_text(json_extract_string(j, '$')) ELSE j::VARCHAR END"
)
macro("kq_json_again", _JSON_AGAIN)
macro("kq_json_again_of", _JSON_AGAIN, by_name=True)

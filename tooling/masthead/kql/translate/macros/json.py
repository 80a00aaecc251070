"""Macros of JSON texts."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

macro("kq_valid_json", "(s) AS CASE WHEN json_valid(s) THEN s::JSON END")
macro(
    "kq_gettype",
    "(j) AS CASE json_type(j) WHEN 'VARCHAR' THEN 'string' WHEN 'OBJECT' THEN 'dictionary' WHEN 'ARRAY' THEN 'array' "
    "WHEN 'BOOLEAN' THEN 'bool' WHEN 'DOUBLE' THEN 'double' WHEN 'BIGINT' THEN 'long' WHEN 'UBIGINT' THEN 'long' "
    "ELSE 'null' END",
)

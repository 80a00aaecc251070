"""Macros of JSON texts."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

macro("kq_valid_json", "(s) AS CASE WHEN json_valid(s) THEN s::JSON END")
# Texts that tostring() writes for datetimes, timespans and guids.
_TYPED = (
    "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}Z|-?(\\d+\\.)?\\d\\d:\\d\\d:\\d\\d(\\.\\d{7})?"
    "|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
macro(
    "kq_gettype",
    "(j, refusal) AS CASE json_type(j) WHEN 'VARCHAR' THEN "
    f"CASE WHEN regexp_full_match(json_extract_string(j, '$'), '{_TYPED}') THEN refusal ELSE 'string' END "
    "WHEN 'OBJECT' THEN 'dictionary' WHEN 'ARRAY' THEN 'array' "
    "WHEN 'BOOLEAN' THEN 'bool' WHEN 'DOUBLE' THEN 'double' WHEN 'BIGINT' THEN 'long' WHEN 'UBIGINT' THEN 'long' "
    "ELSE 'null' END",
)

"""Results of queries as the query service writes them."""

from __future__ import annotations

import json
import math
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from masthead.kql import Result
from stand_in.place import Limits


def answer_body(result: Result, prefer: str, limits: Limits) -> dict[str, Any]:
    """The body of an answer. prefer: the header of this name. Beyond the limits it is partial, and says so."""
    tables, cut = [], False
    for number, each in enumerate((result, *result.others)):
        columns = [{"name": column.name, "type": column.type} for column in each.columns]
        kinds = [column.type for column in each.columns]
        rows = [[_value(*pair) for pair in zip(kinds, row, strict=True)] for row in each.rows[: limits.rows]]
        cut = cut or len(each.rows) > limits.rows
        tables.append({"name": "PrimaryResult" if number == 0 else f"Table_{number}", "columns": columns, "rows": rows})
    body: dict[str, Any] = {"tables": tables}
    if cut or len(json.dumps(tables)) > limits.size:
        message = f"Query result set has exceeded the internal record count limit {limits.rows}"
        inner = {"code": "-2133196797", "message": message, "severity": 2, "severityName": "Error"}
        said = "There were some errors when processing your query."
        body["error"] = {"code": "PartialError", "message": said, "details": [{"innererror": inner, **inner}]}
        body["error"]["innererror"] = inner
    if "include-statistics=true" in prefer:
        body["statistics"] = {"query": {"executionTime": 0.01, "resourceUsage": {}}}
    if "include-render=true" in prefer:
        body["render"] = dict(result.render or {})
    return body


def _value(kind: str, value: Any) -> Any:
    """A value as JSON: dynamic as text, times in ISO 8601, lengths as Kusto spells them."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond:06d}".rstrip("0").rstrip(".") + "Z"
    if isinstance(value, timedelta):
        return _timespan(value)
    if kind == "dynamic" and value is not None and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _timespan(length: timedelta) -> str:
    """[-][d.]hh:mm:ss[.fffffff]"""
    sign, rest = ("-", -length) if length < timedelta() else ("", length)
    hours, seconds = divmod(rest.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    days = f"{rest.days}." if rest.days else ""
    fraction = f".{rest.microseconds * 10:07d}" if rest.microseconds else ""
    return f"{sign}{days}{hours:02d}:{minutes:02d}:{seconds:02d}{fraction}"

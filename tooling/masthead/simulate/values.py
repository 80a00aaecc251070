"""What Sentinel writes into an alert for a value of a query."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Row = Mapping[str, Any]
"""One row of a query's result: column → value (text, number, bool, datetime, timedelta, list, dict; None for null)."""


def text_of(value: Any) -> str:
    """The value as Kusto's tostring() writes it; null is the empty text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return datetime_text(value)
    if isinstance(value, timedelta):
        return timespan_text(value)
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=text_of)
    return str(value)


def datetime_text(moment: datetime) -> str:
    """The moment as Kusto writes it, seven digits of a second: 2026-01-31T08:00:00.0000000Z."""
    utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}0Z"


def timespan_text(span: timedelta) -> str:
    """The length of time as Kusto writes it: 01:02:03, 1.02:03:04.5000000."""
    sign = "-" if span < timedelta() else ""
    span = abs(span)
    hours, seconds = divmod(span.seconds, 3600)
    clock = f"{hours:02d}:{seconds // 60:02d}:{seconds % 60:02d}"
    days = f"{span.days}." if span.days else ""
    fraction = f".{span.microseconds:06d}0" if span.microseconds else ""
    return f"{sign}{days}{clock}{fraction}"


def cut(text: str, limit: int) -> str:
    """As much of the text as `limit` bytes of UTF-8 hold."""
    data = text.encode()
    return text if len(data) <= limit else data[:limit].decode(errors="ignore")


def items_of(value: Any) -> tuple[str, ...]:
    """The texts of a value that may be a list, JSON text of a list, or words between commas."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            value = value.strip().strip("[]")
    parts = value if isinstance(value, list | tuple) else text_of(value).split(",")
    return tuple(text for part in parts if (text := text_of(part).strip().strip("\"'")))

"""Values on their way in and out: Python's, as people see them, and the SQL ones behind them."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from masthead.kql.engine.database import RunError
from masthead.kql.translate.literals import datetime_ticks, timespan_ticks
from masthead.kql.translate.types import MAX_DATETIME_TICKS, TICKS_PER_DAY, UNIX_EPOCH_TICKS

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)  # noqa: UP017
_MICROSECOND = dt.timedelta(microseconds=1)
_MAX = dt.datetime.max.replace(tzinfo=dt.timezone.utc)  # noqa: UP017


def ticks_of(moment: dt.datetime) -> int:
    """Ticks since 0001-01-01 UTC; a naive moment is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.timezone.utc)  # noqa: UP017
    return (moment - _EPOCH) // _MICROSECOND * 10 + UNIX_EPOCH_TICKS


def _datetime(ticks: int) -> dt.datetime:
    if not 0 <= ticks <= MAX_DATETIME_TICKS:
        what = "a datetime before 0001-01-01 or after 9999-12-31: what the service makes of it is not documented"
        raise RunError(what, code="MASTHEAD-UNSUPPORTED")
    if ticks == MAX_DATETIME_TICKS:  # its last digit is more than Python has
        return _MAX
    return _EPOCH + dt.timedelta(microseconds=(ticks - UNIX_EPOCH_TICKS) // 10)


def _timespan(ticks: int) -> dt.timedelta:
    # toward zero: Python has no ticks, and −1 tick is nearer to 0 than to −1 µs
    return dt.timedelta(days=0, microseconds=int(math.copysign(abs(ticks) // 10, ticks)))


def _dynamic(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise RunError("a dynamic value is nested too deeply to be returned", code="MASTHEAD-RUN") from None
    except ValueError as error:  # a number of more than 4,300 digits
        raise RunError(f"a dynamic value cannot be returned: {error}", code="MASTHEAD-RUN") from None


_OUT: dict[str, Callable[[Any], Any]] = {
    "datetime": _datetime,
    "timespan": _timespan,
    "dynamic": _dynamic,
}


def outgoing(kusto_type: str) -> Callable[[Any], Any] | None:
    """What turns a SQL value of this Kusto type into Python's; None where it is that already."""
    return _OUT.get(kusto_type)


def python_rows(kinds: Sequence[str], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows of SQL values, whose columns have these Kusto types, as rows of Python's. Without columns, which SQL does
    not have, the rows are empty."""
    if rows and len(rows[0]) > len(kinds):
        rows = [row[: len(kinds)] for row in rows]
    converters = [(i, convert) for i, kind in enumerate(kinds) if (convert := outgoing(kind))]
    return [_python(row, converters) for row in rows] if converters else rows


def _python(row: tuple[Any, ...], converters: list[tuple[int, Any]]) -> tuple[Any, ...]:
    values = list(row)
    for index, convert in converters:
        if values[index] is not None:
            values[index] = convert(values[index])
    return tuple(values)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _whole(bits: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        if isinstance(value, float) and value != int(value):
            raise ValueError
        if not isinstance(value, bool | int | float | str):
            raise ValueError
        number = int(value)
        if not -(1 << bits - 1) <= number < 1 << bits - 1:
            raise ValueError
        return number

    return convert


def _real(value: Any) -> float:
    if isinstance(value, bool | int | float | decimal.Decimal):
        return float(value)
    if isinstance(value, str):
        return float(value)
    raise ValueError


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise ValueError


def _incoming_datetime(value: Any) -> int:
    if isinstance(value, dt.datetime):
        return ticks_of(value)
    if isinstance(value, str) and (ticks := datetime_ticks(value)) is not None:
        return ticks
    raise ValueError


def _incoming_timespan(value: Any) -> int:
    if isinstance(value, dt.timedelta):
        return value // _MICROSECOND * 10
    if isinstance(value, str) and (ticks := timespan_ticks(value)) is not None:
        return ticks
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(value * TICKS_PER_DAY)
    raise ValueError


_incoming_dynamic = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


_IN: dict[str, Callable[[Any], Any]] = {
    "string": _text,
    "long": _whole(64),
    "int": _whole(32),
    "real": _real,
    "bool": _bool,
    "datetime": _incoming_datetime,
    "timespan": _incoming_timespan,
    "dynamic": _incoming_dynamic,
    "decimal": lambda v: decimal.Decimal(str(v)),
    "guid": lambda v: uuid.UUID(str(v)),
}


def incoming(kusto_type: str) -> Callable[[Any], Any]:
    """What turns a Python or JSON value into SQL's for this Kusto type; ValueError where the value is none."""
    return _IN[kusto_type]

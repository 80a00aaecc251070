"""Values of the engine as KQL writes them."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any

from masthead.kql.translate.types import TICKS_PER_DAY, TICKS_PER_SECOND

_TO_ESCAPE = re.compile(r"['\\\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]")
_ESCAPES = {"'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def text_literal(text: str) -> str:
    """A text in single quotes; what a lexer could take for the end of a line is escaped, and what nobody can see."""
    return f"'{_TO_ESCAPE.sub(_escaped, text)}'"


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"


def _real(value: float) -> str:
    if math.isnan(value):
        return "real(nan)"
    if math.isinf(value):
        return "real(+inf)" if value > 0 else "real(-inf)"
    return f"real({value!r})"


def _datetime(ticks: int) -> str:
    seconds, fraction = divmod(ticks, TICKS_PER_SECOND)
    days, second = divmod(seconds, 86_400)
    date = dt.date.min + dt.timedelta(days=days)
    return f"datetime({date.isoformat()}T{_clock(second)}.{fraction:07d}Z)"


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _timespan(ticks: int) -> str:
    sign, ticks = ("-", -ticks) if ticks < 0 else ("", ticks)
    days, rest = divmod(ticks, TICKS_PER_DAY)
    second, fraction = divmod(rest, TICKS_PER_SECOND)
    return f"time({sign}{days}.{_clock(second)}.{fraction:07d})"


_LITERALS: dict[str, Callable[[Any], str]] = {
    "string": text_literal,
    # JSON as text: KQL's own literals of dynamic values have a grammar of their own, parse_json has JSON's.
    "dynamic": text_literal,
    "long": lambda value: str(value) if value >= 0 else f"long({value})",
    "int": lambda value: f"int({value})",
    "real": _real,
    "bool": lambda value: "true" if value else "false",
    "datetime": _datetime,
    "timespan": _timespan,
    "guid": lambda value: f"guid({value})",
    "decimal": lambda value: f"decimal({value:f})",
}
_NULLS = {"string": "''", "dynamic": "''", "timespan": "time(null)"}


def cell(value: Any, kind: str) -> str:
    """The cell of a datatable for a value of the engine: ticks of a time, of a dynamic one text of JSON."""
    return _NULLS.get(kind, f"{kind}(null)") if value is None else _LITERALS[kind](value)


def null(kind: str) -> str:
    """What a column of this type has where there is no value."""
    return "dynamic(null)" if kind == "dynamic" else _NULLS.get(kind, f"{kind}(null)")

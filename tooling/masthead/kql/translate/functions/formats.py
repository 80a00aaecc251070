"""format_datetime, format_timespan, and time zones."""

from __future__ import annotations

import datetime as dt
import math
import re
import zoneinfo
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from masthead.kql.translate.calls import Call
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import MAX_DATETIME_TICKS, REFUSAL, refused, string_literal

_TOKEN = re.compile(r"([a-zA-Z])\1*|[ /\-:,._\[\]]")

_HOUR = "({0} // 36000000000 % 24)"
_CLOCK = {
    "H": _HOUR,
    "m": "({0} // 600000000 % 60)",
    "s": "({0} // 10000000 % 60)",
}
_DATE = {
    **_CLOCK,
    "h": f"(({_HOUR} + 11) % 12 + 1)",
    "d": "day(kq_timestamp({0}))",
    "M": "month(kq_timestamp({0}))",
    "y": "(year(kq_timestamp({0})) % 100)",
}
# {letter: the length of its longest part}
_LONGEST = {"H": 2, "h": 2, "m": 2, "s": 2, "d": 2, "M": 2, "y": 4, "t": 2, "f": 7, "F": 7}


def _elements(call: Call, form: str, longest: dict[str, int]) -> Iterator[str]:
    """The parts of a format. A letter that stands there more often than its longest part begins another one, as was
    measured (tests/tooling/kql/cases/measured.yaml)."""
    place = 0
    while place < len(form):
        run = _TOKEN.match(form, place)
        if run is None:
            raise call.unsupported(f"{form[place]!r} in a format")
        place = run.end()
        size = longest.get(run[0][0], len(run[0]))
        yield from (run[0][i : i + size] for i in range(0, len(run[0]), size))


def _format(call: Call, parts: dict[str, str], longest: dict[str, int]) -> str:
    value, out = call.sql[0], []
    for text in _elements(call, call.constant(1) or "", longest):
        letter, width = text[0], len(text)
        if not letter.isalpha():
            out.append(string_literal(text))
        elif text == "yyyy" and "y" in parts:
            out.append(f"kq_digits(year(kq_timestamp({value})), 4)")
        elif text == "tt" and "y" in parts:
            out.append(f"CASE WHEN {_HOUR.format(value)} < 12 THEN 'AM' ELSE 'PM' END")
        elif letter in "fF":
            digits = f"kq_digits(abs({value}) % 10000000 // {10 ** (7 - width)}, {width})"
            out.append(digits if letter == "f" else f"rtrim({digits}, '0')")
        elif letter not in parts or text == "yyy":
            raise call.unsupported(f"{text!r} in a format")
        else:
            out.append(f"kq_digits({parts[letter].format(value)}, {width})")
    if not out:
        raise call.unsupported("an empty format")
    return " || ".join(out)


@scalar("format_datetime", "datetime, string")
def format_datetime(call: Call) -> str:
    return _format(call, _DATE, _LONGEST)


_SPAN = {"d": "({0} // 864000000000)", **_CLOCK, "h": _HOUR}


@scalar("format_timespan", "timespan, string")
def format_timespan(call: Call) -> str:
    """A timespan by its parts. How a negative one is written is not documented, so it is refused."""
    written = _format(call, _SPAN, {**_LONGEST, "d": 8})
    return f"CASE WHEN {call.sql[0]} < 0 THEN {refused('format_timespan() of a negative timespan')} ELSE {written} END"


# --- sizes -----------------------------------------------------------------------------------------------------------
_SIZES = ("Bytes", "KB", "MB", "GB", "TB", "PB", "EB")  # each 1024 of the one before


@python_function("kq_format_bytes", ["DOUBLE", "BIGINT", "VARCHAR"], "VARCHAR")
def _bytes(size: float | None, precision: int, unit: str) -> str | None:
    if size is None:
        return None
    if not 0 <= size < math.inf or not 0 <= precision <= 15 or (unit and unit not in _SIZES):
        raise ValueError(f"{REFUSAL}format_bytes() of this size, or with this precision or unit")
    power = _SIZES.index(unit) if unit else max((i for i in range(7) if size >= 1024**i), default=0)
    exact = Decimal(size) / 1024**power
    rounded = exact.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP)
    written = f"{rounded:f}"
    if precision and written.endswith("0"):
        raise ValueError(f"{REFUSAL}format_bytes() of a size whose last digit is a zero, whether or not it is written")
    if exact != rounded and abs(exact - rounded) * 2 == Decimal(1).scaleb(-precision):
        raise ValueError(f"{REFUSAL}format_bytes() of a size half way between two")
    return f"{written} {_SIZES[power]}"


@scalar("format_bytes", "real, long, string")
def format_bytes(call: Call) -> str:
    """A number of bytes in its unit, or in a given one."""
    precision, unit = (call.sql[i] if i < call.count else default for i, default in ((1, "0"), (2, "''")))
    return f"kq_format_bytes({call.sql[0]}, {precision}, {unit})"


# --- time zones ------------------------------------------------------------------------------------------------------
_MINIMUM = dt.datetime(1, 1, 1)


@lru_cache(maxsize=64)
def _zone(name: str) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(name)


def _local_offset(local: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.timedelta:
    """How far a zone's clock, which shows `local`, is from UTC. In the hour that is skipped it is that of the time
    after, as the documentation's example has it; of the hour that comes twice nothing is documented."""
    early, late = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if early > late:
        raise ValueError(f"{REFUSAL}the local time {local}, which {zone.key} has twice, as clocks are set back")
    return late


def _shifted(ticks: int | None, zone: str | None, to_local: bool) -> int | None:
    if ticks is None or not zone:
        return None
    try:
        there = _zone(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{REFUSAL}the time zone {zone}") from None
    moment = _MINIMUM + dt.timedelta(microseconds=ticks // 10)
    try:
        offset = (
            moment.replace(tzinfo=dt.UTC).astimezone(there).utcoffset() if to_local else -_local_offset(moment, there)
        )
    except OverflowError:
        return None
    shifted = ticks + offset // dt.timedelta(microseconds=1) * 10
    return shifted if 0 <= shifted <= MAX_DATETIME_TICKS else None


python_function("kq_to_local", ["BIGINT", "VARCHAR"], "BIGINT")(lambda t, zone: _shifted(t, zone, True))
python_function("kq_to_utc", ["BIGINT", "VARCHAR"], "BIGINT")(lambda t, zone: _shifted(t, zone, False))


def _local(name: str, helper: str) -> None:
    def emit(call: Call) -> str:
        zone = call.arguments[1]
        try:
            if zone.constant:
                _zone(zone.value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            raise call.unsupported(f"the time zone {zone.value}") from None
        return f"{helper}({call.sql[0]}, {call.sql[1]})"

    scalar(name, "datetime, string")(emit)


_local("datetime_utc_to_local", "kq_to_local")
_local("datetime_local_to_utc", "kq_to_utc")

"""Texts of Kusto literals, read: datetimes, timespans, numbers."""

from __future__ import annotations

import datetime as dt
import re

from masthead.kql.translate.types import TICKS_PER_DAY, TICKS_PER_SECOND

_UNITS = {
    "tick": 1,
    "ticks": 1,
    "microsecond": 10,
    "microseconds": 10,
    "millisecond": 10_000,
    "milliseconds": 10_000,
    "milli": 10_000,
    "millis": 10_000,
    "ms": 10_000,
    "second": TICKS_PER_SECOND,
    "seconds": TICKS_PER_SECOND,
    "sec": TICKS_PER_SECOND,
    "secs": TICKS_PER_SECOND,
    "s": TICKS_PER_SECOND,
    "minute": 60 * TICKS_PER_SECOND,
    "minutes": 60 * TICKS_PER_SECOND,
    "min": 60 * TICKS_PER_SECOND,
    "m": 60 * TICKS_PER_SECOND,
    "hour": 3600 * TICKS_PER_SECOND,
    "hours": 3600 * TICKS_PER_SECOND,
    "hr": 3600 * TICKS_PER_SECOND,
    "hrs": 3600 * TICKS_PER_SECOND,
    "h": 3600 * TICKS_PER_SECOND,
    "day": TICKS_PER_DAY,
    "days": TICKS_PER_DAY,
    "d": TICKS_PER_DAY,
    "micro": 10,
    "micros": 10,
    "nano": None,
}
_UNIT = re.compile(r"^([-+]?\d+(?:\.\d+)?)\s*([a-z]+)$", re.IGNORECASE)
_CLOCK = re.compile(r"^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$")
_ISO = re.compile(
    r"^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?"
    r"\s*(Z|GMT|[-+]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"^(\d{4}) *, *(\d{1,2}) *, *(\d{1,2})$|^(\d{4}) - (\d{1,2}) - (\d{1,2})$")
_YEAR = re.compile(r"^(\d{4})$")
_AMERICAN = re.compile(
    r"^(\d{1,2})([-/])(\d{1,2})\2(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(?:\s*(AM|PM))?)?\s*Z?$",
    re.IGNORECASE,
)
# RFC 822, RFC 850 and some that others write. The documented forms may leave out the weekday and the seconds.
_CLOCKS = (" %H:%M:%S", " %H:%M")
_RFC_FORMATS = (
    *(f"{day}%d %b %{year}{clock}" for day in ("", "%a, ") for year in "yY" for clock in (*_CLOCKS, "")),
    *(f"{day}%d-%b-%y{clock}" for day in ("", "%A, ") for clock in _CLOCKS),
    "%a %b %d %H:%M:%S %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
)


def timespan_ticks(text: str) -> int | None:
    """Ticks of a timespan's text: 1h, 1.5d, 1.02:03:04.5, or a bare number of days. None when it is none of these."""
    text = text.strip().strip("\"'").strip()
    if unit := _UNIT.match(text):
        ticks = _UNITS.get(unit[2].lower())
        return None if ticks is None else round(float(unit[1]) * ticks) if "." in unit[1] else int(unit[1]) * ticks
    if clock := _CLOCK.match(text):
        sign, days, hours, minutes, seconds, fraction = clock.groups()
        if int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 59:
            return None
        ticks = ((int(days or 0) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds or 0)
        ticks = ticks * TICKS_PER_SECOND + int(((fraction or "") + "0000000")[:7])
        return -ticks if sign else ticks
    if re.match(r"^[-+]?\d+$", text):
        return int(text) * TICKS_PER_DAY
    return None


def date_ticks(
    year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0, second: int = 0, fraction: str = ""
) -> int | None:
    """Ticks since 0001-01-01 of a moment; `fraction`: the digits after the second's point. None for no such date."""
    try:
        days = dt.date(year, month, day).toordinal() - 1
    except ValueError:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    ticks = int((fraction + "0000000")[:7])
    return days * TICKS_PER_DAY + ((hour * 60 + minute) * 60 + second) * TICKS_PER_SECOND + ticks


def datetime_ticks(text: str) -> int | None:
    """Ticks since 0001-01-01, UTC, of a datetime's text (ISO 8601, RFC 822 and 850, m/d/y, m-d-y), or None."""
    text = text.strip().strip("\"'").strip()
    if m := _PARTS.match(text):
        return date_ticks(*(int(part) for part in m.groups() if part))
    if m := _ISO.match(text):
        ticks = date_ticks(
            int(m[1]), int(m[2]), int(m[3] or 1), int(m[4] or 0), int(m[5] or 0), int(m[6] or 0), m[7] or ""
        )
        if ticks is not None and m[8] and m[8].upper() not in ("Z", "GMT"):
            offset = m[8].replace(":", "")
            minutes = int(offset[1:3]) * 60 + int(offset[3:5])
            ticks -= (minutes if offset[0] == "+" else -minutes) * 60 * TICKS_PER_SECOND
        return ticks
    if m := _YEAR.match(text):
        return date_ticks(int(m[1]))
    if m := _AMERICAN.match(text):
        hour = int(m[5] or 0)
        if m[9]:
            hour = hour % 12 + (12 if m[9].upper() == "PM" else 0)
        return date_ticks(int(m[4]), int(m[1]), int(m[3]), hour, int(m[6] or 0), int(m[7] or 0), m[8] or "")
    plain = re.sub(r"\s*(GMT|UTC|Z)$", "", text)
    for form in _RFC_FORMATS:
        try:
            d = dt.datetime.strptime(plain, form)
        except ValueError:
            continue
        return date_ticks(d.year, d.month, d.day, d.hour, d.minute, d.second)
    return None

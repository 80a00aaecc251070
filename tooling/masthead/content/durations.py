"""Durations as content files write them: `5m`, `1h`, `14d`, or ISO 8601 such as `PT5M`."""

from __future__ import annotations

import re
from datetime import timedelta

_SHORT = re.compile(r"(?P<amount>\d{1,6})(?P<unit>[smhdSMHD])")
_ISO = re.compile(
    r"P(?=.)(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?"
)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: str) -> timedelta:
    """The length of time that `text` means; raises ValueError for anything but the two notations."""
    if short := _SHORT.fullmatch(text):
        return timedelta(**{_UNITS[short["unit"].lower()]: int(short["amount"])})
    if iso := _ISO.fullmatch(text):
        return timedelta(**{unit: int(amount) for unit, amount in iso.groupdict().items() if amount})
    raise ValueError(f'"{text}" is not a duration; write it like 5m, 1h or 1d, or in ISO 8601 like PT5M')


def short_duration(duration: timedelta) -> str:
    """The duration in the largest unit that divides it: `90m`, `1h`, `14d`; whole seconds, as Sentinel's are."""
    seconds = int(duration.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def iso_duration(duration: timedelta) -> str:
    """The duration in ISO 8601, as Sentinel's API takes it: `PT5M`, `P1D`, `P1DT12H`."""
    seconds = int(duration.total_seconds())
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    clock = "".join(f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if amount)
    if not days and not clock:
        return "PT0S"
    return "P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")

"""Geohashes: the base-32 digits of a place's cell, halves of longitude and latitude in turn."""

from __future__ import annotations

_DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz"
LONGEST = 18  # digits, Kusto's limit


def encode(longitude: float, latitude: float, digits: int) -> str:
    """The geohash of a place, of 1 to 18 digits."""
    spans, values = [[-180.0, 180.0], [-90.0, 90.0]], (longitude, latitude)
    out = ""
    for place in range(digits):
        number = 0
        for bit in range(5 * place, 5 * place + 5):
            span = spans[bit % 2]
            middle = (span[0] + span[1]) / 2
            above = values[bit % 2] >= middle
            span[not above] = middle
            number = number * 2 + above
        out += _DIGITS[number]
    return out


def box(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east and north of a geohash's cell; None where it is no geohash."""
    spans = [[-180.0, 180.0], [-90.0, 90.0]]
    if not 0 < len(text) <= LONGEST or set(text) - set(_DIGITS):
        return None
    bits = [_DIGITS.index(c) >> shift & 1 for c in text for shift in (4, 3, 2, 1, 0)]
    for place, bit in enumerate(bits):
        span = spans[place % 2]
        span[1 - bit] = (span[0] + span[1]) / 2
    (west, east), (south, north) = spans
    return west, south, east, north

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


# Around a cell, (east, north): in rows from the north, as the documentation's example lets see.
_AROUND = ((-1, 1), (0, 1), (1, 1), (-1, 0), (1, 0), (-1, -1), (0, -1), (1, -1))


def neighbours(text: str) -> list[str] | None:
    """The cells around a geohash's, at a pole fewer than eight; None where it is no geohash."""
    if box(text) is None:
        return None
    bits = "".join(f"{_DIGITS.index(c):05b}" for c in text)
    column, row = bits[::2], bits[1::2]
    columns, rows = 1 << len(column), 1 << len(row)

    def cell(east: int, north: int) -> str:
        across = f"{(int(column, 2) + east) % columns:0{len(column)}b}"
        up = f"{int(row, 2) + north:0{len(row)}b}"
        spelled = "".join((across, up)[place % 2][place // 2] for place in range(len(bits)))
        return "".join(_DIGITS[int(spelled[i : i + 5], 2)] for i in range(0, len(spelled), 5))

    return [cell(east, north) for east, north in _AROUND if 0 <= int(row, 2) + north < rows]

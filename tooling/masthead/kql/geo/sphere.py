"""Points, arcs and areas on the unit sphere. A point is a unit vector, many are an array of rows; radians."""

from __future__ import annotations

import math
from typing import Any

from masthead.kql.lazy_numpy import np

Points = Any  # an array of numpy, which is not imported to say so

EARTH_RADIUS = 6_371_010.0  # metres, Kusto's


def valid(longitude: float | None, latitude: float | None) -> bool:
    """Whether these are degrees of a place."""
    return longitude is not None and latitude is not None and abs(longitude) <= 180 and abs(latitude) <= 90


def vector(longitude: float, latitude: float) -> Points:
    """The unit vector of a place in degrees."""
    a, b = math.radians(longitude), math.radians(latitude)
    return np.array([math.cos(b) * math.cos(a), math.cos(b) * math.sin(a), math.sin(b)])


def degrees(point: Points) -> list[float]:
    """[longitude, latitude] of a vector of any length, computed as Kusto's examples let see: without rounding."""
    x, y, z = map(float, point)
    return [math.atan2(y, x) * 180 / math.pi, math.atan2(z, math.sqrt(x * x + y * y)) * 180 / math.pi]


def unit(point: Points) -> Points:
    """The vector with the length 1."""
    return point / np.linalg.norm(point)


def normals(a: Points, b: Points) -> Points:
    """a × b, exact for neighbouring points too."""
    return np.cross(b + a, b - a) / 2


def angles(a: Points, b: Points) -> Points:
    """The angles between the rows of a and of b."""
    return np.arctan2(np.linalg.norm(normals(a, b), axis=-1), np.sum(a * b, axis=-1))


def sides(a: Points, b: Points, c: Points) -> Points:
    """The determinants of a, b, c: positive where c lies to the left of the arc from a to b."""
    return np.sum(a * np.cross(b - a, c - a), axis=-1)


def area(ring: Points) -> float:
    """What a ring encloses on its left, signed, of the unit sphere; right up to a hemisphere."""
    a, b, c = ring[:1], ring[1:-1], ring[2:]
    around = 1 + np.sum(a * b, axis=1) + np.sum(b * c, axis=1) + np.sum(c * a, axis=1)
    return float(np.sum(2 * np.arctan2(sides(a, b, c), around)))


def moment(ring: Points) -> Points:
    """The integral of the position over what a ring encloses on its left."""
    after = np.roll(ring, -1, axis=0)
    across = normals(ring, after)
    lengths = np.linalg.norm(across, axis=1, keepdims=True)
    return np.sum(across / lengths * angles(ring, after)[:, None], axis=0) / 2


def encloses(rings: list[Points], point: Points) -> bool:
    """Whether rings, the outer ones counter-clockwise and the holes clockwise, wind around a point."""
    total = 0.0
    for ring in rings:
        after = np.roll(ring, -1, axis=0)
        inward = np.sum(ring * after, axis=1) - (ring @ point) * (after @ point)
        total += float(np.sum(np.arctan2(sides(point, ring, after), inward)))
    return total > math.pi


def nearest(starts: Points, ends: Points, point: Points) -> tuple[int, Points]:
    """The place nearest to a point on arcs: which arc, and the place on it."""
    across = np.cross(ends + starts, ends - starts)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    feet = point - (across @ point)[:, None] * across
    lengths = np.linalg.norm(feet, axis=1, keepdims=True)
    feet = np.divide(feet, lengths, out=np.array(starts), where=lengths > 0)
    within = (np.sum(np.cross(across, starts) * feet, axis=1) > 0) & (np.sum(np.cross(across, ends) * feet, axis=1) < 0)
    nearer = np.where((angles(starts, point) <= angles(ends, point))[:, None], starts, ends)
    places = np.where(within[:, None], feet, nearer)
    index = int(np.argmin(angles(places, point)))
    return index, places[index]


def crossings(a: Points, b: Points, starts: Points, ends: Points) -> Points:
    """Which arcs cross the arc from a to b in a point within both: a mask."""
    one, other = sides(a, b, starts), sides(a, b, ends)
    first, second = sides(starts, ends, a), sides(starts, ends, b)
    same_hemisphere = np.sum((a + b) * (starts + ends), axis=-1) > 0
    return (one * other < 0) & (first * second < 0) & same_hemisphere


def crossing(a: Points, b: Points, c: Points, d: Points) -> Points:
    """Where two arcs that cross do so."""
    place = unit(np.cross(normals(a, b), normals(c, d)))
    return place if place @ (a + b) > 0 else -place


def interpolate(a: Points, b: Points, fraction: float) -> Points:
    """The place at a fraction of the arc from a to b."""
    angle = float(angles(a, b))
    return unit(math.sin((1 - fraction) * angle) * a + math.sin(fraction * angle) * b)

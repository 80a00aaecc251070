"""GeoJSON: read, checked, and written. A shape that Kusto calls invalid is None."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from masthead.kql.geo.sphere import Points, area, crossings, degrees, encloses, valid, vector
from masthead.kql.lazy_numpy import np

_TEXT_LIMIT = 1_000_000  # characters of a shape's JSON
POINT_LIMIT = 5_000  # of one shape: checking and cutting cost the square of it

Line = Points  # its points, in order
Polygon = list[Points]  # rings without the repeated point: the outer one counter-clockwise, then holes, clockwise


class TooLarge(ValueError):
    """A shape of more points than this engine takes."""


def _points(places: Any) -> Points | None:
    if not isinstance(places, list) or not places:
        return None
    if len(places) > POINT_LIMIT:
        raise TooLarge
    for place in places:
        if not isinstance(place, list) or len(place) < 2 or any(type(c) not in (int, float) for c in place[:2]):
            return None
        if not valid(place[0], place[1]):
            return None
    return np.array([vector(place[0], place[1]) for place in places])


def _line(places: Any) -> Line | None:
    points = _points(places)
    if points is None or len(points) < 2 or np.any(np.all(points[1:] == points[:-1], axis=1)):
        return None
    return points


def _ring(places: Any) -> Points | None:
    points = _points(places)
    if points is None or len(points) < 4 or places[0][:2] != places[-1][:2]:
        return None
    ring = points[:-1]
    after = np.roll(ring, -1, axis=0)
    if len({tuple(p) for p in ring}) < len(ring):
        return None
    for i in range(len(ring) - 2):
        if crossings(ring[i], after[i], ring[i + 2 :], after[i + 2 :]).any():
            return None
    return ring if area(ring) != 0 else None


def _polygon(rings: Any) -> Polygon | None:
    if not isinstance(rings, list) or not rings:
        return None
    read = [_ring(r) for r in rings]
    if any(r is None for r in read):
        return None
    wanted = [1] + [-1] * (len(read) - 1)
    return [r if area(r) * sign > 0 else r[::-1] for r, sign in zip(read, wanted, strict=True)]


def _members(text: str | None, single: str, several: str, read: Any) -> list[Any] | None:
    if text and len(text) > _TEXT_LIMIT:
        raise TooLarge
    shape = json.loads(text) if text else None
    if not isinstance(shape, dict) or not isinstance(shape.get("coordinates"), list):
        return None
    places = shape["coordinates"]
    kind = shape.get("type")
    if kind == single:
        places = [places]
    elif kind != several or not places:
        return None
    found = [read(p) for p in places]
    return None if any(f is None for f in found) else found


@lru_cache(maxsize=64)
def lines(text: str | None) -> list[Line] | None:
    """The lines of a LineString or MultiLineString; None where it is invalid or something else."""
    return _members(text, "LineString", "MultiLineString", _line)


@lru_cache(maxsize=64)
def polygons(text: str | None) -> list[Polygon] | None:
    """The polygons of a Polygon or MultiPolygon; None where it is invalid or something else."""
    return _members(text, "Polygon", "MultiPolygon", _polygon)


def within(shape: Iterable[Polygon], point: Points) -> bool:
    """Whether a point lies in one of the polygons."""
    return any(encloses(polygon, point) for polygon in shape)


def edges(shape: Iterable[Points], *, closed: bool) -> tuple[Points, Points]:
    """Where the arcs of lines or rings begin and end."""
    pairs = [(p, np.roll(p, -1, axis=0)) if closed else (p[:-1], p[1:]) for p in shape]
    return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])


# --- writing ---------------------------------------------------------------------------------------------------------
def _number(value: float) -> float | int:
    return int(value) if value == math.floor(value) else value


def place(point: Points) -> list[float | int]:
    """[longitude, latitude] of a point; of a corner that was given its own, but for the last digit."""
    return [_number(c) for c in degrees(point)]


def written(kind: str, coordinates: Any) -> str:
    """GeoJSON of a kind."""
    return json.dumps({"type": kind, "coordinates": coordinates}, separators=(",", ":"))


def box(west: float, south: float, east: float, north: float) -> str:
    """GeoJSON of a rectangle of degrees."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return written("Polygon", [[[_number(c) for c in p] for p in ring]])


def closed(ring: Iterable[Points]) -> list[list[float | int]]:
    """A ring as GeoJSON has it, its first point repeated."""
    places = [place(p) for p in ring]
    return [*places, places[0]]


def collected(parts: list[tuple[str, list[Any]]]) -> str:
    """GeoJSON of what came out of several shapes: kinds ("Point"…) and the coordinates of each of that kind."""
    shapes = []
    for kind, members in parts:
        if len(members) == 1:
            shapes.append({"type": kind, "coordinates": members[0]})
        elif members:
            shapes.append({"type": f"Multi{kind}", "coordinates": members})
    if len(shapes) == 1:
        return json.dumps(shapes[0], separators=(",", ":"))
    return json.dumps({"type": "GeometryCollection", "geometries": shapes}, separators=(",", ":"))

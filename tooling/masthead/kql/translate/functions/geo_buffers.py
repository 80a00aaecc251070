"""geo_point_buffer, geo_line_buffer and geo_polygon_buffer: all that is not farther from a shape than a radius."""

from __future__ import annotations

import math
from functools import lru_cache

from masthead.kql.geo import buffer, shapes
from masthead.kql.geo.shapes import Polygon, lines, polygons
from masthead.kql.geo.sphere import EARTH_RADIUS, valid, vector
from masthead.kql.translate.functions.geo_points import geo
from masthead.kql.translate.types import REFUSAL

_TOLERANCE = ("10",)  # metres
_LARGEST = 1_000_000  # metres: beyond, buffers reach around the globe
_ARC_LIMIT = 200  # arcs of a shape, whose buffers are united one after the other


def _size(radius: float, tolerance: float, name: str) -> tuple[float, float] | None:
    """The radius in radians and the tolerance's share of it, below 1; None where one is invalid."""
    if not (0 < radius < math.inf and 0 < tolerance < math.inf):
        return None
    if radius > _LARGEST:
        raise ValueError(f"{REFUSAL}{name}() with a radius of more than {_LARGEST // 1000} km")
    share = min(tolerance / radius, 1 - buffer.LEAST_SHARE)
    return (radius / EARTH_RADIUS, share) if share >= buffer.LEAST_SHARE else None


def _written(found: list[Polygon]) -> str:
    return shapes.collected([("Polygon", [[shapes.closed(ring) for ring in polygon] for polygon in found])])


@geo("geo_point_buffer", "real, real, real, real", "dynamic", _TOLERANCE)
def point(lng: float, lat: float, radius: float, tolerance: float) -> str | None:
    size = _size(radius, tolerance, "geo_point_buffer")
    return None if size is None or not valid(lng, lat) else _written([buffer.circle(vector(lng, lat), *size)])


@geo("geo_line_buffer", "dynamic, real, real", "dynamic", _TOLERANCE)
@lru_cache(maxsize=64)  # a let of one is computed for each of its uses
def line(text: str, radius: float, tolerance: float) -> str | None:
    shape, size = lines(text), _size(radius, tolerance, "geo_line_buffer")
    if shape is None or size is None:
        return None
    _few(sum(len(each) - 1 for each in shape), "geo_line_buffer")
    return _written(buffer.around_lines(shape, *size))


@geo("geo_polygon_buffer", "dynamic, real, real", "dynamic", _TOLERANCE)
@lru_cache(maxsize=64)  # a let of one is computed for each of its uses
def polygon(text: str, radius: float, tolerance: float) -> str | None:
    shape, size = polygons(text), _size(radius, tolerance, "geo_polygon_buffer")
    if shape is None or size is None:
        return None
    _few(sum(len(ring) for each in shape for ring in each), "geo_polygon_buffer")
    return _written(buffer.around_polygons(shape, *size))


def _few(arcs: int, name: str) -> None:
    if arcs > _ARC_LIMIT:
        raise ValueError(f"{REFUSAL}{name}() of a shape of more than {_ARC_LIMIT} sides")

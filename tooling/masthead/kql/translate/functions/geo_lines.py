"""Functions on lines: GeoJSON's LineString and MultiLineString."""

from __future__ import annotations

import json

from masthead.kql.geo import overlay, shapes
from masthead.kql.geo.shapes import Line, edges, lines, place, polygons, written
from masthead.kql.geo.sphere import EARTH_RADIUS, Points, angles, interpolate, nearest, valid, vector
from masthead.kql.lazy_numpy import np
from masthead.kql.translate.functions.geo_points import geo
from masthead.kql.translate.types import REFUSAL


def nearest_place(lng: float, lat: float, arcs: tuple[Points, Points]) -> Points:
    """The place on arcs that is nearest to one of degrees."""
    return nearest(*arcs, vector(lng, lat))[1]


@geo("geo_distance_point_to_line", "real, real, dynamic", "real")
def distance_to_line(lng: float, lat: float, text: str) -> float | None:
    shape = lines(text)
    if shape is None or not valid(lng, lat):
        return None
    closest = nearest_place(lng, lat, edges(shape, closed=False))
    return float(angles(closest, vector(lng, lat))) * EARTH_RADIUS


@geo("geo_closest_point_on_line", "real, real, dynamic", "dynamic")
def closest_on_line(lng: float, lat: float, text: str) -> str | None:
    shape = lines(text)
    if shape is None or not valid(lng, lat):
        return None
    return written("Point", place(nearest_place(lng, lat, edges(shape, closed=False))))


def _whole(shape: list[Line]) -> list[Line]:
    return shape if len(shape) == 1 else overlay.line_union(shape)


@geo("geo_line_length", "dynamic", "real")
def length(text: str) -> float | None:
    """Metres; of several lines, of what they cover together."""
    shape = lines(text)
    return None if shape is None else float(np.sum(angles(*edges(_whole(shape), closed=False)))) * EARTH_RADIUS


@geo("geo_line_centroid", "dynamic", "dynamic")
def centroid(text: str) -> str | None:
    shape = lines(text)
    if shape is None:
        return None
    starts, ends = edges(_whole(shape), closed=False)
    middles = starts + ends
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    return written("Point", place(np.sum(middles * 2 * np.sin(angles(starts, ends) / 2)[:, None], axis=0)))


def _single(text: str) -> Line | None:
    shape = lines(text)
    return shape[0] if shape is not None and json.loads(text)["type"] == "LineString" else None


@geo("geo_line_interpolate_point", "dynamic, real", "dynamic")
def interpolate_point(text: str, fraction: float) -> str | None:
    """The place at a fraction of the line's length."""
    line = _single(text)
    if line is None or not 0 <= fraction <= 1:
        return None
    lengths = angles(line[:-1], line[1:])
    behind = np.concatenate([[0], np.cumsum(lengths)])
    wanted = fraction * behind[-1]
    i = min(int(np.searchsorted(behind, wanted, side="right")) - 1, len(lengths) - 1)
    return written("Point", place(interpolate(line[i], line[i + 1], (wanted - behind[i]) / lengths[i])))


@geo("geo_line_locate_point", "dynamic, real, real", "real")
def locate_point(text: str, lng: float, lat: float) -> float | None:
    """The fraction of the line's length at which it is nearest to a place."""
    line = _single(text)
    if line is None or not valid(lng, lat):
        return None
    index, closest = nearest(line[:-1], line[1:], vector(lng, lat))
    lengths = angles(line[:-1], line[1:])
    return float((np.sum(lengths[:index]) + angles(line[index], closest)) / np.sum(lengths))


@geo("geo_line_simplify", "dynamic, real", "dynamic", ("10",))
def simplify(text: str, tolerance: float) -> str | None:
    """Answered where all is as near as the tolerance to one arc, or shorter; how Kusto chooses among the corners of
    other lines is not documented."""
    line = _single(text)
    if line is None:
        shape = lines(text)
        if shape is None or tolerance < 0:
            return None
        raise ValueError(f"{REFUSAL}geo_line_simplify() of several lines")
    if tolerance < 0:
        return None
    if float(angles(line[0], line[-1])) * EARTH_RADIUS <= tolerance:
        apart = float(np.max(angles(line, line[0]))) * EARTH_RADIUS
        if apart <= tolerance:
            return None
    else:
        closest = [nearest(line[:1], line[-1:], p)[1] for p in line]
        if float(np.max(angles(np.array(closest), line))) * EARTH_RADIUS <= tolerance:
            return written("LineString", [place(line[0]), place(line[-1])])
    raise ValueError(f"{REFUSAL}geo_line_simplify() to more than one arc")


# --- several lines ---------------------------------------------------------------------------------------------------
@geo("geo_intersects_2lines", "dynamic, dynamic", "bool")
def intersects(one: str, other: str) -> bool | None:
    a, b = lines(one), lines(other)
    return None if a is None or b is None else overlay.meet(a, b, closed=(False, False))


@geo("geo_intersection_2lines", "dynamic, dynamic", "dynamic")
def intersection(one: str, other: str) -> str | None:
    a, b = lines(one), lines(other)
    if a is None or b is None:
        return None
    places, along = overlay.line_common(a, b)
    parts = [("Point", [place(p) for p in places]), ("LineString", [[place(p) for p in line] for line in along])]
    return shapes.collected(parts)


@geo("geo_intersects_line_with_polygon", "dynamic, dynamic", "bool")
def intersects_polygon(line: str, polygon: str) -> bool | None:
    a, b = lines(line), polygons(polygon)
    if a is None or b is None:
        return None
    rings = [ring for p in b for ring in p]
    return overlay.meet(a, rings, closed=(False, True)) or any(shapes.within(b, part[0]) for part in a)


@geo("geo_intersection_line_with_polygon", "dynamic, dynamic", "dynamic")
def intersection_polygon(line: str, polygon: str) -> str | None:
    a, b = lines(line), polygons(polygon)
    if a is None or b is None:
        return None
    return shapes.collected([("LineString", [[place(p) for p in part] for part in overlay.cut(a, b)])])


@geo("geo_union_lines_array", "dynamic", "dynamic")
def union(texts: str) -> str | None:
    members = json.loads(texts)
    if not isinstance(members, list) or not members:
        return None
    read = [lines(json.dumps(m)) for m in members]
    if any(r is None for r in read):
        return None
    together = [line for r in read for line in r]
    if sum(map(len, together)) > shapes.POINT_LIMIT:
        raise shapes.TooLarge
    return shapes.collected([("LineString", [[place(p) for p in line] for line in overlay.line_union(together)])])

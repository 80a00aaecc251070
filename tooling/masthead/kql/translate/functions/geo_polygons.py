"""Functions on polygons: GeoJSON's Polygon and MultiPolygon. Of several polygons, what they cover together counts."""

from __future__ import annotations

import json

from masthead.kql.geo import overlay, shapes
from masthead.kql.geo.shapes import Polygon, edges, place, polygons, within, written
from masthead.kql.geo.sphere import EARTH_RADIUS, angles, area, moment, valid, vector
from masthead.kql.lazy_numpy import np
from masthead.kql.translate.functions.geo_lines import nearest_place
from masthead.kql.translate.functions.geo_points import geo
from masthead.kql.translate.types import REFUSAL


def _rings(shape: list[Polygon]) -> list[np.ndarray]:
    return [ring for polygon in shape for ring in polygon]


def _json(shape: list[Polygon]) -> list[list[list[list[float | int]]]]:
    return [[shapes.closed(ring) for ring in polygon] for polygon in shape]


# --- a place and a polygon -------------------------------------------------------------------------------------------
@geo("geo_point_in_polygon", "real, real, dynamic", "bool")
def in_polygon(lng: float, lat: float, text: str) -> bool | None:
    shape = polygons(text)
    if shape is None or not valid(lng, lat):
        return None
    point = vector(lng, lat)
    if any(np.any(np.all(ring == point, axis=1)) for ring in _rings(shape)):
        raise ValueError(f"{REFUSAL}geo_point_in_polygon() of a corner of the polygon")
    return within(shape, point)


@geo("geo_distance_point_to_polygon", "real, real, dynamic", "real")
def distance(lng: float, lat: float, text: str) -> float | None:
    """Metres; 0 within."""
    shape = polygons(text)
    if shape is None or not valid(lng, lat):
        return None
    point = vector(lng, lat)
    closest = nearest_place(lng, lat, edges(_rings(shape), closed=True))
    return 0.0 if within(shape, point) else float(angles(closest, point)) * EARTH_RADIUS


@geo("geo_closest_point_on_polygon", "real, real, dynamic", "dynamic")
def closest(lng: float, lat: float, text: str) -> str | None:
    shape = polygons(text)
    if shape is None or not valid(lng, lat):
        return None
    if within(shape, vector(lng, lat)):
        return written("Point", [lng, lat])
    return written("Point", place(nearest_place(lng, lat, edges(_rings(shape), closed=True))))


# --- measures --------------------------------------------------------------------------------------------------------
def _united(text: str) -> list[Polygon] | None:
    shape = polygons(text)
    return shape if shape is None or len(shape) == 1 else overlay.union(shape)


@geo("geo_polygon_area", "dynamic", "real")
def polygon_area(text: str) -> float | None:
    """Square metres."""
    shape = _united(text)
    return None if shape is None else sum(area(r) for r in _rings(shape)) * EARTH_RADIUS**2


@geo("geo_polygon_perimeter", "dynamic", "real")
def perimeter(text: str) -> float | None:
    """Metres, holes included."""
    shape = _united(text)
    return None if shape is None else float(np.sum(angles(*edges(_rings(shape), closed=True)))) * EARTH_RADIUS


@geo("geo_polygon_centroid", "dynamic", "dynamic")
def centroid(text: str) -> str | None:
    shape = _united(text)
    return None if shape is None else written("Point", place(sum(moment(r) for r in _rings(shape))))


# --- several polygons ------------------------------------------------------------------------------------------------
@geo("geo_intersects_2polygons", "dynamic, dynamic", "bool")
def intersects(one: str, other: str) -> bool | None:
    a, b = polygons(one), polygons(other)
    if a is None or b is None:
        return None
    if overlay.meet(_rings(a), _rings(b), closed=(True, True)):
        return True
    return any(within(b, p[0][0]) for p in a) or any(within(a, p[0][0]) for p in b)


@geo("geo_intersection_2polygons", "dynamic, dynamic", "dynamic")
def intersection(one: str, other: str) -> str | None:
    a, b = polygons(one), polygons(other)
    if a is None or b is None:
        return None
    found, corners = overlay.common(a, b)
    return shapes.collected([("Point", [place(p) for p in corners]), ("Polygon", _json(found))])


def _array(texts: str) -> list[Polygon] | None:
    members = json.loads(texts)
    if not isinstance(members, list) or not members:
        return None
    read = [polygons(json.dumps(m)) for m in members]
    if any(r is None for r in read):
        return None
    together = [p for r in read for p in r]
    if sum(len(r) for r in _rings(together)) > shapes.POINT_LIMIT:
        raise shapes.TooLarge
    return together


@geo("geo_union_polygons_array", "dynamic", "dynamic")
def union(texts: str) -> str | None:
    together = _array(texts)
    return None if together is None else shapes.collected([("Polygon", _json(overlay.union(together)))])


def _vanishes(shape: list[Polygon], tolerance: float) -> bool:
    """Whether all corners are as near to each other as the tolerance, in metres."""
    points = np.concatenate(_rings(shape))
    return max(float(np.max(angles(points, p))) for p in points) * EARTH_RADIUS <= tolerance


@geo("geo_simplify_polygons_array", "dynamic, real", "dynamic", ("10",))
def simplify_array(texts: str, tolerance: float) -> str | None:
    """Null where nothing is left; how Kusto chooses among the corners is not documented."""
    together = _array(texts)
    if together is None or tolerance < 0:
        return None
    if _vanishes(together, tolerance):
        return None
    raise ValueError(f"{REFUSAL}geo_simplify_polygons_array(), whose choice of corners is not documented")


@geo("geo_polygon_simplify", "dynamic, real", "dynamic", ("10",))
def simplify(text: str, tolerance: float) -> str | None:
    """Null where nothing is left; how Kusto chooses among the corners is not documented."""
    shape = polygons(text)
    if shape is None or tolerance < 0 or _vanishes(shape, tolerance):
        return None
    raise ValueError(f"{REFUSAL}geo_polygon_simplify(), whose choice of corners is not documented")

"""Functions on places: distances, geohashes, S2 and H3 cells, well-known text."""

from __future__ import annotations

import functools
import importlib
import itertools
import json
import math
from collections.abc import Callable
from typing import Any

from masthead.kql.geo import geohash, s2, shapes, wkt
from masthead.kql.geo.listing import listed
from masthead.kql.geo.overlay import Undecided
from masthead.kql.geo.sphere import EARTH_RADIUS, angles, degrees, valid, vector
from masthead.kql.translate.calls import Call
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL


def geo(name: str, arguments: str, returns: str, defaults: tuple[str, ...] = ()) -> Callable:
    """Enter a geo_ function that Python computes. arguments and returns: Kusto types. defaults: SQL of what is not
    given. Where an argument is null the result is null."""
    types = {"real": "DOUBLE", "long": "BIGINT", "string": "VARCHAR", "dynamic": "VARCHAR", "bool": "BOOLEAN"}
    parameters = [p.strip() for p in arguments.split(",")]

    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def guarded(*values: Any) -> Any:
            try:
                return None if None in values else function(*values)
            except shapes.TooLarge:
                raise ValueError(f"{REFUSAL}{name}() of a shape of more than {shapes.POINT_LIMIT} points") from None
            except Undecided:
                raise ValueError(f"{REFUSAL}{name}() of shapes that touch or run along each other") from None

        python_function(f"kq_{name}", [types[p] for p in parameters], types[returns])(guarded)

        def emit(call: Call) -> str:
            given = [*call.sql, *defaults[call.count - len(parameters) :]] if call.count < len(parameters) else call.sql
            texts = [f"{a}::VARCHAR" if p == "dynamic" else a for a, p in zip(given, parameters, strict=True)]
            return f"kq_{name}({', '.join(texts)}){'::JSON' if returns == 'dynamic' else ''}"

        scalar(name, arguments)(emit)
        return function

    return enter


# --- distances and directions ----------------------------------------------------------------------------------------
@geo("geo_distance_2points", "real, real, real, real", "real")
def distance(lng1: float, lat1: float, lng2: float, lat2: float) -> float | None:
    """Metres."""
    if not (valid(lng1, lat1) and valid(lng2, lat2)):
        return None
    return float(angles(vector(lng1, lat1), vector(lng2, lat2))) * EARTH_RADIUS


@geo("geo_point_in_circle", "real, real, real, real, real", "bool")
def in_circle(lng: float, lat: float, center_lng: float, center_lat: float, radius: float) -> bool | None:
    metres = distance(lng, lat, center_lng, center_lat)
    return None if metres is None or radius < 0 or not math.isfinite(radius) else metres <= radius


def _bearing(lng1: float, lat1: float, lng2: float, lat2: float) -> float:
    """From north, clockwise, in radians between −π and π."""
    a, b, turn = math.radians(lat1), math.radians(lat2), math.radians(lng2 - lng1)
    east = math.sin(turn) * math.cos(b)
    return math.atan2(east, math.cos(a) * math.sin(b) - math.sin(a) * math.cos(b) * math.cos(turn))


@geo("geo_azimuth", "real, real, real, real", "real")
def azimuth(lng1: float, lat1: float, lng2: float, lat2: float) -> float | None:
    if not (valid(lng1, lat1) and valid(lng2, lat2)) or (lng1, lat1) == (lng2, lat2):
        return None
    return _bearing(lng1, lat1, lng2, lat2) % (2 * math.pi)


@geo("geo_angle", "real, real, real, real, real, real", "real")
def angle(lng1: float, lat1: float, lng2: float, lat2: float, lng3: float, lat3: float) -> float | None:
    """At the second place, clockwise from the first to the third."""
    places = ((lng1, lat1), (lng2, lat2), (lng3, lat3))
    if not all(valid(*p) for p in places) or places[0] == places[1] or places[1] == places[2]:
        return None
    return (_bearing(*places[1], *places[2]) - _bearing(*places[1], *places[0])) % (2 * math.pi)


# --- geohashes -------------------------------------------------------------------------------------------------------
@geo("geo_point_to_geohash", "real, real, long", "string", ("5",))
def to_geohash(lng: float, lat: float, digits: int) -> str:
    return geohash.encode(lng, lat, digits) if valid(lng, lat) and 1 <= digits <= geohash.LONGEST else ""


@geo("geo_geohash_to_central_point", "string", "dynamic")
def geohash_center(text: str) -> str | None:
    found = geohash.box(text)
    return None if found is None else shapes.written("Point", [(found[0] + found[2]) / 2, (found[1] + found[3]) / 2])


@geo("geo_geohash_to_polygon", "string", "dynamic")
def geohash_polygon(text: str) -> str | None:
    found = geohash.box(text)
    return None if found is None else shapes.box(*found)


@geo("geo_geohash_neighbors", "string", "dynamic")
def geohash_neighbors(text: str) -> str | None:
    found = geohash.neighbours(text)
    return None if found is None else json.dumps(listed(found), separators=(",", ":"))


# --- S2 cells --------------------------------------------------------------------------------------------------------
@geo("geo_point_to_s2cell", "real, real, long", "string", ("11",))
def to_s2cell(lng: float, lat: float, level: int) -> str:
    return s2.token(s2.cell_at(vector(lng, lat), level)) if valid(lng, lat) and 0 <= level <= s2.LEVELS else ""


@geo("geo_s2cell_to_central_point", "string", "dynamic")
def s2cell_center(text: str) -> str | None:
    cell = s2.parse(text)
    return None if cell is None else shapes.written("Point", degrees(s2.center(cell)))


@geo("geo_s2cell_to_polygon", "string", "dynamic")
def s2cell_polygon(text: str) -> str | None:
    cell = s2.parse(text)
    return None if cell is None else shapes.written("Polygon", [shapes.closed(s2.corners(cell))])


@geo("geo_s2cell_neighbors", "string", "dynamic")
def s2cell_neighbors(text: str) -> str | None:
    """The eight cells around, seven at a corner of the cube."""
    cell = s2.parse(text)
    if cell is None:
        return None
    return json.dumps(listed([s2.token(other) for other in s2.neighbours(cell)]), separators=(",", ":"))


# --- H3 cells --------------------------------------------------------------------------------------------------------
H3_LEVELS = 15


def h3_library() -> Any:
    """The library of H3, which is an extra; refuses where it is not installed."""
    try:
        return importlib.import_module("h3")
    except ImportError:
        raise ValueError(f'{REFUSAL}H3 cells without their library; add it with pip install "masthead[geo]"') from None


@geo("geo_point_to_h3cell", "real, real, long", "string", ("6",))
def to_h3cell(lng: float, lat: float, level: int) -> str:
    return h3_library().latlng_to_cell(lat, lng, level) if valid(lng, lat) and 0 <= level <= H3_LEVELS else ""


@geo("geo_h3cell_level", "string", "long")
def h3cell_level(cell: str) -> int | None:
    return h3_library().get_resolution(cell) if h3_library().is_valid_cell(cell) else None


@geo("geo_h3cell_to_central_point", "string", "dynamic")
def h3cell_center(cell: str) -> str | None:
    return (
        shapes.written("Point", list(h3_library().cell_to_latlng(cell)[::-1]))
        if h3_library().is_valid_cell(cell)
        else None
    )


@geo("geo_h3cell_to_polygon", "string", "dynamic")
def h3cell_polygon(cell: str) -> str | None:
    if not h3_library().is_valid_cell(cell):
        return None
    ring = [[lng, lat] for lat, lng in h3_library().cell_to_boundary(cell)]
    return shapes.written("Polygon", [[*ring, ring[0]]])


@geo("geo_h3cell_parent", "string, long", "string", ("-1",))
def h3cell_parent(cell: str, level: int) -> str:
    """Of the level above, or of one that is given."""
    if not h3_library().is_valid_cell(cell):
        return ""
    own = h3_library().get_resolution(cell)
    wanted = own - 1 if level == -1 else level
    return h3_library().cell_to_parent(cell, wanted) if 0 <= wanted < own else ""


@geo("geo_h3cell_children", "string, long", "dynamic", ("-1",))
def h3cell_children(cell: str, level: int) -> str | None:
    """Of the next level, or of one that is given, at most five below."""
    if not h3_library().is_valid_cell(cell):
        return None
    own = h3_library().get_resolution(cell)
    wanted = own + 1 if level == -1 else level
    if not own < wanted <= min(own + 5, H3_LEVELS):
        return None
    return json.dumps(sorted(h3_library().cell_to_children(cell, wanted)), separators=(",", ":"))


_H3_DISTANCE = 142


def _h3_rings(cell: str, distance: int) -> list[list[str]]:
    """The cell, those around it, those around these, and so on; each ring in the order in which the library goes along
    it, as the documentation's examples have them. Refuses near one of the twelve pentagons, where it keeps no order."""
    disk = h3_library().grid_disk(cell, distance)
    if any(map(h3_library().is_pentagon, disk)):
        raise ValueError(f"{REFUSAL}the rings of H3 cells around a pentagon, whose order is not documented")
    bounds = [0, *(1 + 3 * ring * (ring + 1) for ring in range(distance + 1))]
    return [disk[a:b] for a, b in itertools.pairwise(bounds)]


@geo("geo_h3cell_neighbors", "string", "dynamic")
def h3cell_neighbors(cell: str) -> str | None:
    return json.dumps(_h3_rings(cell, 1)[1], separators=(",", ":")) if h3_library().is_valid_cell(cell) else None


@geo("geo_h3cell_rings", "string, long", "dynamic")
def h3cell_rings(cell: str, distance: int) -> str | None:
    if not h3_library().is_valid_cell(cell) or not 0 <= distance <= _H3_DISTANCE:
        return None
    return json.dumps(_h3_rings(cell, distance), separators=(",", ":"))


# --- well-known text -------------------------------------------------------------------------------------------------
geo("geo_from_wkt", "string", "dynamic")(wkt.geojson)

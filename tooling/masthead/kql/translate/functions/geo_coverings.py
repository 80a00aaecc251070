"""Cells that cover lines and polygons: geo_polygon_to_s2cells, geo_line_to_s2cells, geo_polygon_to_h3cells."""

from __future__ import annotations

import json
import math
from functools import lru_cache

from masthead.kql.geo import s2
from masthead.kql.geo.cover import covering, line_covering
from masthead.kql.geo.listing import listed
from masthead.kql.geo.shapes import lines, polygons
from masthead.kql.geo.sphere import EARTH_RADIUS
from masthead.kql.translate.functions.geo_points import H3_LEVELS, geo, h3_library
from masthead.kql.translate.types import REFUSAL

_H3_LIMIT = 61_680  # cells of a polygon, Kusto's own
_H3_WORK_LIMIT = 2_000_000  # cells of the rectangle around it, all of which the library looks at


def _listed(cells: list[str] | None) -> str | None:
    return None if cells is None else json.dumps(cells, separators=(",", ":"))


@geo("geo_polygon_to_s2cells", "dynamic, long", "dynamic", ("11",))
@lru_cache(maxsize=64)  # a let of one is computed for each of its uses
def polygon_to_s2cells(text: str, level: int) -> str | None:
    """The cells that cover polygons; null where they would be more than 65,536."""
    shape = polygons(text)
    return None if shape is None or not 0 <= level <= s2.LEVELS else _listed(covering(shape, level))


@geo("geo_line_to_s2cells", "dynamic, long, real", "dynamic", ("11", "0"))
@lru_cache(maxsize=64)  # a let of one is computed for each of its uses
def line_to_s2cells(text: str, level: int, radius: float) -> str | None:
    """The cells that lines go through, or are as near to as the radius, in metres; null for more than 65,536."""
    shape = lines(text)
    if shape is None or not 0 <= level <= s2.LEVELS or not 0 <= radius < math.inf:
        return None
    return _listed(line_covering(shape, level, radius / EARTH_RADIUS))


@geo("geo_polygon_to_h3cells", "dynamic, long, real", "dynamic", ("6", "0"))
@lru_cache(maxsize=64)  # a let of one is computed for each of its uses
def polygon_to_h3cells(text: str, level: int, radius: float) -> str | None:
    """The cells whose middle lies within a polygon, its sides straight on the map; null where they are too many.

    The library lists them in the reverse of the order in which the service finds them.
    """
    shape = polygons(text)
    if shape is None or not 0 <= level <= H3_LEVELS or not 0 <= radius < math.inf:
        return None
    if len(shape) > 1 or radius:
        what = "of several polygons, whose order is not documented" if len(shape) > 1 else "with a radius"
        raise ValueError(f"{REFUSAL}geo_polygon_to_h3cells() {what}")
    library, read = h3_library(), json.loads(text)
    polygon = read["coordinates"][0] if read["type"] == "MultiPolygon" else read["coordinates"]
    rings = [[(lat, lng) for lng, lat, *_ in ring] for ring in polygon]
    if _cells_around(rings[0], library.average_hexagon_area(level)) > _H3_WORK_LIMIT:
        raise ValueError(f"{REFUSAL}geo_polygon_to_h3cells() of so large a polygon at the level {level}")
    found = library.polygon_to_cells(library.LatLngPoly(*rings), level)
    return None if len(found) > _H3_LIMIT else _listed(listed(list(reversed(found))))


def _cells_around(ring: list[tuple[float, float]], size: float) -> float:
    """How many cells of a size, in square kilometres, the rectangle around a ring has."""
    latitudes, longitudes = ([math.radians(place[i]) for place in ring] for i in (0, 1))
    across = max(longitudes) - min(longitudes)
    return across * (math.sin(max(latitudes)) - math.sin(min(latitudes))) * (EARTH_RADIUS / 1000) ** 2 / size

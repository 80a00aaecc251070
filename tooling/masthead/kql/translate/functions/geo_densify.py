"""geo_line_densify and geo_polygon_densify: points put between those of shapes that are straight on a map."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from masthead.kql.geo import shapes
from masthead.kql.geo.densify import densified
from masthead.kql.translate.functions.geo_points import geo
from masthead.kql.translate.types import REFUSAL

_TOLERANCES = (0.1, 10_000)  # metres


def _chains(kind: str, coordinates: Any) -> Iterator[list[Any]]:
    """The lines or rings of a shape."""
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}[kind]
    waiting = [(coordinates, depth)]
    while waiting:
        part, below = waiting.pop(0)
        if below:
            waiting[:0] = [(each, below - 1) for each in part]
        else:
            yield part


def _dense(text: str, tolerance: float, read: Callable[[str], Any], name: str) -> str | None:
    if read(text) is None or not _TOLERANCES[0] <= tolerance <= _TOLERANCES[1]:
        return None
    shape = json.loads(text)
    for chain in _chains(shape["type"], shape["coordinates"]):
        if any(abs(a[0] - b[0]) > 180 for a, b in pairwise(chain)):
            raise ValueError(f"{REFUSAL}{name}() of an edge across the antimeridian, of which no example is documented")
        chain[:] = densified(chain, tolerance)
    return shapes.written(shape["type"], shape["coordinates"])


@geo("geo_line_densify", "dynamic, real, bool", "dynamic", ("10", "false"))
def line(text: str, tolerance: float, crossing: bool) -> str | None:
    """crossing: what becomes of edges across the antimeridian, which are refused."""
    return _dense(text, tolerance, shapes.lines, "geo_line_densify")


@geo("geo_polygon_densify", "dynamic, real, bool", "dynamic", ("10", "false"))
def polygon(text: str, tolerance: float, crossing: bool) -> str | None:
    """crossing: what becomes of edges across the antimeridian, which are refused."""
    return _dense(text, tolerance, shapes.polygons, "geo_polygon_densify")

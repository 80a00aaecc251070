"""Edges that are straight on a map of degrees, as chains of arcs: what S2's library calls to tessellate an edge.

An edge is halved on the map until each part is near enough to its arc. How far they are apart is looked at in two
places, where the library's authors found that the distance there bounds the greatest; both numbers are theirs.
"""

from __future__ import annotations

from masthead.kql.geo.shapes import TooLarge
from masthead.kql.geo.sphere import EARTH_RADIUS, angles, interpolate, vector

_PLACES = (0.31215691082248312, 1 - 0.31215691082248312)  # of the edge, where the distance is looked at
_SCALE = 0.83829992569888509  # of the tolerance, to be held there
LIMIT = 1_000_000  # points of a densified shape; Kusto's is ten times that

Place = list[float]  # degrees: longitude, latitude


def densified(places: list[Place], tolerance: float) -> list[Place]:
    """A chain with what must stand between its places. tolerance: metres between the map's edge and its arcs."""
    out = [list(places[0][:2])]
    for end in places[1:]:
        waiting = [(out[-1], _unrolled(out[-1], end))]
        while waiting:
            a, b = waiting.pop()
            if _apart(a, b) <= _SCALE * tolerance:
                out.append(b)
                if len(out) > LIMIT:
                    raise TooLarge
                continue
            middle = _between(a, b, 0.5)
            waiting += [(middle, b), (a, middle)]
        out[-1] = list(end[:2])
    return out


def _unrolled(start: Place, end: Place) -> Place:
    """The end as the map has it on the shorter way from the start."""
    turn = end[0] - start[0]
    return [end[0] - 360 * ((turn > 180) - (turn < -180)), end[1]]


def _between(a: Place, b: Place, fraction: float) -> Place:
    return [(1 - fraction) * x + fraction * y for x, y in zip(a, b, strict=True)]


def _apart(a: Place, b: Place) -> float:
    """Metres, at the worse of the two places; without an end where the arc is longer than a quarter of the globe."""
    start, end = vector(*a), vector(*b)
    if float(start @ end) < -1e-14:
        return float("inf")
    return max(
        float(angles(interpolate(start, end, place), vector(*_between(a, b, place)))) * EARTH_RADIUS
        for place in _PLACES
    )

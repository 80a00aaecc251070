"""Polygons around places, lines and polygons: all that is not farther away than a radius, in corners.

The circle around a place has the corners that S2's library gives it, and so has the buffer of a single arc at its ends.
Where arcs meet, the buffers of each are united; corners there are our own, and as near to the ideal as the tolerance.
"""

from __future__ import annotations

import math
from itertools import pairwise

from masthead.kql.geo import overlay
from masthead.kql.geo.shapes import Line, Polygon, within
from masthead.kql.geo.sphere import Points, angles, interpolate, unit
from masthead.kql.lazy_numpy import np

_ORTHOGONAL = (0.012, 0.0053, 0.00457)  # S2's: nearly along an axis, which is then put at one
LEAST_SHARE = 1e-6  # of the radius, for the tolerance


def _step(radius: float, share: float) -> float:
    """The angle that one side of a circle's polygon spans. share: the tolerance's of the radius, below 1."""
    return 2 * math.acos(math.tan(radius * (1 - share)) / math.tan(radius))


def _around(center: Points, direction: Points, radius: float) -> Points:
    return math.cos(radius) * center + math.sin(radius) * direction


def circle(center: Points, radius: float, share: float) -> Polygon:
    """The polygon of a circle. radius: radians, below a quarter of the globe."""
    step = 2 * math.pi / max(3, math.ceil(2 * math.pi / _step(radius, share)))
    axis = max(range(3), key=lambda i: (abs(float(center[i])), i)) - 1
    other = np.array(_ORTHOGONAL)
    other[axis] = 1  # of the first axis that is the last, as -1 is
    start, turned, ring = unit(np.cross(center, other)), 0.0, []
    for _quadrant in range(4):  # each from its own direction, so that rounding does not add up
        ahead = unit(np.cross(center, start))
        while turned < math.pi / 2 - 1e-12:
            ring.append(_around(center, math.cos(turned) * start + math.sin(turned) * ahead, radius))
            turned += step
        turned, start = turned - math.pi / 2, ahead
    return [np.array(ring)]


def _arc(start: Points, end: Points, radius: float, share: float) -> Polygon:
    """The polygon around an arc: along its right side, around its end, back and around its start."""
    normal = unit(np.cross(start, end))
    parts = _parts(float(angles(start, end)), radius, share)
    places = [start, *(interpolate(start, end, i / parts) for i in range(1, parts)), end]
    ring = [_around(place, -normal, radius) for place in places]
    ring += _half(end, -normal, radius, share)
    ring += [_around(place, normal, radius) for place in reversed(places)]
    ring += _half(start, normal, radius, share)
    return [np.array(ring)]


def _half(center: Points, direction: Points, radius: float, share: float) -> list[Points]:
    """The corners of half a circle, counter-clockwise from a direction, without both ends."""
    ahead, step = np.cross(center, direction), _step(radius, share)
    turns = np.arange(step, math.pi - 1e-9, step)
    return [_around(center, math.cos(t) * direction + math.sin(t) * ahead, radius) for t in turns]


def _parts(length: float, radius: float, share: float) -> int:
    """How often an arc must be parted for the arcs beside it to keep their distance from it."""
    parts = max(1, math.ceil(length))  # below a quarter of the globe each
    while math.atan(math.tan(radius) / math.cos(length / parts / 2)) - radius > share * radius:
        parts *= 2
    return parts


def around_lines(lines: list[Line], radius: float, share: float) -> list[Polygon]:
    """What is near to lines. Raises overlay.Undecided where their buffers touch, and TooLarge."""
    arcs = [pair for line in lines for pair in pairwise(line)]
    return overlay.union([_arc(a, b, radius, share) for a, b in arcs])


def around_polygons(shape: list[Polygon], radius: float, share: float) -> list[Polygon]:
    """What is within polygons or near to them: the buffers of their sides, without the borders that lie within."""
    rings = [ring for polygon in shape for ring in polygon]
    arcs = [(a, b) for ring in rings for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True)]
    near = overlay.union([_arc(a, b, radius, share) for a, b in arcs])
    return overlay.assembled([ring for polygon in near for ring in polygon if not within(shape, ring[0])])

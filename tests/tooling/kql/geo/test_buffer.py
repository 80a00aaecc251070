"""Buffers hold what is nearer than the radius, less the tolerance, and nothing that is farther than it, and that."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.kql.geo import buffer
from masthead.kql.geo.shapes import edges, within
from masthead.kql.geo.sphere import EARTH_RADIUS, Points, angles, area, encloses, nearest, vector

_DEGREES = st.integers(0, 1000).map(lambda n: n / 10_000)
_PLACES = st.tuples(_DEGREES, _DEGREES)
_RADII = st.sampled_from([50, 500, 5000])  # metres
_SHARES = st.sampled_from([0.3, 0.05, 0.005])
_MARGIN = 1e-6


def _vectors(places: list[tuple[float, float]]) -> Points:
    return np.array([vector(10 + lng, 45 + lat) for lng, lat in places])


def _holds(found: list, point: Points, distance: float, radius: float, share: float) -> bool:
    """Whether a buffer has a point in it or not as it must; near to its border it may be either."""
    inside = within(found, point)
    return (
        not inside if distance > radius * (1 + share + _MARGIN) else inside or distance > radius * (1 - share - _MARGIN)
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(_PLACES, min_size=2, max_size=5, unique=True), st.lists(_PLACES, min_size=20, max_size=20), _RADII, _SHARES
)
def test_a_line_s_buffer_is_what_is_near_to_it(line: list, points: list, metres: int, share: float) -> None:
    radius, corners = metres / EARTH_RADIUS, _vectors(line)
    try:
        found = buffer.around_lines([corners], radius, share)
    except buffer.overlay.Undecided:
        return
    for point in _vectors(points):
        distance = float(angles(nearest(corners[:-1], corners[1:], point)[1], point))
        assert _holds(found, point, distance, radius, share)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 359), min_size=3, max_size=6, unique=True),
    st.lists(_PLACES, min_size=20, max_size=20),
    _RADII,
)
def test_a_polygon_s_buffer_is_the_polygon_and_what_is_near(turns: list, points: list, metres: int) -> None:
    radius, share = metres / EARTH_RADIUS, 0.05
    around = [(0.05 + 0.02 * math.cos(math.radians(t)), 0.05 + 0.02 * math.sin(math.radians(t))) for t in sorted(turns)]
    ring = _vectors(around)
    ring = ring if area(ring) > 0 else ring[::-1]
    try:
        found = buffer.around_polygons([[ring]], radius, share)
    except buffer.overlay.Undecided:
        return
    for point in _vectors(points):
        distance = float(angles(nearest(*edges([ring], closed=True), point)[1], point))
        assert _holds(found, point, 0.0 if encloses([ring], point) else distance, radius, share)


def test_a_circle_s_sides_come_as_near_to_its_middle_as_the_tolerance_and_its_corners_lie_on_it() -> None:
    center = vector(-115.17, 36.15)
    (ring,) = buffer.circle(center, 20_000 / EARTH_RADIUS, 10 / 20_000)
    _, nearest_side = nearest(ring, np.roll(ring, -1, axis=0), center)
    assert len(ring) == 100  # of S2's library as well
    assert np.allclose(angles(ring, center) * EARTH_RADIUS, 20_000, atol=1e-6)
    assert 19_990 <= float(angles(nearest_side, center)) * EARTH_RADIUS < 19_991

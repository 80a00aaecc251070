"""The S2 cells of one level that together cover polygons or lines."""

from __future__ import annotations

from collections.abc import Callable

from masthead.kql.geo import s2
from masthead.kql.geo.overlay import Undecided
from masthead.kql.geo.shapes import Line, Polygon, edges, within
from masthead.kql.geo.sphere import Points, angles, crossings, encloses, nearest, unit
from masthead.kql.lazy_numpy import np

CELL_LIMIT = 65_536  # Kusto's own
_TOUCH = 1e-14  # of a face: a cell that polygons only touch is one of those that cover them
_WORK_LIMIT = 1_000_000  # some seconds: cells that are looked at, each the dearer the more arcs there are


def _meets(cell: s2.Cell, shape: list[Polygon], starts: Points, ends: Points) -> tuple[bool, bool]:
    """Whether a cell has something of the polygons in it, and whether it has nothing else."""
    corners = s2.corners(cell, _TOUCH)
    for i in range(4):
        if crossings(corners[i], corners[(i + 1) % 4], starts, ends).any():
            return True, False
    if within(shape, unit(s2.center(cell))):
        return True, not any(encloses([corners], ring[0]) for polygon in shape for ring in polygon)
    return any(encloses([corners], ring[0]) for polygon in shape for ring in polygon), False


def covering(shape: list[Polygon], level: int) -> list[str] | None:
    """The tokens of the cells in the order of the curve; None where there are too many."""
    starts, ends = edges([ring for polygon in shape for ring in polygon], closed=True)
    return _cells(lambda cell: _meets(cell, shape, starts, ends), level, len(starts))


def line_covering(shape: list[Line], level: int, radius: float) -> list[str] | None:
    """The tokens of the cells that are not farther from lines than a radius, in radians; None for too many."""
    starts, ends = edges(shape, closed=False)
    points = np.concatenate(shape)
    return _cells(lambda cell: (_near(cell, points, starts, ends, radius), False), level, len(starts))


def _near(cell: s2.Cell, points: Points, starts: Points, ends: Points, radius: float) -> bool:
    """Whether a cell is as near to lines as a radius: has a part of them in it, or one of its sides is."""
    corners = s2.corners(cell, _TOUCH)
    after = np.roll(corners, -1, axis=0)
    if any(crossings(a, b, starts, ends).any() for a, b in zip(corners, after, strict=True)):
        return True
    if any(encloses([corners], point) for point in points):
        return True
    if not radius:
        return False
    closest = [float(angles(nearest(starts, ends, corner)[1], corner)) for corner in corners]
    closest += [float(angles(nearest(corners, after, point)[1], point)) for point in points]
    return min(closest) <= radius


def _cells(look: Callable[[s2.Cell], tuple[bool, bool]], level: int, arcs: int) -> list[str] | None:
    """The cells of a level that are taken. look: whether a cell is to be taken or parted, and whether that holds for
    all that is in it. arcs: how many it is held against, which is what a look costs."""
    found: list[s2.Cell] = []
    waiting: list[tuple[s2.Cell, bool]] = [((face, 0, 0, 0), False) for face in range(6)]
    visited = 0
    while waiting:
        cell, filled = waiting.pop()
        if not filled:
            visited += 1
            if visited * (50 + arcs // 10) > _WORK_LIMIT:
                raise Undecided
            some, filled = look(cell)
            if not some:
                continue
        if filled and len(found) + 4 ** (level - cell[3]) > CELL_LIMIT:
            return None
        if cell[3] < level:
            waiting += [(quarter, filled) for quarter in s2.quarters(cell)]
            continue
        found.append(cell)
        if len(found) > CELL_LIMIT:
            return None
    return sorted(s2.token(cell) for cell in found)

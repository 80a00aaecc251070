"""The S2 cells of one level that together cover polygons."""

from __future__ import annotations

from masthead.kql.geo import s2
from masthead.kql.geo.overlay import Undecided
from masthead.kql.geo.shapes import Polygon, edges, within
from masthead.kql.geo.sphere import Points, crossings, encloses, unit

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
    found: list[s2.Cell] = []
    waiting: list[tuple[s2.Cell, bool]] = [((face, 0, 0, 0), False) for face in range(6)]
    visited = 0
    while waiting:
        cell, filled = waiting.pop()
        if not filled:
            visited += 1
            if visited * (50 + len(starts) // 10) > _WORK_LIMIT:
                raise Undecided
            some, filled = _meets(cell, shape, starts, ends)
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

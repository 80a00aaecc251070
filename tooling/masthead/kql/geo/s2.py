"""S2 cells: the six faces of a cube around the sphere, quartered up to 30 times along a Hilbert curve.

A cell is (face, i, j, level): its column and row among the 2^level of the face.
"""

from __future__ import annotations

import math
import re
import sys

from masthead.kql.geo.sphere import Points
from masthead.kql.lazy_numpy import np

LEVELS = 30
Cell = tuple[int, int, int, int]

# The Hilbert curve: by orientation, the quarter (2·i + j) at each place of the curve, and how the next level is turned.
_QUARTERS = ((0, 1, 3, 2), (0, 2, 3, 1), (3, 2, 0, 1), (3, 1, 0, 2))
_TURNS = (1, 0, 0, 3)


def _stretched(s: float) -> float:
    """From 0…1 along a face to −1…1 on the cube, so that cells are of similar size."""
    return (4 * s * s - 1) / 3 if s >= 0.5 else (1 - 4 * (1 - s) ** 2) / 3


def _shrunk(u: float) -> float:
    return 0.5 * math.sqrt(1 + 3 * u) if u >= 0 else 1 - 0.5 * math.sqrt(1 - 3 * u)


def _on_cube(face: int, u: float, v: float) -> Points:
    return np.array(
        ((1, u, v), (-u, 1, v), (-u, -v, 1), (-1, -v, -u), (v, -1, -u), (v, u, -1))[face],
        dtype=float,
    )


def _from_cube(point: Points) -> tuple[int, float, float]:
    x, y, z = position = [float(c) for c in point]
    axis = max(range(3), key=lambda i: (abs(position[i]), i))
    across, up = ((y, z), (-x, z), (-x, -y), (z, y), (z, -x), (-y, -x))[axis + 3 * (position[axis] < 0)]
    return axis + 3 * (position[axis] < 0), across / position[axis], up / position[axis]


def cell_at(point: Points, level: int) -> Cell:
    """The cell of a level that a place lies in."""
    face, u, v = _from_cube(point)
    limit = 1 << LEVELS
    i, j = (min(max(math.floor(limit * _shrunk(w)), 0), limit - 1) for w in (u, v))
    return face, i >> LEVELS - level, j >> LEVELS - level, level


def token(cell: Cell) -> str:
    """The cell's identifier in hexadecimal digits, without the zeros at its end."""
    face, i, j, level = cell
    number, turned = face, face & 1
    for shift in range(level - 1, -1, -1):
        place = _QUARTERS[turned].index((i >> shift & 1) << 1 | j >> shift & 1)
        number, turned = number << 2 | place, turned ^ _TURNS[place]
    return f"{(number << 1 | 1) << 2 * (LEVELS - level):016x}".rstrip("0")


def parse(text: str) -> Cell | None:
    """The cell of a token; None where it is none."""
    if not re.fullmatch("[0-9a-f]{1,16}", text):
        return None
    number = int(text.ljust(16, "0"), 16)
    zeros = (number & -number).bit_length() - 1
    face = number >> 61
    if number == 0 or zeros % 2 or face > 5:
        return None
    level, turned, i, j = LEVELS - zeros // 2, face & 1, 0, 0
    for step in range(1, level + 1):
        place = number >> 61 - 2 * step & 3
        quarter = _QUARTERS[turned][place]
        i, j, turned = i << 1 | quarter >> 1, j << 1 | quarter & 1, turned ^ _TURNS[place]
    return face, i, j, level


def _place(face: int, i: float, j: float, level: int) -> Points:
    size = 1 << level
    return _on_cube(face, _stretched(i / size), _stretched(j / size))


def center(cell: Cell) -> Points:
    """The middle of a cell, a vector of any length."""
    face, i, j, level = cell
    return _place(face, i + 0.5, j + 0.5, level)


def corners(cell: Cell, margin: float = 0.0) -> Points:
    """The four corners of a cell, counter-clockwise; with a margin around it, in parts of a face."""
    face, i, j, level = cell
    low, high = -margin * (1 << level), 1 + margin * (1 << level)
    places = np.array(
        [_place(face, i + a, j + b, level) for a, b in ((low, low), (high, low), (high, high), (low, high))]
    )
    return places / np.linalg.norm(places, axis=1, keepdims=True)


def quarters(cell: Cell) -> list[Cell]:
    """The four cells of the next level within a cell."""
    face, i, j, level = cell
    return [(face, 2 * i + a, 2 * j + b, level + 1) for a in (0, 1) for b in (0, 1)]


# Around a cell, (i, j), in the order in which S2's library finds them: for each row of the face the two at its ends.
_JUST_OUTSIDE = 1 + sys.float_info.epsilon
_AROUND = ((-1, -1), (1, -1), (0, -1), (0, 1), (-1, 0), (1, 0), (-1, 1), (1, 1))


def neighbours(cell: Cell) -> list[Cell]:
    """The cells of its level that share a side or a corner with a cell. At a corner of the cube one is in it twice."""
    face, i, j, level = cell
    return [_beyond(face, i + a, j + b, level) for a, b in _AROUND]


def _beyond(face: int, i: int, j: int, level: int) -> Cell:
    """The cell at a column and a row that may lie one outside the face: then it is of the next face."""
    size, limit = 1 << level, 1 << LEVELS
    if 0 <= i < size and 0 <= j < size:
        return face, i, j, level
    # The library takes the smallest cell at the corner, and puts it as near to the face as a number can be.
    leaves = [min(max(n << LEVELS - level, -1), limit) for n in (i, j)]
    near = [min(max((2 * n + 1) / limit - 1, -_JUST_OUTSIDE), _JUST_OUTSIDE) for n in leaves]
    other, u, v = _from_cube(_on_cube(face, *near))
    column, row = (min(max(math.floor(limit * (0.5 * (w + 1))), 0), limit - 1) for w in (u, v))
    return other, column >> LEVELS - level, row >> LEVELS - level, level

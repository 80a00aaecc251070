"""Shapes laid over each other: what lines and polygons have in common, and what they cover together.

The arcs of each are cut where they cross the other's, the pieces on the wanted side are kept, and chained again.
Borders that run along each other, or touch without crossing, would need exact arithmetic: they raise Undecided.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from masthead.kql.geo.shapes import Line, Polygon, edges, within
from masthead.kql.geo.sphere import Points, angles, area, crossing, crossings, encloses, nearest, unit
from masthead.kql.lazy_numpy import np

_NEAR = 1e-14  # radians, a tenth of a micrometre: nearer than this, rounding decides whether lines touch
PAIR_LIMIT = 4_000_000  # of arcs to be compared


class Undecided(ValueError):
    """A question that rounding would decide, or that is too large."""


@dataclass(frozen=True, eq=False)
class _Piece:
    start: Points
    end: Points
    edge: int  # of the arc that it is a piece of


def _key(point: Points) -> bytes:
    return point.tobytes()


def _pieces(
    rings: list[Points], others: list[Points], first: int, *, closed: bool, closed_others: bool
) -> list[_Piece]:
    """The arcs, cut where they cross the others. first: the number of the first arc."""
    starts, ends = edges(rings, closed=closed)
    other_starts, other_ends = edges(others, closed=closed_others)
    if len(starts) * len(other_starts) > PAIR_LIMIT:
        raise Undecided
    corners = {p.tobytes() for p in (*other_starts, *other_ends)}
    for point in {p.tobytes(): p for p in (*starts, *ends)}.values():
        _, place = nearest(other_starts, other_ends, point)
        if point.tobytes() not in corners and float(angles(place, point)) < _NEAR:
            raise Undecided
    out = []
    for i, (a, b) in enumerate(zip(starts, ends, strict=True)):
        # cut as the other shape cuts it: the arc of the lower bytes first, so that both find the same point
        cuts = []
        for j in np.flatnonzero(crossings(a, b, other_starts, other_ends)):
            pair = sorted(
                [(a, b), (other_starts[j], other_ends[j])], key=lambda arc: arc[0].tobytes() + arc[1].tobytes()
            )
            cuts.append(crossing(*pair[0], *pair[1]))
        cuts.sort(key=lambda p, a=a: float(angles(a, p)))
        places = [a, *cuts, b]
        out += [_Piece(s, e, first + i) for s, e in pairwise(places)]
    return out


def _kept(pieces: list[_Piece], shape: list[Polygon], *, inside: bool) -> list[_Piece]:
    return [p for p in pieces if within(shape, unit(p.start + p.end)) == inside]


def _loops(pieces: list[_Piece]) -> list[list[_Piece]]:
    """The pieces as closed chains; each begins behind its piece of the highest number.

    Where several chains meet in a corner, each turns left as far as it can, and so they stay apart.
    """
    leaving: dict[bytes, list[_Piece]] = {}
    for piece in pieces:
        leaving.setdefault(_key(piece.start), []).append(piece)
    if Counter(_key(p.end) for p in pieces) != {corner: len(those) for corner, those in leaving.items()}:
        raise Undecided
    loops = []
    while leaving:
        piece = next(iter(leaving.values()))[0]
        loop: list[_Piece] = []
        while True:
            loop.append(piece)
            others = leaving[_key(piece.start)]
            others.remove(piece)
            if not others:
                del leaving[_key(piece.start)]
            if _key(piece.end) == _key(loop[0].start):
                break
            if _key(piece.end) not in leaving:
                raise Undecided
            piece = _leftmost(piece, leaving[_key(piece.end)])
        highest = max(p.edge for p in loop)
        last = [i for i, p in enumerate(loop) if p.edge == highest]
        ends = [i for i in last if loop[(i + 1) % len(loop)].edge != highest]
        # where it is in several places, behind the one at which the whole arc ends
        chosen = max(ends, key=lambda i: float(angles(_origin(pieces, highest), loop[i].end)))
        loops.append(loop[chosen + 1 :] + loop[: chosen + 1])
    return sorted(loops, key=lambda loop: loop[0].edge)


def _leftmost(arriving: _Piece, leaving: list[_Piece]) -> _Piece:
    """Of the pieces that leave a corner, the one that turns left most."""
    if len(leaving) == 1:
        return leaving[0]
    up = arriving.end
    ahead = unit(np.cross(np.cross(arriving.start, up), up))
    left = np.cross(up, ahead)
    return max(leaving, key=lambda p: math.atan2(float(p.end @ left), float(p.end @ ahead)))


def _origin(pieces: list[_Piece], edge: int) -> Points:
    return next(p.start for p in pieces if p.edge == edge)


def _assembled(pieces: list[_Piece]) -> list[Polygon]:
    return assembled([np.array([p.start for p in loop]) for loop in _loops(pieces)])


def assembled(rings: list[Points]) -> list[Polygon]:
    """Polygons of rings: the counter-clockwise ones, each with the clockwise ones that it is the nearest around."""
    shells: list[Polygon] = [[r] for r in rings if area(r) > 0]
    for hole in (r for r in rings if area(r) < 0):
        owners = [s for s in shells if encloses(s[:1], hole[0])]
        if not owners:
            raise Undecided
        min(owners, key=lambda s: area(s[0])).append(hole)
    return shells


def _rings(shape: list[Polygon]) -> list[Points]:
    return [ring for polygon in shape for ring in polygon]


def _shared(one: list[Points], other: list[Points]) -> list[Points]:
    """Corners that both have."""
    corners = {p.tobytes() for ring in other for p in ring}
    return [p for ring in one for p in ring if p.tobytes() in corners]


def _laid_over(a: list[Polygon], b: list[Polygon], *, inside: bool) -> tuple[list[Polygon], list[Points]]:
    one, other = _rings(a), _rings(b)
    shared = _shared(one, other)
    first = _pieces(one, other, 0, closed=True, closed_others=True)
    second = _pieces(other, one, sum(map(len, one)), closed=True, closed_others=True)
    first, second, along = _apart(first, second, inside=inside)
    pieces = _kept(first, b, inside=inside) + _kept(second, a, inside=inside) + along
    met = {_key(p.start) for p in pieces}
    return _assembled(pieces), [p for p in shared if _key(p) not in met]


def _apart(
    first: list[_Piece], second: list[_Piece], *, inside: bool
) -> tuple[list[_Piece], list[_Piece], list[_Piece]]:
    """The pieces of two borders without those that both have, and of these the ones that stay.

    Where a piece runs the same way in both it bounds their union once; where it runs the other way, the union has it
    within. What polygons have in common beside such pieces is not answered.
    """
    of_first, of_second = ({(_key(p.start), _key(p.end)) for p in pieces} for pieces in (first, second))
    forth = of_first & of_second
    back = {(end, start) for start, end in of_first} & of_second
    if inside and (forth or back):
        raise Undecided
    gone = forth | back | {(end, start) for start, end in back}
    rest = [[p for p in pieces if (_key(p.start), _key(p.end)) not in gone] for pieces in (first, second)]
    return rest[0], rest[1], [p for p in first if (_key(p.start), _key(p.end)) in forth]


def common(a: list[Polygon], b: list[Polygon]) -> tuple[list[Polygon], list[Points]]:
    """What two polygons have in common: polygons, and corners where they only touch."""
    return _laid_over(a, b, inside=True)


def union(shapes: list[Polygon]) -> list[Polygon]:
    """What polygons cover together. Those of fewer points are laid over each other first."""
    waiting = [[shape] for shape in shapes]
    while len(waiting) > 1:
        waiting.sort(key=lambda shape: sum(len(r) for r in _rings(shape)))
        one, other, *rest = waiting
        merged, touching = _laid_over(one, other, inside=False)
        if touching and len(merged) > 1:
            raise Undecided
        waiting = [*rest, merged]
    return waiting[0]


def cut(lines: list[Line], shape: list[Polygon]) -> list[Line]:
    """The parts of lines that lie within polygons."""
    if _shared(lines, _rings(shape)):
        raise Undecided
    pieces = _kept(_pieces(lines, _rings(shape), 0, closed=False, closed_others=True), shape, inside=True)
    return _chained(pieces)


def _chained(pieces: list[_Piece]) -> list[Line]:
    """Pieces as lines, each as long as it can be. Raises Undecided where they branch or close."""
    following = {_key(p.start): p for p in pieces}
    ends = {_key(p.end) for p in pieces}
    if len(following) < len(pieces) or len(ends) < len(pieces):
        raise Undecided
    out = []
    for piece in [p for p in pieces if _key(p.start) not in ends]:
        line = [piece.start]
        found: _Piece | None = piece
        while found is not None and following.pop(_key(found.start), None) is not None:
            line.append(found.end)
            found = following.get(_key(found.end))
        out.append(np.array(line))
    if following:
        raise Undecided
    return out


def line_union(shapes: list[Line]) -> list[Line]:
    """Lines as one, arcs that several have only once."""
    arcs: dict[tuple[bytes, bytes], _Piece] = {}
    for line in shapes:
        others = [other for other in shapes if other is not line]
        if others and len(_pieces([line], others, 0, closed=False, closed_others=False)) != len(line) - 1:
            raise Undecided  # they cross: which of the ways through the crossing a line takes is open
        for a, b in pairwise(line):
            if (_key(b), _key(a)) in arcs:
                raise Undecided
            arcs.setdefault((_key(a), _key(b)), _Piece(a, b, len(arcs)))
    return _chained(list(arcs.values()))


def line_common(one: list[Line], other: list[Line]) -> tuple[list[Points], list[Line]]:
    """What lines have in common: places where they cross or have a corner in common, and parts that both go along."""
    shared = {_key(p): p for p in _shared(one, other)}
    pieces = _pieces(one, other, 0, closed=False, closed_others=False)
    back = _pieces(other, one, 0, closed=False, closed_others=False)
    forth = {(_key(p.start), _key(p.end)) for p in back}
    if any((_key(p.end), _key(p.start)) in forth for p in pieces):
        raise Undecided  # one goes the other way: which way their common part goes is open
    along = [p for p in pieces if (_key(p.start), _key(p.end)) in forth]
    covered = {_key(end) for p in along for end in (p.start, p.end)}
    corners = {_key(p) for line in one for p in line}
    places = [*shared.values(), *(p.end for p in pieces if _key(p.end) not in corners)]
    return [p for p in places if _key(p) not in covered], _chained(along)


def meet(a: list[Points], b: list[Points], *, closed: tuple[bool, bool]) -> bool:
    """Whether lines or borders have a place in common."""
    starts, ends = edges(a, closed=closed[0])
    others = edges(b, closed=closed[1])
    if len(starts) * len(others[0]) > PAIR_LIMIT:
        raise Undecided
    if _shared(a, b) or any(crossings(s, e, *others).any() for s, e in zip(starts, ends, strict=True)):
        return True
    _pieces(a, b, 0, closed=closed[0], closed_others=closed[1])  # refuses what nearly touches
    _pieces(b, a, 0, closed=closed[1], closed_others=closed[0])
    return False

"""The order in which the service lists a set of cells.

It lists a hash set of their names, as the documentation's examples of geo_geohash_neighbors, geo_s2cell_neighbors and
geo_polygon_to_h3cells show, each to the last cell: FNV-1a of the name, a power of two of buckets, 8 at first. A name
goes to the end, or before the others of its bucket; when there are more names than buckets, all are entered again into
eight times as many (twice, from 512 on). Whether that is before or after the name that was too many is not known.
"""

from __future__ import annotations

from masthead.kql.geo.overlay import Undecided

_MASK = (1 << 64) - 1
_FEW_BUCKETS, _MANY_BUCKETS = 8, 512


def listed(names: list[str]) -> list[str]:
    """The names, each once, in the service's order. names: in the order in which it finds them.

    Raises Undecided where the order rests on what is not known.
    """
    before, after = (_entered(list(dict.fromkeys(names)), grown_first=first) for first in (True, False))
    if before != after:
        raise Undecided
    return before


def _entered(names: list[str], *, grown_first: bool) -> list[str]:
    buckets, order = _FEW_BUCKETS, _Order(_FEW_BUCKETS)
    for count, name in enumerate(names, start=1):
        crowded = count > buckets
        if not (crowded and grown_first):
            order.enter(name)
        if crowded:
            buckets *= 8 if buckets < _MANY_BUCKETS else 2
            order = order.again(buckets)
            if grown_first:
                order.enter(name)
    return order.names()


class _Order:
    """Runs of names of one bucket, in the order of the buckets' first names; each run back to front."""

    def __init__(self, buckets: int) -> None:
        self._buckets = buckets
        self._runs: dict[int, list[str]] = {}

    def enter(self, name: str) -> None:
        self._runs.setdefault(_hash(name) % self._buckets, []).append(name)

    def names(self) -> list[str]:
        return [name for run in self._runs.values() for name in reversed(run)]

    def again(self, buckets: int) -> _Order:
        more = _Order(buckets)
        for name in self.names():
            more.enter(name)
        return more


def _hash(name: str) -> int:
    value = 0xCBF29CE484222325
    for octet in name.encode():
        value = (value ^ octet) * 0x100000001B3 & _MASK
    return value

"""Finds files that go by the same name."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.content.layout import Kind
from masthead.lint.facts import Place
from masthead.lint.overview import Overview


def twins(overview: Overview, key: str, *kinds: Kind) -> Iterator[tuple[Place, Place]]:
    """Each checked file's value of `key` that another file shares (whatever its capitals), with the first other's.

    Only files of `kinds` are compared, if any are given.
    """
    places: dict[str, list[tuple[Place, bool]]] = {}
    for known in overview.known:
        place = known.names.get(key)
        if place and (not kinds or known.file.kind in kinds):
            places.setdefault(place.value.strip().lower(), []).append((place, known.checked))
    for same in places.values():
        for place, checked in same:
            others = [other for other, _ in same if other.path != place.path]
            if checked and others:
                yield place, min(others, key=lambda other: other.path)

"""Compares what a case expects with what came out: whole lists in any order, and in each item what the case names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from masthead.content.instants import parse_instant
from masthead.simulate.values import text_of

ABSENT = object()
"""What stands for a key that is not there."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A value that is not as expected: where it stands (like `entities.Account`), and the two values."""

    where: str
    expected: Any
    actual: Any


Matcher = Callable[[Mapping[str, Any], Mapping[str, Any]], list[Mismatch]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two lists differ.

    `differing` are items that belong together but differ: (expected, actual, mismatches); `missing` were expected and
    did not come; `unexpected` came and were not expected. Items are indexes into the two lists. `matching` counts those
    that are as expected.
    """

    matching: int
    differing: tuple[tuple[int, int, tuple[Mismatch, ...]], ...]
    missing: tuple[int, ...]
    unexpected: tuple[int, ...]

    @property
    def equal(self) -> bool:
        """Whether there is nothing to complain of."""
        return not (self.differing or self.missing or self.unexpected)


def compare_lists(
    expected: Sequence[Mapping[str, Any]], actual: Sequence[Mapping[str, Any]], mismatches: Matcher
) -> Comparison:
    """Match the lists in any order: as many items as can be are matched exactly, then the most similar are paired."""
    table = [[mismatches(wanted, got) for got in actual] for wanted in expected]
    owner = _exact(table, len(actual))
    matched = {wanted for wanted in owner if wanted is not None}
    left = [index for index in range(len(expected)) if index not in matched]
    right = [index for index, wanted in enumerate(owner) if wanted is None]
    pairs = sorted((len(table[i][j]), i, j) for i in left for j in right)
    alone = len(left) == len(right) == 1
    differing: list[tuple[int, int, tuple[Mismatch, ...]]] = []
    for wrong, i, j in pairs:
        # Two that have nothing in common are not the same thing gone wrong, unless there is nothing else they could be.
        if i in left and j in right and (alone or wrong < _size(expected[i])):
            differing.append((i, j, tuple(table[i][j])))
            left.remove(i)
            right.remove(j)
    return Comparison(len(matched), tuple(sorted(differing)), tuple(left), tuple(right))


def _size(expected: Mapping[str, Any]) -> int:
    """How many things are said of an item, each entity type and each custom detail being one."""
    return sum(len(value) if isinstance(value, dict) else 1 for value in expected.values())


def _exact(table: list[list[list[Mismatch]]], columns: int) -> list[int | None]:
    """For each actual item the expected item it satisfies, so that as many as possible are satisfied."""
    owner: list[int | None] = [None] * columns
    for start in range(len(table)):
        # Look for a free item breadth first, by way of items whose owners could take another.
        reached_by: dict[int, int] = {}
        queue, free = [start], None
        for wanted in queue:
            for got in range(columns):
                if got in reached_by or table[wanted][got]:
                    continue
                reached_by[got] = wanted
                holder = owner[got]
                if holder is None:
                    free = got
                    break
                queue.append(holder)
            if free is not None:
                break
        while free is not None:
            wanted = reached_by[free]
            given_up = owner.index(wanted) if wanted in owner else None
            owner[free], free = wanted, given_up
    return owner


def alert_mismatches(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[Mismatch]:
    """Where an alert or incident is not as expected. Only what is expected counts, in entities and details too."""
    found: list[Mismatch] = []
    for key, value in expected.items():
        if key == "entities":
            found += _entity_mismatches(value, actual["entities"])
        elif key == "customDetails":
            found += _detail_mismatches(value, actual["customDetails"])
        elif isinstance(value, list):
            if sorted(map(str, value)) != sorted(map(str, actual[key])):
                found.append(Mismatch(key, value, actual[key]))
        elif (value or "") != (actual[key] or ""):
            found.append(Mismatch(key, value, actual[key]))
    return found


def _entity_mismatches(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[Mismatch]:
    found: list[Mismatch] = []
    for kind, entities in expected.items():
        comparison = compare_lists(entities, actual.get(kind, []), _identifier_mismatches)
        if not comparison.equal:
            found.append(Mismatch(f"entities.{kind}", entities, actual.get(kind, [])))
    return found


def _identifier_mismatches(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[Mismatch]:
    return [
        Mismatch(name, value, actual.get(name, ABSENT))
        for name, value in expected.items()
        if text_of(value) != actual.get(name, "")
    ]


def _detail_mismatches(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[Mismatch]:
    found: list[Mismatch] = []
    for name, value in expected.items():
        values = value if isinstance(value, list) else [value]
        wanted = sorted(text for each in values if (text := text_of(each)))
        if wanted != sorted(actual.get(name, [])):
            found.append(Mismatch(f"customDetails.{name}", value, _single(actual.get(name, ABSENT))))
    return found


def _single(values: Any) -> Any:
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def row_mismatches(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[Mismatch]:
    """Where a row is not as expected; only the columns that are named count."""
    return [
        Mismatch(column, value, actual.get(column, ABSENT))
        for column, value in expected.items()
        if column not in actual or not same(value, actual[column])
    ]


def same(expected: Any, actual: Any) -> bool:
    """Whether a value of a query is the one that YAML spells: times in ISO 8601, others as tostring() writes them."""
    if expected is None or actual is None:
        return text_of(expected) == text_of(actual)
    if isinstance(expected, bool) or isinstance(actual, bool):
        return text_of(expected).lower() == text_of(actual).lower()
    if isinstance(expected, int | float) and not isinstance(actual, str):
        return expected == actual
    if isinstance(actual, datetime):
        try:
            return parse_instant(str(expected)) == actual
        except ValueError:
            return False
    if isinstance(expected, list | dict) and isinstance(actual, list | dict):
        return _same_parts(expected, actual)
    return text_of(expected) == text_of(actual)


def _same_parts(expected: Any, actual: Any) -> bool:
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and expected.keys() == actual.keys()
            and all(same(value, actual[key]) for key, value in expected.items())
        )
    return isinstance(actual, list) and len(expected) == len(actual) and all(map(same, expected, actual))

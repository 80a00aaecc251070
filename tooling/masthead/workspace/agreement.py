"""Whether two engines answer the same: columns, types, rows, and their order where the query sorts."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from masthead.kql.language.tree import Column
from masthead.simulate.values import text_of

DIGITS = 9
"""Digits of a real that must agree: engines add in different orders."""

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How an answer there differs from ours.

    columns: both lists, where they differ; nothing else is compared then. same: rows that are in both. differing: rows
    that belong together, with the columns that differ. only_here, only_there: the other rows. order: the rows are the
    same and come in another order than the query asks for.
    """

    columns: tuple[tuple[Column, ...], tuple[Column, ...]] | None = None
    same: int = 0
    differing: tuple[tuple[Row, Row, tuple[int, ...]], ...] = ()
    only_here: tuple[Row, ...] = ()
    only_there: tuple[Row, ...] = ()
    order: bool = False


def disagreement(
    columns: Sequence[Column],
    here: Sequence[Row],
    columns_there: Sequence[Column],
    there: Sequence[Row],
    *,
    sorted_by: Iterable[str] = (),
    arrays_in_any_order: bool = False,
) -> Disagreement | None:
    """How the answers differ; None where they do not.

    sorted_by: the columns that the rows are sorted by; those alike in them may come in any order. arrays_in_any_order:
    the query does not say in which order the elements of its arrays are.
    """
    if list(columns) != list(columns_there):
        return Disagreement((tuple(columns), tuple(columns_there)))
    key = _key_of([column.type for column in columns], arrays_in_any_order)
    keys, keys_there = [key(row) for row in here], [key(row) for row in there]
    left, left_there = _unmatched(here, keys, keys_there), _unmatched(there, keys_there, keys)
    left, left_there = _without_close(left, left_there, key)
    if left or left_there:
        differing, only_here, only_there = _paired(left, left_there, key)
        return Disagreement(None, len(here) - len(left), differing, only_here, only_there)
    places = _leading(sorted_by, columns)
    if [[each[place] for place in places] for each in keys] != [
        [each[place] for place in places] for each in keys_there
    ]:
        return Disagreement(None, len(here), order=True)
    return None


def _leading(sorted_by: Iterable[str], columns: Sequence[Column]) -> list[int]:
    names = [column.name for column in columns]
    places: list[int] = []
    for name in sorted_by:
        if name not in names:
            break
        places.append(names.index(name))
    return places


def _unmatched(rows: Sequence[Row], keys: Sequence[Any], others: Sequence[Any]) -> list[Row]:
    """The rows beyond those that the other side has as well."""
    left = Counter(others)
    out = []
    for row, key in zip(rows, keys, strict=True):
        if left[key] > 0:
            left[key] -= 1
        else:
            out.append(row)
    return out


_MOST_PAIRED = 50  # rows of either side that are held against each other


def _without_close(here: list[Row], there: list[Row], key: Callable[[Row], Any]) -> tuple[list[Row], list[Row]]:
    """The rows without those that differ by no more than reals may: rounding puts neighbours apart, too."""
    if not any(isinstance(value, float) for row in here for value in row) or len(here) > _MOST_PAIRED:
        return here, there
    left, left_there = [], list(there)
    for row in here:
        near = next((other for other in left_there if not _different(row, other, key)), None)
        if near is None:
            left.append(row)
        else:
            left_there.remove(near)
    return left, left_there


def _paired(
    here: list[Row], there: list[Row], key: Callable[[Row], Any]
) -> tuple[tuple[tuple[Row, Row, tuple[int, ...]], ...], tuple[Row, ...], tuple[Row, ...]]:
    """Each row with the one on the other side that is most like it, if they have anything in common."""
    pairs = sorted(
        (len(different), i, j)
        for i, row in enumerate(here[:_MOST_PAIRED])
        for j, other in enumerate(there[:_MOST_PAIRED])
        if len(different := _different(row, other, key)) < max(1, len(row)) or len(here) == len(there) == 1
    )
    taken, taken_there, differing = set(), set(), []
    for _, i, j in pairs:
        if i not in taken and j not in taken_there:
            taken.add(i)
            taken_there.add(j)
            differing.append((here[i], there[j], _different(here[i], there[j], key)))
    return (
        tuple(differing),
        tuple(row for i, row in enumerate(here) if i not in taken),
        tuple(row for j, row in enumerate(there) if j not in taken_there),
    )


def _different(row: Row, other: Row, key: Callable[[Row], Any]) -> tuple[int, ...]:
    return tuple(
        index
        for index, (mine, its) in enumerate(zip(key(row), key(other), strict=True))
        if mine != its and not _close(row[index], other[index])
    )


def _close(value: Any, other: Any) -> bool:
    return isinstance(value, float) and isinstance(other, float) and math.isclose(value, other, rel_tol=10**-DIGITS)


def _key_of(kinds: Sequence[str], arrays_in_any_order: bool) -> Callable[[Row], tuple[Any, ...]]:
    """What turns a row into something that is equal for equal rows."""

    def plain(value: Any, kind: str) -> Any:
        if kind == "string":
            return value or ""
        if kind == "dynamic":
            return _dynamic(value, arrays_in_any_order)
        return _scalar(value)

    return lambda row: tuple(plain(value, kind) for value, kind in zip(row, kinds, strict=True))


def _scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else value if math.isinf(value) else float(f"{value:.{DIGITS}e}")
    if isinstance(value, Decimal):
        return value.normalize()
    if isinstance(value, datetime | timedelta | int) or value is None:
        return value
    return text_of(value)


def _dynamic(value: Any, any_order: bool) -> Any:
    """A dynamic value as text. One that is itself a text is JSON where it can be: services send it without quotes."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return value
    return json.dumps(_ordered(value, any_order), sort_keys=True, ensure_ascii=False)


def _ordered(value: Any, any_order: bool) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(each, any_order) for key, each in value.items()}
    if isinstance(value, list):
        listed = [_ordered(each, any_order) for each in value]
        return sorted(listed, key=lambda each: json.dumps(each, sort_keys=True)) if any_order else listed
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, float):
        return int(value) if value == int(value) and abs(value) < 2**53 else float(f"{value:.{DIGITS}e}")
    return value

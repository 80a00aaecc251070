"""Custom details: facts from the rows that an alert shows by name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from masthead.simulate.semantics import Semantics
from masthead.simulate.values import Row, text_of


def custom_details_of(
    columns: Mapping[str, str], rows: Sequence[Row], semantics: Semantics
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Each detail's distinct values over the rows, in their order, and notes on what Sentinel leaves out.

    A detail without any value is left out.
    """
    notes: list[str] = []
    if len(columns) > semantics.custom_details:
        notes.append(f"only the first {semantics.custom_details} custom details count")
    details: dict[str, tuple[str, ...]] = {}
    for name, column in list(columns.items())[: semantics.custom_details]:
        values = tuple(dict.fromkeys(text for row in rows if (text := text_of(row.get(column)))))
        if len(values) > semantics.values_per_detail:
            notes.append(f"{name} has {len(values)} values; {semantics.values_per_detail} are kept")
        kept = _within_size(details, name, values[: semantics.values_per_detail], semantics)
        if len(kept) < min(len(values), semantics.values_per_detail):
            notes.append(
                f"values of {name} are dropped: the custom details exceed {semantics.custom_details_bytes} bytes"
            )
        if kept:
            details[name] = kept
    return details, tuple(notes)


def _within_size(
    details: Mapping[str, tuple[str, ...]], name: str, values: tuple[str, ...], semantics: Semantics
) -> tuple[str, ...]:
    """As many of the values as fit beside the details that are there already."""
    size = _bytes(details) + (_bytes({name: ()}) - 2 if values else 0)
    for count, value in enumerate(values):
        size += len(json.dumps(value, ensure_ascii=False).encode()) + 1
        if size > semantics.custom_details_bytes:
            return values[:count]
    return values


def _bytes(details: Mapping[str, tuple[str, ...]]) -> int:
    return len(json.dumps(details, ensure_ascii=False, separators=(",", ":")).encode())

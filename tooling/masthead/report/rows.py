"""The result of a query: a table for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from masthead.content.finding import visible
from masthead.simulate.values import text_of

_GAP = "  "
_NARROWEST = 12
"""Characters that a column keeps when a table is squeezed; a table that needs more is written as records."""

_NUMBERS = frozenset({"long", "int", "real", "decimal"})


def table_lines(names: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> list[str]:
    """The rows as a table of at most `width` characters; as records, one value a line, when the columns do not fit.

    `types` are the columns' Kusto types; numbers stand on the right.
    """
    if not names:
        return []
    names = [visible(name) for name in names]
    cells = [[visible(_text(value)) for value in row] for row in rows]
    needed = [max([len(name), *(len(row[index]) for row in cells)]) for index, name in enumerate(names)]
    widths = _squeezed(needed, [max(len(name), _NARROWEST) for name in names], width - len(_GAP) * (len(names) - 1))
    if widths is None:
        return _record_lines(names, cells, width)
    right = [kind in _NUMBERS for kind in types]
    lines = [_line(names, widths, right), _GAP.join("-" * size for size in widths)]
    return [*lines, *(_line(row, widths, right) for row in cells)]


def _squeezed(needed: Sequence[int], least: Sequence[int], room: int) -> list[int] | None:
    """The widths of the columns: as needed, or as much of it as leaves room for all; None when `least` does not fit."""
    for cap in range(max(room, 0), 0, -1):
        widths = [min(need, max(cap, floor)) for need, floor in zip(needed, least, strict=True)]
        if sum(widths) <= room:
            return widths
    return None


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    shown = (
        _cut(cell, size).rjust(size) if on_right else _cut(cell, size).ljust(size)
        for cell, size, on_right in zip(cells, widths, right, strict=True)
    )
    return _GAP.join(shown).rstrip()


def _record_lines(names: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> list[str]:
    label = max(len(name) for name in names)
    lines: list[str] = []
    for number, row in enumerate(cells, start=1):
        lines.append(f"row {number}")
        room = max(_NARROWEST, width - label - 2 * len(_GAP))
        lines += [
            f"{_GAP}{name.ljust(label)}{_GAP}{_cut(cell, room)}" for name, cell in zip(names, row, strict=True) if cell
        ]
    return lines


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"


def rows_json(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as a JSON list of objects; times and timespans as Kusto writes them, dynamic values as they are."""
    objects = [dict(zip(names, map(_json_value, row), strict=True)) for row in rows]
    return json.dumps(objects, ensure_ascii=False, indent=2, default=text_of)


def rows_ndjson(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as JSON objects, one a line, values as in `rows_json`."""
    objects = (dict(zip(names, map(_json_value, row), strict=True)) for row in rows)
    return "".join(json.dumps(each, ensure_ascii=False, default=text_of) + "\n" for each in objects)


def rows_markdown(names: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as a table in Markdown, numbers on the right."""
    lines = [[_markdown(name) for name in names], ["---:" if kind in _NUMBERS else "---" for kind in types]]
    lines += [[_markdown(_text(value)) for value in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _markdown(text: str) -> str:
    return re.sub(r"([\\`*_|<>\[\]])", r"\\\1", visible(text))


def _json_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):  # JSON has no such numbers; the service writes texts too
        return _text(value)
    return value


def _text(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Decimal):  # the database fills up what is behind the point
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return text_of(value)


def rows_csv(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as CSV with a header, values as tostring() writes them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_text(value) for value in row] for row in rows)
    return out.getvalue()

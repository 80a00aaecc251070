"""The result of a query that ends in render, as a chart of characters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from masthead.content.finding import visible
from masthead.simulate.values import text_of

BARS = frozenset({"barchart", "columnchart", "piechart", "treemap"})
CURVES = frozenset({"timechart", "linechart", "areachart", "stackedareachart", "scatterchart", "anomalychart"})
_NUMBERS = frozenset({"long", "int", "real", "decimal"})
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_MOST_BARS = 60
_MARKS = "●◆▲■○◇△□"
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: for each series its name and its points (x, y). Nulls are left out, and what is no
    finite number. `x`: the column across."""

    kind: str
    title: str
    x: str
    x_type: str
    series: dict[str, list[tuple[Any, float]]]


def chart_of(
    names: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[Any]], render: Mapping[str, Any]
) -> Chart | None:
    """The chart that `render` asks for; None where there is none of this kind, or no numbers to draw.

    As in Kusto the x axis is the first column unless xcolumn names another, for curves the first time or number; the
    other numbers are series, split by what the other columns say.
    """
    kind = str(render.get("visualization", "")).lower()
    if kind not in BARS | CURVES:
        return None
    ordered = [i for i, t in enumerate(types) if t in (("datetime",) if kind in CURVES else ("string", "datetime"))]
    numbers = [i for i, t in enumerate(types) if t in _NUMBERS]
    named = render.get("xcolumn")
    x = names.index(named) if named in names else (ordered or numbers or [0])[0]
    ys = [i for i in numbers if i != x]
    if not ys:
        return None
    split = [i for i, t in enumerate(types) if i != x and t == "string"]
    series: dict[str, list[tuple[Any, float]]] = {}
    for row in rows:
        if not _drawable(row[x]):
            continue
        group = ", ".join(text_of(row[i]) for i in split)
        for y in ys:
            name = group if len(ys) == 1 and group else f"{group}: {names[y]}" if group else names[y]
            if _drawable(row[y]):
                series.setdefault(visible(name), []).append((row[x], float(row[y])))
    return Chart(kind, visible(str(render.get("title") or "")), names[x], types[x], series)


def _drawable(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def chart_lines(chart: Chart, width: int, height: int = 16) -> list[str]:
    """The chart in at most `width` characters a line."""
    if not chart.series:
        return ["(no rows to draw)"]
    lines = [chart.title.center(width).rstrip()] if chart.title else []
    curves = chart.kind in CURVES and chart.x_type in (*_NUMBERS, "datetime", "timespan")
    return lines + (_curve_lines(chart, width, height) if curves else _bar_lines(chart, width))


def _bar_lines(chart: Chart, width: int) -> list[str]:
    bars = [
        (visible(text_of(x)) + (f" · {name}" if len(chart.series) > 1 else ""), y)
        for name, points in chart.series.items()
        for x, y in points
    ]
    shown = bars[:_MOST_BARS]
    label = min(max(len(name) for name, _ in shown), max(8, width // 3))
    most = max((abs(y) for _, y in shown), default=0) or 1
    numbers = [_number(y) for _, y in shown]
    signs = any(y < 0 for _, y in shown)
    room = max(4, width - label - max(map(len, numbers)) - 3 - signs)
    lines = []
    for (name, y), number in zip(shown, numbers, strict=True):
        full, part = divmod(round(abs(y) / most * room * 8), 8)
        bar = "█" * full + (_EIGHTHS[part] if part else "")
        lines.append(f"{_cut(name, label).rjust(label)} │{'-' if y < 0 else ''}{bar} {number}")
    return lines + ([f"… and {len(bars) - len(shown):,} more"] if len(bars) > len(shown) else [])


def _curve_lines(chart: Chart, width: int, height: int) -> list[str]:
    points = [point for each in chart.series.values() for point in each]
    ys = [y for _, y in points]
    low, high = min(0.0, *ys, 0.0), max(*ys, 0.0) if len(ys) > 1 else max(ys[0], 0.0)
    high = high if high > low else low + 1
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    labels = [_number(high), _number((high + low) / 2), _number(low)]
    edge = max(map(len, labels))
    columns = max(10, width - edge - 2)
    grid = [[0] * columns for _ in range(height)]
    marks: dict[tuple[int, int], str] = {}
    several = len(chart.series) > 1
    for number, each in enumerate(chart.series.values()):
        at = sorted((_share(x, left, right), _share(y, low, high)) for x, y in each)
        dots = [(round(x * (columns * 2 - 1)), round((1 - y) * (height * 4 - 1))) for x, y in at]
        for first, second in zip(dots, dots[1:] or dots, strict=False):
            for x, y in _line(first, second) if chart.kind != "scatterchart" else (first, second):
                grid[y // 4][x // 2] |= _DOTS[y % 4][x % 2]
        if several:
            marks |= {(y // 4, x // 2): _MARKS[number % len(_MARKS)] for x, y in dots}
    rows = [
        "".join(marks.get((r, c)) or (chr(0x2800 + cell) if cell else " ") for c, cell in enumerate(line))
        for r, line in enumerate(grid)
    ]
    at_row = {0: labels[0], height // 2: labels[1], height - 1: labels[2]}
    lines = [f"{at_row.get(r, '').rjust(edge)} │{row.rstrip()}" for r, row in enumerate(rows)]
    start, end = _moment(left), _moment(right)
    lines.append(f"{' ' * edge} └{'─' * columns}")
    ends = [start + end.rjust(columns - len(start))] if len(start) + len(end) < columns else [start, end.rjust(columns)]
    lines += [" " * (edge + 2) + each for each in ends]
    if several:
        legend = [f"{_MARKS[n % len(_MARKS)]} {name}" for n, name in enumerate(chart.series)]
        lines += [_cut(f"{' ' * (edge + 2)}{'   '.join(legend)}", width * 4)]
    return lines


def _line(first: tuple[int, int], second: tuple[int, int]) -> list[tuple[int, int]]:
    """The dots from one point to another."""
    steps = max(abs(second[0] - first[0]), abs(second[1] - first[1]), 1)
    return [
        (first[0] + (second[0] - first[0]) * i // steps, first[1] + (second[1] - first[1]) * i // steps)
        for i in range(steps + 1)
    ]


def _share(x: Any, left: Any, right: Any) -> float:
    if right == left:
        return 0.5
    if isinstance(x, float) and math.isinf(right - left):
        x, left, right = x / 2, left / 2, right / 2
    return float((x - left) / (right - left))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:,.4g}"


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return text_of(value) if isinstance(value, timedelta) else _number(float(value))


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"

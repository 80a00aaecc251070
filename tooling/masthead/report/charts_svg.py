"""A chart as SVG, by altair and vl-convert: the extra `charts`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from masthead.content.finding import visible
from masthead.report.charts import CURVES, Chart
from masthead.simulate.values import text_of


class ChartsMissing(Exception):
    """The extra `charts` is not installed."""


def chart_svg(chart: Chart) -> str:
    """The chart. Raises ChartsMissing."""
    try:
        import altair
        import vl_convert
    except ImportError:
        raise ChartsMissing("SVG needs the extra charts: pip install 'masthead[charts]'") from None
    curve = chart.kind in CURVES
    time = chart.x_type == "datetime"
    values = [{"x": _x(x), "y": y, "series": name} for name, points in chart.series.items() for x, y in points]
    base = altair.Chart(altair.Data(values=values), title=chart.title or "")
    if chart.kind == "piechart":
        drawn = base.mark_arc().encode(theta="y:Q", color=altair.Color("x:N", title=chart.x))
    else:
        across = "temporal" if curve and time else "quantitative" if curve and _is_number(values) else "nominal"
        axis = {"field": "x", "type": across, "title": chart.x}
        up_title = next(iter(chart.series)) if len(chart.series) == 1 else ""
        up = altair.Y("y:Q", title=up_title)
        color = altair.Color("series:N", title="") if len(chart.series) > 1 else altair.Undefined
        if chart.kind == "barchart":
            length = altair.X("y:Q", title=up_title)
            drawn = base.mark_bar().encode(x=length, y=altair.Y(**axis, sort=None), color=color)
        elif not curve:
            drawn = base.mark_bar().encode(x=altair.X(**axis, sort=None), y=up, color=color)
        else:
            mark = {"scatterchart": base.mark_point, "areachart": base.mark_area, "stackedareachart": base.mark_area}
            drawn = mark.get(chart.kind, base.mark_line)().encode(x=altair.X(**axis), y=up, color=color)
    return vl_convert.vegalite_to_svg(drawn.properties(width=720, height=360).to_json(), allowed_base_urls=[])


def _x(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value if isinstance(value, int | float) else visible(text_of(value))


def _is_number(values: list[dict[str, Any]]) -> bool:
    return all(isinstance(each["x"], int | float) for each in values)

"""series_periods_detect() and series_periods_validate().

How a period is scored is not documented, so they answer only where no score is needed: where the series is too short
for any of the periods in question.
"""

from __future__ import annotations

from masthead.kql.translate.calls import Call
from masthead.kql.translate.functions.series import array, dump, numbers
from masthead.kql.translate.functions.series_seasons import columns
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_SHORTEST = 4  # elements
_MOST = 10_000  # periods asked for
_COLUMNS = ("periods", "scores")
_UNSCORED = "the score of a period, as it is not documented how it is computed"


@python_function("kq_series_detect", ["VARCHAR", "DOUBLE", "DOUBLE", "BIGINT"], "VARCHAR")
def detect(text: str | None, low: float, high: float, count: int) -> str | None:
    values = numbers(text)
    if values is None:
        return None
    if not 0 <= count <= _MOST or max(_SHORTEST, low) <= min(len(values) / 2, high):
        raise ValueError(f"{REFUSAL}{_UNSCORED}")
    return dump(dict.fromkeys(_COLUMNS, [0.0] * count))


@python_function("kq_series_validate", ["VARCHAR", "VARCHAR"], "VARCHAR")
def validate(text: str | None, periods: str) -> str | None:
    values, asked = numbers(text), array(periods)
    if values is None or asked is None:
        return None
    if any(_SHORTEST <= period <= len(values) / 2 for period in asked):
        raise ValueError(f"{REFUSAL}{_UNSCORED}")
    return dump({"periods": [float(period) for period in asked], "scores": [0.0] * len(asked)})


@scalar("series_periods_detect", "dynamic, real, real, long")
def series_periods_detect(call: Call) -> list[Expr]:
    """series, shortest and longest period, how many periods."""
    series, bounds = call.sql[0], [call.given(index, "") for index in range(1, call.count)]
    return columns(f"kq_series_detect({series}::VARCHAR, {', '.join(bounds)})::JSON", _COLUMNS)


@scalar("series_periods_validate", "dynamic, real*")
def series_periods_validate(call: Call) -> list[Expr]:
    series, periods = call.sql[0], [call.given(index, "") for index in range(1, call.count)]
    return columns(f"kq_series_validate({series}::VARCHAR, to_json([{', '.join(periods)}])::VARCHAR)::JSON", _COLUMNS)

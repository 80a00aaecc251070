"""series_outliers(): how far each element of a series lies outside the range of most of them, by Tukey's fences."""

from __future__ import annotations

from masthead.kql.lazy_numpy import np
from masthead.kql.translate.calls import Call
from masthead.kql.translate.functions.series import array, dump, number
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL, string_literal

# Which percentiles the fences stand at, and what makes a score comparable with the one of the 25th and 75th. The
# service derives the factor from the normal distribution; for the 10th and 90th it follows from scores it returned.
_FENCES = {"tukey": (25.0, 75.0, 1.0), "ctukey": (10.0, 90.0, 2.772605605507915)}


def scores(values: np.ndarray, kind: str, learned: int) -> np.ndarray:
    """The score of each value: 0 between the fences, else its distance in units of their range; a value is unusual
    beyond ±1.5. NaN counts as missing and scores 0. The fences stand by the first `learned` values.
    """
    low_percent, high_percent, factor = _FENCES[kind]
    known = values[:learned][~np.isnan(values[:learned])]
    out = np.zeros(len(values))
    if not len(known):
        return out
    low, high = np.percentile(known, [low_percent, high_percent])
    distance = np.where(values > high, values - high, np.where(values < low, values - low, 0.0))
    distance[np.isnan(values)] = 0.0
    if not distance.any():
        return out
    if high == low:
        raise ValueError(f"{REFUSAL}outliers of a series whose fences coincide, most of its elements being equal")
    return distance / (high - low) * factor


@python_function("kq_series_outliers", ["VARCHAR", "VARCHAR", "DOUBLE", "BIGINT"], "VARCHAR")
def outliers(kind: str, text: str | None, ignored: float | None, test_points: int) -> str | None:
    elements = array(text)
    if elements is None:
        return None
    if any(e is not None and number(e) is None for e in elements):
        raise ValueError(f"{REFUSAL}series_outliers() of elements that are neither numbers nor null")
    values = np.array([np.nan if e is None or e == ignored else float(e) for e in elements])
    if np.isinf(values).any() or not 0 <= test_points <= len(values):
        raise ValueError(f"{REFUSAL}series_outliers() of infinite elements, or of fewer elements than test points")
    return dump(scores(values, kind, len(values) - test_points).tolist())


def fence_kind(call: Call, index: int) -> str:
    """The constant argument that names the kind of fences."""
    kind = call.constant(index, "ctukey")
    if kind not in _FENCES:
        raise call.unsupported(f"{call.name}() by {kind!r}; the kinds are ctukey and tukey")
    return kind


@scalar("series_outliers", "dynamic, string, real, real, real, long")
def series_outliers(call: Call) -> str:
    kind = fence_kind(call, 1)
    if kind == "ctukey" and (call.constant(3, 10.0), call.constant(4, 90.0)) != _FENCES["ctukey"][:2]:
        raise call.unsupported(
            "series_outliers() with other percentiles than 10 and 90, whose factor Microsoft does not document"
        )
    ignored = call.sql[2] if call.count > 2 else "NULL::DOUBLE"
    test_points = call.sql[5] if call.count > 5 else "0"
    return f"kq_series_outliers({string_literal(kind)}, {call.sql[0]}::VARCHAR, {ignored}, {test_points})::JSON"

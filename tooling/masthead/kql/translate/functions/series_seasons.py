"""What repeats in a series: its period, and its split into a season, a trend and the rest.

How the service scores a period is not documented. A period that a function must find by itself is therefore found only
where there can be no doubt about it; else the query is refused, and names the period instead.
"""

from __future__ import annotations

from masthead.kql.lazy_numpy import np
from masthead.kql.translate.calls import Call
from masthead.kql.translate.functions.series import dump, numbers
from masthead.kql.translate.functions.series_outliers import fence_kind, scores
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL, string_literal

_SHORTEST = 4  # elements of a period, as documented
_FOUND = -1  # the period that stands for: find one


def _strengths(values: np.ndarray) -> np.ndarray:
    """By lag: how far the values resemble themselves both one and two lags later (autocorrelation, 1 at most), where
    that is more than at the lags beside it; else 0."""
    n = len(values)
    centred = values - values.mean()
    power = float(centred @ centred)
    out = np.zeros((n + 1) // 2)
    if power <= 1e-18 * float(values @ values):
        return out
    spectrum = np.fft.rfft(centred, 2 * n)
    alike = np.fft.irfft(spectrum * spectrum.conj(), 2 * n)[:n] / power * n / (n - np.arange(n))
    lags = np.arange(_SHORTEST, len(out))
    peaks = lags[(alike[lags] > alike[lags - 1]) & (alike[lags] >= alike[lags + 1])]
    out[peaks] = np.minimum(alike[peaks], alike[2 * peaks])
    return out


def period(values: np.ndarray, threshold: float) -> int:
    """The period of the values, 0 for none. Raises ValueError where the documentation leaves it open.

    There is one if a lag, and none but its multiples, is strong without the trend and not weak with it; there is none
    if all lags are weak either way.
    """
    if len(values) <= 2 * _SHORTEST:
        return 0
    with_trend, without = _strengths(values), _strengths(values - line(values, len(values)))
    sure = np.flatnonzero(without >= threshold)
    weak = threshold / 2
    if len(sure) and not (sure % sure[0]).any() and with_trend[sure[0]] >= weak:
        return int(sure[0])
    if max(with_trend.max(), without.max()) < weak:
        return 0
    raise ValueError(
        f"{REFUSAL}a season to be found where it is not obvious, as it is not documented how; give the number of "
        "elements that it has, or 0 for none"
    )


def season(values: np.ndarray, length: int, learned: int) -> np.ndarray:
    """For each place, the median of the learned values at the same place of their period."""
    if length > learned:
        raise ValueError(f"{REFUSAL}a season longer than the series that it is learned from")
    whole, begun = divmod(learned, length)
    seasons, last = values[: whole * length].reshape(whole, length), values[whole * length : learned]
    longer = np.vstack([seasons[:, :begun], last])
    medians = [np.median(part, axis=0) for part in (longer, seasons[:, begun:]) if part.size]
    return np.resize(np.concatenate(medians), len(values))


def line(values: np.ndarray, learned: int) -> np.ndarray:
    """The straight line nearest to the learned values, to the end of the series."""
    places = np.arange(len(values), dtype=float)
    x, y = places[:learned], values[:learned]
    across = x - x.mean()
    spread = float(across @ across)
    slope = float(across @ (y - y.mean())) / spread if spread else 0.0
    return y.mean() + slope * (places - x.mean())


def decompose(
    values: np.ndarray, length: int, trend: str, learned: int, threshold: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The baseline, the season and the trend, in the documented order: the trend is that of what the season leaves."""
    if not 1 <= learned <= len(values):
        raise ValueError(f"{REFUSAL}a decomposition whose test points leave nothing to learn from")
    if length < _FOUND:
        raise ValueError(f"{REFUSAL}a season of fewer than no elements")
    if length == _FOUND:
        length = period(values[:learned], threshold)
    seasonal = season(values, length, learned) if length else np.zeros(len(values))
    left = values - seasonal
    ways = {"avg": lambda: np.full(len(values), left[:learned].mean()), "linefit": lambda: line(left, learned)}
    moving = ways[trend]() if trend in ways else np.zeros(len(values))
    return seasonal + moving, seasonal, moving


def _values(text: str | None) -> np.ndarray | None:
    elements = numbers(text)
    return None if elements is None else np.array(elements, dtype=float)


@python_function("kq_series_decompose", ["VARCHAR", "BIGINT", "VARCHAR", "BIGINT", "DOUBLE"], "VARCHAR")
def decomposed(text: str | None, length: int, trend: str, test_points: int, threshold: float) -> str | None:
    values = _values(text)
    if values is None:
        return None
    parts = decompose(values, length, trend, len(values) - test_points, threshold)
    named = zip(_PARTS, (*parts, values - parts[0]), strict=True)
    return dump({name: part.tolist() for name, part in named})


@python_function(
    "kq_series_anomalies", ["VARCHAR", "DOUBLE", "BIGINT", "VARCHAR", "BIGINT", "VARCHAR", "DOUBLE"], "VARCHAR"
)
def anomalies(
    text: str | None, limit: float, length: int, trend: str, test_points: int, kind: str, threshold: float
) -> str | None:
    values = _values(text)
    if values is None:
        return None
    learned = len(values) - test_points
    baseline = decompose(values, length, trend, learned, threshold)[0]
    residual = values - baseline
    residual[np.abs(residual) < 1e-12 * np.abs(values).max()] = 0.0  # what rounding leaves of nothing is no outlier
    found = scores(residual, kind, learned)
    flags = (found > limit).astype(int) - (found < -limit).astype(int)
    return dump(dict(zip(_ANOMALIES, (flags.tolist(), found.tolist(), baseline.tolist()), strict=True)))


@python_function("kq_series_forecast", ["VARCHAR", "BIGINT", "BIGINT", "VARCHAR", "DOUBLE"], "VARCHAR")
def forecast(text: str | None, points: int, length: int, trend: str, threshold: float) -> str | None:
    ways = (trend,) if trend else ("avg", "linefit")  # the documentation has named both as the default
    made = {decomposed(text, length, way, points, threshold) for way in ways}
    if len(made) > 1:
        raise ValueError(f"{REFUSAL}series_decompose_forecast() without its trend; write 'linefit' or 'avg'")
    return made.pop()


@python_function("kq_series_seasonal", ["VARCHAR", "BIGINT", "BIGINT"], "VARCHAR")
def seasonal(text: str | None, length: int, test_points: int) -> str | None:
    values = _values(text)
    if values is None:
        return None
    if length < _FOUND:
        length = 0  # as documented
    return dump(decompose(values, length, "none", len(values) - test_points, 0.7)[1].tolist())


_PARTS = ("baseline", "seasonal", "trend", "residual")
_ANOMALIES = ("ad_flag", "ad_score", "baseline")
_TRENDS = ("avg", "linefit", "none")


def _season(call: Call, index: int) -> str:
    """The season's length as SQL: -1 to find it, 0 for none."""
    given = call.given(index, str(_FOUND))
    if index < call.count and call.arguments[index].constant and call.arguments[index].value < _FOUND:
        raise call.unsupported(f"{call.name}() with a season of fewer than no elements")
    return given


def _trend(call: Call, index: int, default: str) -> str:
    trend = call.constant(index, default)
    if index < call.count and trend not in _TRENDS:
        raise call.unsupported(f"{call.name}() with the trend {trend!r}; the trends are avg, linefit and none")
    return string_literal(trend)


def columns(bag: str, names: tuple[str, ...]) -> list[Expr]:
    """The members of a bag of arrays as the columns that a function returns."""
    return [Expr(f"kq_json({bag}->'{name}')", "dynamic") for name in names]


@scalar("series_decompose", "dynamic, long, string, long, real")
def series_decompose(call: Call) -> list[Expr]:
    """series, season, trend, test points, threshold of a season's score."""
    arguments = (_season(call, 1), _trend(call, 2, "avg"), call.given(3, "0"), call.given(4, "0.6"))
    return columns(f"kq_series_decompose({call.sql[0]}::VARCHAR, {', '.join(arguments)})::JSON", _PARTS)


@scalar("series_decompose_anomalies", "dynamic, real, long, string, long, string, real")
def series_decompose_anomalies(call: Call) -> list[Expr]:
    """series, threshold of an anomaly's score, season, trend, test points, fences, threshold of a season's score."""
    arguments = (
        f"{call.sql[0]}::VARCHAR",
        call.given(1, "1.5"),
        _season(call, 2),
        _trend(call, 3, "avg"),
        call.given(4, "0"),
        string_literal(fence_kind(call, 5)),
        call.given(6, "0.6"),
    )
    return columns(f"kq_series_anomalies({', '.join(arguments)})::JSON", _ANOMALIES)


@scalar("series_decompose_forecast", "dynamic, long, long, string, real")
def series_decompose_forecast(call: Call) -> list[Expr]:
    """series, points to forecast, season, trend, threshold of a season's score. The baseline is the forecast."""
    arguments = (call.given(1, ""), _season(call, 2), _trend(call, 3, ""), call.given(4, "0.6"))
    return columns(f"kq_series_forecast({call.sql[0]}::VARCHAR, {', '.join(arguments)})::JSON", _PARTS)


@scalar("series_seasonal", "dynamic, long, long")
def series_seasonal(call: Call) -> str:
    return f"kq_series_seasonal({call.sql[0]}::VARCHAR, {call.given(1, '-1')}, {call.given(2, '0')})::JSON"

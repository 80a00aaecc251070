"""Shapes fitted to a series by least squares: two lines, series_fit_2lines(), and a polynomial, series_fit_poly()."""

from __future__ import annotations

from masthead.kql.lazy_numpy import np
from masthead.kql.translate.calls import Call
from masthead.kql.translate.functions.series import dump, numbers
from masthead.kql.translate.functions.series_fits import fit
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL, refused, sql_type

_HIGHEST = 20  # degree
_CONDITION = 1e8  # beyond which the coefficients hang on how they are computed


# --- a polynomial ----------------------------------------------------------------------------------------------------
@python_function("kq_series_poly", ["VARCHAR", "VARCHAR", "BIGINT"], "VARCHAR")
def poly(text: str | None, places: str | None, degree: int) -> str | None:
    """places: where the elements stand; None for 1, 2, 3…. The coefficients go from the highest power to the lowest."""
    values = numbers(text)
    at = list(range(1, len(values or []) + 1)) if places is None else numbers(places)
    if values is None or at is None:
        return None
    if not 1 <= degree <= _HIGHEST or len(values) <= degree or len(at) != len(values):
        raise ValueError(
            f"{REFUSAL}series_fit_poly() of a degree that is not from 1 to {_HIGHEST}, of no more elements than the "
            "degree, or of series of different lengths"
        )
    x, y = np.array(at, dtype=float), np.array(values, dtype=float)
    powers = np.vander(x, degree + 1)
    scale = np.linalg.norm(powers, axis=0)
    if not np.isfinite(powers).all() or not scale.all() or np.linalg.cond(powers / scale) > _CONDITION:
        raise ValueError(f"{REFUSAL}series_fit_poly() that rounding would decide; bring x to the range from 0 to 1")
    coefficients = np.linalg.lstsq(powers / scale, y, rcond=None)[0] / scale
    fitted = powers @ coefficients
    squares, residual = float(((y - y.mean()) ** 2).sum()), float(((y - fitted) ** 2).sum())
    return dump(
        {
            "rsquare": 1 - residual / squares if squares else 1.0,
            "coefficients": coefficients.tolist(),
            "variance": squares / (len(y) - 1),
            "rvariance": residual / (len(y) - 1),
            "poly_fit": fitted.tolist(),
        }
    )


@scalar("series_fit_poly", "dynamic, dynamic, long")
def series_fit_poly(call: Call) -> list[Expr]:
    places = f"{call.sql[1]}::VARCHAR" if call.count > 1 else "NULL::VARCHAR"
    bag = f"kq_series_poly({call.sql[0]}::VARCHAR, {places}, {call.given(2, '1')})::JSON"
    names = ("rsquare", "coefficients", "variance", "rvariance", "poly_fit")
    return [_member(bag, name, "dynamic" if name in ("coefficients", "poly_fit") else "real") for name in names]


def _member(bag: str, name: str, kind: str) -> Expr:
    read = "kq_json" if kind == "dynamic" else "kq_dynamic_real"
    return Expr(f"{read}({bag}->'{name}')", kind)


# --- two lines -------------------------------------------------------------------------------------------------------
_SIDE = ("rsquare", "slope", "interception", "variance", "rvariance")
# What the documentation leaves open: on which side the element at the break is, where the right line's x begins.
_OPEN = {"split_idx": "long", "right_interception": "real"}


def _errors(values: np.ndarray) -> np.ndarray:
    """The squares that the best line leaves of the first 1, 2, 3… values."""
    count = np.arange(1, len(values) + 1, dtype=float)
    x = np.arange(len(values), dtype=float)
    sums, squares, products = np.cumsum(values), np.cumsum(values * values), np.cumsum(x * values)
    across = count * (count * count - 1) / 12
    along = products - sums * (count - 1) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        explained = np.where(across > 0, along * along / across, 0.0)
    return np.maximum(squares - sums * sums / count - explained, 0.0)


@python_function("kq_series_2lines", ["VARCHAR"], "VARCHAR")
def two_lines(text: str | None) -> str | None:
    values = numbers(text)
    if values is None:
        return None
    y = np.array(values, dtype=float)
    centred = y - y.mean()
    squares, n = float(centred @ centred), len(values)
    left = _errors(centred)[:-1]
    total = left + _errors(centred[::-1])[:-1][::-1]
    order = np.argsort(total, kind="stable")
    # A part of one element has no line of its own; that it should win, or two splits be as good, is not documented.
    if n < 4 or not 2 <= order[0] + 1 <= n - 2 or total[order[1]] - total[order[0]] <= 1e-9 * squares:
        raise ValueError(f"{REFUSAL}series_fit_2lines() of a series that no split suits best")
    split = int(order[0]) + 1
    sides = {"left": fit(values[:split]), "right": fit(values[split:])}
    residual = sum(
        side["rvariance"] * (size - 1) for side, size in zip(sides.values(), (split, n - split), strict=True)
    )
    made = {
        "rsquare": 1 - residual / squares,
        "variance": squares / (n - 1),
        "rvariance": residual / (n - 1),
        "line_fit": sides["left"]["line_fit"] + sides["right"]["line_fit"],
    }
    return dump(made | {f"{name}_{key}": side[key] for name, side in sides.items() for key in _SIDE})


@scalar("series_fit_2lines series_fit_2lines_dynamic", "dynamic")
def series_fit_2lines(call: Call) -> list[Expr]:
    if call.name.endswith("dynamic"):
        raise call.unsupported(
            "series_fit_2lines_dynamic(), whose split_idx is not documented well enough; use series_fit_2lines()"
        )
    bag = f"kq_series_2lines({call.sql[0]}::VARCHAR)::JSON"
    names = ["rsquare", "split_idx", "variance", "rvariance", "line_fit"]
    names += [f"{side}_{key}" for side in ("right", "left") for key in _SIDE]
    return [
        _undefined(call, name, _OPEN[name])
        if name in _OPEN
        else _member(bag, name, "dynamic" if name == "line_fit" else "real")
        for name in names
    ]


def _undefined(call: Call, name: str, kind: str) -> Expr:
    """A column that refuses when it is read: where the query drops it, it does no harm."""
    refusal = refused(f"the column {name} of series_fit_2lines(), which the documentation leaves open; project it away")
    return Expr(f"(CASE WHEN {call.sql[0]} IS NOT NULL THEN {refusal} END)::{sql_type(kind)}", kind)

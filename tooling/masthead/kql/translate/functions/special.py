"""Special functions of mathematics: gamma, the error function, the beta distribution."""

from __future__ import annotations

import math
from collections.abc import Callable

from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_STEPS = 100_000  # of the continued fraction; parameters of 10,000, the largest, need a few hundred
_BETA_LIMIT = 10_000  # Kusto's own, of alpha and beta
_TINY = 1e-300


def _enter(name: str, function: Callable[[float], float]) -> None:
    def emit(x: float | None) -> float | None:
        try:
            return None if x is None else function(x)
        except (ValueError, OverflowError):
            raise ValueError(f"{REFUSAL}{name}({x:g}), which is not finite") from None

    python_function(f"kq_{name}", ["DOUBLE"], "DOUBLE")(emit)
    scalar(name, "real", f"kq_{name}({{0}})")


_enter("gamma", math.gamma)
_enter("loggamma", math.lgamma)

_enter("erf", math.erf)
_enter("erfc", math.erfc)


# --- the beta distribution -------------------------------------------------------------------------------------------
def _log_power(x: float, alpha: float, beta: float) -> float:
    """The logarithm of x^alpha · (1 - x)^beta / B(alpha, beta)."""
    log_beta = math.lgamma(alpha) + math.lgamma(beta) - math.lgamma(alpha + beta)
    return alpha * math.log(x) + beta * math.log1p(-x) - log_beta


def _fraction(x: float, alpha: float, beta: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1 - (alpha + beta) * x / (alpha + 1)
    d = 1 / (d if abs(d) > _TINY else _TINY)
    result = d
    for m in range(1, _STEPS):
        even = m * (beta - m) * x / ((alpha + 2 * m - 1) * (alpha + 2 * m))
        odd = -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2 * m) * (alpha + 2 * m + 1))
        for term in (even, odd):
            d = 1 + term * d
            c = 1 + term / c
            d = 1 / (d if abs(d) > _TINY else _TINY)
            c = c if abs(c) > _TINY else _TINY
            result *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return result


def _cdf(x: float, alpha: float, beta: float) -> float:
    if x in (0, 1):
        return float(x)
    power = math.exp(_log_power(x, alpha, beta))
    if x < (alpha + 1) / (alpha + beta + 2):
        return power * _fraction(x, alpha, beta) / alpha
    return 1 - power * _fraction(1 - x, beta, alpha) / beta


def _beta_pdf(x: float, alpha: float, beta: float) -> float:
    if x in (0, 1):
        raise ValueError(f"{REFUSAL}beta_pdf() at the end of its range")
    return math.exp(_log_power(x, alpha, beta)) / (x * (1 - x))


def _beta_inv(p: float, alpha: float, beta: float) -> float:
    if not p > 0:
        raise ValueError(f"{REFUSAL}beta_inv() of a probability of {p:g}")
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if _cdf(middle, alpha, beta) < p else (low, middle)
    return high


def _welch_test(
    mean1: float | None,
    variance1: float | None,
    count1: float | None,
    mean2: float | None,
    variance2: float | None,
    count2: float | None,
) -> float | None:
    """The probability (of both sides) that samples of one mean lie as far apart, by Welch's t-test."""
    given = (mean1, variance1, count1, mean2, variance2, count2)
    if any(value is None for value in given):
        return None
    if not all(map(math.isfinite, given)) or min(count1, count2) < 2 or min(variance1, variance2) < 0:
        raise ValueError(f"{REFUSAL}welch_test() of samples of fewer than two values")
    first, second = variance1 / count1, variance2 / count2
    if not first + second > 0:
        raise ValueError(f"{REFUSAL}welch_test() of samples without variance")
    freedom = (first + second) ** 2 / (first**2 / (count1 - 1) + second**2 / (count2 - 1))
    squared = (mean1 - mean2) ** 2 / (first + second)
    return _cdf(freedom / (freedom + squared), freedom / 2, 0.5)


python_function("kq_welch_test", ["DOUBLE"] * 6, "DOUBLE")(_welch_test)
scalar("welch_test", "real, real, real, real, real, real", "kq_welch_test({0}, {1}, {2}, {3}, {4}, {5})")


def _enter_beta(name: str, function: Callable[[float, float, float], float], otherwise: str) -> None:
    """`otherwise`: what SQL answers where the first argument is not within 0…1."""

    def known(x: float | None, alpha: float | None, beta: float | None) -> float | None:
        return None if x is None or alpha is None or beta is None else function(x, alpha, beta)

    python_function(f"kq_{name}", ["DOUBLE"] * 3, "DOUBLE")(known)
    scalar(
        name,
        "real, real, real",
        f"CASE WHEN least({{1}}, {{2}}) <= 0 OR greatest({{1}}, {{2}}) > {_BETA_LIMIT} THEN 'nan'::DOUBLE "
        f"WHEN {{0}} > 1 {otherwise} ELSE kq_{name}({{0}}, {{1}}, {{2}}) END",
    )


_enter_beta("beta_cdf", _cdf, "OR {0} < 0 THEN 'nan'::DOUBLE")
_enter_beta("beta_pdf", _beta_pdf, "OR {0} < 0 THEN 'nan'::DOUBLE")
# Text and example of the documentation disagree on what is out of range; this is the example's way.
_enter_beta("beta_inv", _beta_inv, "THEN NULL")

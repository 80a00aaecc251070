"""Filters of a series, series_fir() and series_iir(), and its Fourier transform."""

from __future__ import annotations

import math

from masthead.kql.lazy_numpy import np
from masthead.kql.translate.calls import Call
from masthead.kql.translate.functions.series import array, dump, number, numbers
from masthead.kql.translate.functions.series_seasons import columns
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_WORK_LIMIT = 50_000_000  # multiplications of one filter
_STEP_LIMIT = 2_000_000  # those that go step by step


def _coefficients(text: str | None, what: str) -> np.ndarray | None:
    elements = array(text)
    if elements is None:
        return None
    if not elements or any(number(e) is None for e in elements):
        raise ValueError(f"{REFUSAL}{what} that are no numbers, or none")
    return np.array(elements, dtype=float)


@python_function("kq_series_fir", ["VARCHAR", "VARCHAR", "BOOLEAN", "BOOLEAN"], "VARCHAR")
def fir(text: str | None, filter_: str | None, normalize: bool | None, center: bool) -> str | None:
    """Each element and those before it (around it, if `center`), weighted; what is not there counts as 0. normalize:
    divide by the sum of the weights; None for what the documentation makes the default."""
    elements, weights = numbers(text), _coefficients(filter_, "filter coefficients")
    if elements is None or weights is None:
        return None
    negative = bool((weights < 0).any())
    if normalize is None:
        normalize = not negative
    if normalize:
        if negative:
            return None
        if not weights.sum():
            raise ValueError(f"{REFUSAL}series_fir() normalized by coefficients whose sum is 0")
        weights = weights / weights.sum()
    if len(elements) * len(weights) > _WORK_LIMIT:
        raise ValueError(f"{REFUSAL}series_fir() of that many elements and coefficients")
    if center and len(weights) % 2 == 0:
        raise ValueError(f"{REFUSAL}series_fir() centred with an even number of coefficients")
    delay = len(weights) // 2 if center else 0
    return dump(np.convolve(np.array(elements, dtype=float), weights)[delay : delay + len(elements)].tolist())


@python_function("kq_series_iir", ["VARCHAR", "VARCHAR", "VARCHAR"], "VARCHAR")
def iir(text: str | None, numerators: str | None, denominators: str | None) -> str | None:
    """The documented recursion: each result rests on elements and on results before it."""
    elements = numbers(text)
    b, a = _coefficients(numerators, "numerators"), _coefficients(denominators, "denominators")
    if elements is None or b is None or a is None:
        return None
    if a[0] == 0:
        raise ValueError(f"{REFUSAL}series_iir() with a first denominator of 0")
    n = len(elements)
    if n * len(b) > _WORK_LIMIT or n * len(a) > _STEP_LIMIT:
        raise ValueError(f"{REFUSAL}series_iir() of that many elements and coefficients")
    forward = np.convolve(np.array(elements, dtype=float), b)[:n].tolist()
    back, out = a[1:].tolist(), []
    for place, value in enumerate(forward):
        for lag, weight in enumerate(back[:place], start=1):
            value -= weight * out[place - lag]
        out.append(value / float(a[0]))
    return dump(out)


@scalar("series_fir", "dynamic, dynamic, bool, bool")
def series_fir(call: Call) -> str:
    normalize = call.sql[2] if call.count > 2 else "NULL::BOOLEAN"
    center = call.sql[3] if call.count > 3 else "false"
    return f"kq_series_fir({call.sql[0]}::VARCHAR, {call.sql[1]}::VARCHAR, {normalize}, {center})::JSON"


scalar("series_iir", "dynamic, dynamic, dynamic", "kq_series_iir({0}::VARCHAR, {1}::VARCHAR, {2}::VARCHAR)::JSON")


@python_function("kq_series_fourier", ["VARCHAR", "VARCHAR", "BOOLEAN"], "VARCHAR")
def fourier(real: str | None, imaginary: str | None, inverse: bool) -> str | None:
    """The discrete Fourier transform, not scaled; or its inverse, divided by the length."""
    x = numbers(real)
    y = numbers(imaginary) if imaginary is not None else None
    if x is None:
        return None
    if imaginary is not None and (y is None or len(y) != len(x)):
        raise ValueError(f"{REFUSAL}real and imaginary parts of different lengths")
    if not all(map(math.isfinite, x)) or not all(map(math.isfinite, y or [])):
        raise ValueError(f"{REFUSAL}the Fourier transform of infinite elements")
    values = np.array(x, dtype=complex) + (1j * np.array(y) if y is not None else 0)
    made = np.fft.ifft(values) if inverse else np.fft.fft(values)
    return dump({"real": made.real.tolist(), "imag": made.imag.tolist()})


@scalar("series_fft series_ifft", "dynamic, dynamic")
def series_fft(call: Call) -> list:
    imaginary = f"{call.sql[1]}::VARCHAR" if call.count > 1 else "NULL::VARCHAR"
    inverse = str(call.name == "series_ifft").lower()
    return columns(f"kq_series_fourier({call.sql[0]}::VARCHAR, {imaginary}, {inverse})::JSON", ("real", "imag"))

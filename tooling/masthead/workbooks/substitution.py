"""Puts values in place of a query's parameters, as a workbook does before it asks the workspace.

`{Name}` stands for the value, `{Name:form}` for another form of it. What each form gives in a query is documented
with Azure's workbooks (parameters: time, drop-down, text).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from masthead.content.durations import parse_duration
from masthead.content.workbooks import ParameterType, Workbook, WorkbookParameter

_USE = re.compile(r"\{([A-Za-z_]\w*)(?::([A-Za-z]+))?\}")
_GRAINS = (  # the widest grain that leaves at least thirty points
    (timedelta(days=30), "1d"),
    (timedelta(days=7), "6h"),
    (timedelta(days=1), "30m"),
    (timedelta(hours=4), "5m"),
)
DAY = timedelta(days=1)

_PLAIN = (None, "value", "label", "escape")
_TIMES = ("query", "start", "end", "startISO", "endISO", "grain")
FORMS = frozenset((*_PLAIN, *_TIMES))
"""The forms in which a parameter can stand in a text; some are of time ranges only."""


@dataclass(frozen=True, slots=True)
class Use:
    """A parameter in braces: its name, its form if it names one, and where it stands in the text."""

    name: str
    form: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Substituted:
    """A text with values in it. `undefined`: the uses for which there was no value; they stand as they were."""

    text: str
    undefined: tuple[Use, ...]
    pieces: tuple[tuple[int, int, int], ...]  # (offset in the text, offset in the original, length in the original)

    def original(self, offset: int) -> int:
        """The offset in the text as it was written; that of the brace for one within a value."""
        index = bisect_right(self.pieces, (offset, 1 << 60, 0)) - 1
        if index < 0:
            return offset
        start, written, length = self.pieces[index]
        return written + min(offset - start, length)


def uses(text: str) -> tuple[Use, ...]:
    """The parameters in braces, as far as a text can tell them from KQL's own braces, in which names have no colon."""
    return tuple(Use(m[1], m[2], m.start(), m.end()) for m in _USE.finditer(text))


def substitute(text: str, values: Mapping[str, Mapping[str | None, str]]) -> Substituted:
    """The text with the values of parameters: {name: {form: value}}, the plain value under None."""
    out: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    undefined: list[Use] = []
    length = written = 0
    for use in uses(text):
        value = values.get(use.name, {}).get(use.form)
        if value is None:
            undefined.append(use)
            continue
        before = text[written : use.start]
        pieces.append((length, written, len(before)))
        out += (before, value)
        length += len(before)
        pieces.append((length, use.start, 0))
        length += len(value)
        written = use.end
    pieces.append((length, written, len(text) - written))
    return Substituted("".join(out) + text[written:], tuple(undefined), tuple(pieces))


def example_values(
    workbook: Workbook, given: Mapping[str, str | list[str]] | None = None
) -> dict[str, dict[str | None, str]]:
    """The values with which to try the workbook: those given by name, else the examples, else the defaults.

    What tabs and selected rows set has the first tab's value, or an empty text.
    """
    given = given or {}
    values: dict[str, dict[str | None, str]] = {}
    for name in workbook.defined():
        chosen = given.get(name, "")
        values[name] = _plain(chosen if isinstance(chosen, str) else ",".join(chosen))
    for tabs in workbook.tabs:
        if tabs.parameter and tabs.parameter not in given and tabs.choices:
            values[tabs.parameter] = _plain(tabs.choices[0].value)
    for parameter in workbook.parameters:
        values[parameter.name] = _value(parameter, given.get(parameter.name))
    return values


def time_range(workbook: Workbook, name: str | None, given: Mapping[str, str | list[str]] | None = None) -> timedelta:
    """How far back the time parameter reaches; a day for one that says nothing."""
    for parameter in workbook.parameters:
        if parameter.name == name and parameter.type is ParameterType.TIME:
            return parse_duration(_time_text(parameter, (given or {}).get(parameter.name)))
    return DAY


def _plain(value: str) -> dict[str | None, str]:
    return dict.fromkeys(_PLAIN, value)


def _time_text(parameter: WorkbookParameter, given: str | list[str] | None) -> str:
    if isinstance(given, str):
        return given
    return parameter.example[0] if parameter.example else parameter.default or "1d"


def _value(parameter: WorkbookParameter, given: str | list[str] | None) -> dict[str | None, str]:
    if parameter.type is ParameterType.TIME:
        return _time_forms(_time_text(parameter, given))
    chosen = given if given is not None else _example(parameter)
    listed = [chosen] if isinstance(chosen, str) else list(chosen)
    quoted = parameter.delimiter.join(f"{parameter.quote}{each}{parameter.quote}" for each in listed)
    return {**_plain(quoted), "label": ", ".join(listed)}


def _example(parameter: WorkbookParameter) -> str | list[str]:
    if parameter.example:
        return list(parameter.example) if parameter.multiple else parameter.example[0]
    default = parameter.default
    if default in ("value::all", ["value::all"]) or (not default and parameter.all_value is not None):
        return parameter.all_value or ""
    if not default and parameter.choices:
        return parameter.choices[0].value
    return default or ""


def _time_forms(duration: str) -> dict[str | None, str]:
    length = parse_duration(duration)
    ago = f"ago({round(length.total_seconds())}s)"
    grain = next((grain for reach, grain in _GRAINS if length >= reach), "1m")
    return {
        None: f"> {ago}", "value": f"> {ago}", "query": f"> {ago}", "label": f"Last {duration}",
        "start": ago, "end": "now()", "startISO": ago, "endISO": "now()", "grain": grain,
    }  # fmt: skip

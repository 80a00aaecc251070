"""Settings of the simulation as cases write them: the fields of Semantics, in camelCase, with their types."""

from __future__ import annotations

import types
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints

from masthead.content.cases import Case
from masthead.content.durations import parse_duration
from masthead.content.finding import ContentError, Finding
from masthead.content.schema import closest
from masthead.simulate.semantics import DEFAULT, Semantics
from masthead.testing.findings import problem


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


_NAMES = {_camel(field.name): field.name for field in fields(Semantics)}


def semantics_of(case: Case) -> Semantics:
    """The semantics that the case asks for. Raises ContentError, MH953 for each setting that cannot be."""
    if not case.settings:
        return DEFAULT
    wanted = get_type_hints(Semantics)
    changes: dict[str, Any] = {}
    findings: list[Finding] = []
    for name, value in case.settings.items():
        path = (*case.at, "settings", name)
        if name not in _NAMES:
            near = closest(str(name), _NAMES)
            hint = f'Did you mean "{near}"?' if near else f"The settings are {', '.join(_NAMES)}."
            findings.append(problem("MH953", f'there is no setting "{name}"', case.document, path, hint=hint))
            continue
        try:
            changes[_NAMES[name]] = _parse(value, wanted[_NAMES[name]])
        except ValueError as error:
            findings.append(problem("MH953", f"{name} must be {error}", case.document, path))
    if findings:
        raise ContentError(findings)
    return replace(DEFAULT, **changes)


def _parse(value: Any, kind: Any) -> Any:
    """The value as the type of the field; raises ValueError that says what it must be."""
    if get_origin(kind) is types.UnionType:
        return None if value is None else _parse(value, get_args(kind)[0])
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ValueError(f"one of {', '.join(get_args(kind))}")
        return value
    if kind is timedelta:
        try:
            return parse_duration(str(value))
        except ValueError:
            raise ValueError("a duration, like 5m, 1h or 1d") from None
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise ValueError("true or false" if kind is bool else "a whole number above zero")

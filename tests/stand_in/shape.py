"""What a body may look like: small checks that are put together, and say which field is wrong.

A check takes a value and where it stands, and returns the value as it is kept. It is stricter than the service, which
lets many a misspelt field pass: what a test must find is what the service would silently lose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from stand_in.durations import read_duration, spell_duration

Check = Callable[[Any, str], Any]


class Wrong(Exception):
    """A value that is refused. where: the field, like properties.entityMappings[0].entityType."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where, self.message = where, message


def text(most: int | None = None, *, least: int = 0, form: str | None = None) -> Check:
    """A text of `least` to `most` characters, of the form of a regular expression."""
    pattern = re.compile(form) if form else None

    def check(value: Any, where: str) -> str:
        if not isinstance(value, str):
            raise Wrong(where, f"a string is expected, not {_kind(value)}")
        if len(value) < least:
            raise Wrong(where, "must not be empty" if least == 1 else f"needs at least {least} characters")
        if most is not None and len(value) > most:
            raise Wrong(where, f"has {len(value):,} characters, more than {most:,}")
        if pattern and not pattern.fullmatch(value):
            raise Wrong(where, f"'{value[:80]}' is not of the form {form}")
        return value

    return check


def words(text: str) -> list[str]:
    """The words of a text, for long lists of names."""
    return text.split()


def one_of(*names: str) -> Check:
    """One of these names. Their case is ignored; they are kept as they stand here."""
    known = {name.lower(): name for name in names}

    def check(value: Any, where: str) -> str:
        if not isinstance(value, str) or value.lower() not in known:
            raise Wrong(where, f"'{value}' is not one of {', '.join(names)}")
        return known[value.lower()]

    return check


def boolean(value: Any, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Wrong(where, f"a boolean is expected, not {_kind(value)}")
    return value


def integer(least: int, most: int) -> Check:
    """A whole number in a range."""

    def check(value: Any, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Wrong(where, f"an integer is expected, not {_kind(value)}")
        if not least <= value <= most:
            raise Wrong(where, f"{value} is not between {least} and {most}")
        return value

    return check


def duration(least: timedelta, most: timedelta) -> Check:
    """A duration in ISO 8601, in a range; it is kept as it was spelt."""

    def check(value: Any, where: str) -> str:
        length = read_duration(value) if isinstance(value, str) else None
        if length is None:
            raise Wrong(where, f"'{value}' is not a duration in ISO 8601")
        if not least <= length <= most:
            raise Wrong(where, f"{value} is not between {spell_duration(least)} and {spell_duration(most)}")
        return value

    return check


def moment(value: Any, where: str) -> str:
    """A time in ISO 8601."""
    if not isinstance(value, str) or not re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", value
    ):
        raise Wrong(where, f"'{value}' is not a time in ISO 8601")
    return value


def list_of(each: Check, *, least: int = 0, most: int | None = None, distinct: bool = False) -> Check:
    """A list of `least` to `most` members."""

    def check(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            raise Wrong(where, f"an array is expected, not {_kind(value)}")
        if len(value) < least:
            raise Wrong(where, f"needs at least {least}")
        if most is not None and len(value) > most:
            raise Wrong(where, f"has {len(value)}, more than {most}")
        out = [each(member, f"{where}[{number}]") for number, member in enumerate(value)]
        if distinct and len({repr(member) for member in out}) < len(out):
            raise Wrong(where, "holds something twice")
        return out

    return check


def mapping(key: Check, value: Check, most: int | None = None) -> Check:
    """An object with keys of the client's own."""

    def check(given: Any, where: str) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise Wrong(where, f"an object is expected, not {_kind(given)}")
        if most is not None and len(given) > most:
            raise Wrong(where, f"has {len(given)}, more than {most}")
        return {key(name, f"{where}.{name}"): value(each, f"{where}.{name}") for name, each in given.items()}

    return check


def nullable(check: Check) -> Check:
    """What `check` takes, or null."""
    return lambda value, where: None if value is None else check(value, where)


def anything(value: Any, where: str) -> Any:
    """Whatever it is."""
    return value


@dataclass(frozen=True)
class Fields:
    """An object with known fields. needed, optional: their checks. ignored: what only the service sets.

    An optional field may be null, which is the same as leaving it out.
    """

    needed: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    ignored: Collection[str] = ()

    def __call__(self, value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Wrong(where or "body", f"an object is expected, not {_kind(value)}")
        prefix = f"{where}." if where else ""
        for name in value:
            if name not in self.needed and name not in self.optional and name not in self.ignored:
                raise Wrong(f"{prefix}{name}", _unknown(name, [*self.needed, *self.optional]))
        out = {}
        for name, check in self.needed.items():
            if value.get(name) is None:
                raise Wrong(f"{prefix}{name}", "is required")
            out[name] = check(value[name], f"{prefix}{name}")
        for name, check in self.optional.items():
            if value.get(name) is not None:
                out[name] = check(value[name], f"{prefix}{name}")
        return out


def same_case(given: Any, checked: Any, where: str) -> None:
    """Raises Wrong for a name that was given in another case than it is kept in."""
    if isinstance(given, str) and isinstance(checked, str):
        if given != checked and given.lower() == checked.lower():
            raise Wrong(where, f"'{given}' must be written '{checked}'")
    elif isinstance(given, dict) and isinstance(checked, dict):
        for name in given.keys() & checked.keys():
            same_case(given[name], checked[name], f"{where}.{name}".lstrip("."))
    elif isinstance(given, list) and isinstance(checked, list):
        for number, (one, other) in enumerate(zip(given, checked, strict=True)):
            same_case(one, other, f"{where}[{number}]")


def _unknown(name: str, known: list[str]) -> str:
    near = next((each for each in known if each.lower() == name.lower()), None)
    return f"Could not find member '{name}' on the object" + (f"; it is spelt '{near}'" if near else "")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")

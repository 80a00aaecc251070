"""The JSON Schemas of the file types, and validators made from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from masthead.content.instants import parse_instant

if TYPE_CHECKING:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError


def schema_text(name: str) -> str:
    """The JSON Schema called `name` (a value of `layout.Kind`, or "common")."""
    return (resources.files("masthead.content") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")


@cache
def common_definitions() -> dict[str, Any]:
    """The definitions that several schemas refer to, by name."""
    return json.loads(schema_text("common"))["definitions"]


@cache
def validator(name: str) -> Draft7Validator:
    """A validator for the schema called `name`, made once."""
    # Imported here because it takes a tenth of a second, which `masthead --help` does not have.
    from jsonschema import Draft7Validator, FormatChecker, validators
    from referencing import Registry
    from referencing.jsonschema import DRAFT7

    formats = FormatChecker(formats=())
    formats.checks("date-time", raises=ValueError)(_is_instant)
    common = DRAFT7.create_resource(json.loads(schema_text("common")))
    registry: Any = Registry().with_resource("common.schema.json", common)
    ours = validators.extend(Draft7Validator, {"pattern": _check_pattern, "uniqueItems": _check_unique})
    return ours(json.loads(schema_text(name)), registry=registry, format_checker=formats)


def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or bool(parse_instant(value))


def _check_pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    """Patterns mean what they mean to editors, in ECMAScript: `$` is the very end, and `\\w` is ASCII."""
    from jsonschema.exceptions import ValidationError

    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value, re.ASCII):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _check_unique(_: Any, unique: bool, value: Any, __: Any) -> Iterator[ValidationError]:
    """jsonschema compares each item with each when they cannot be sorted, which a long hostile list makes costly."""
    from jsonschema.exceptions import ValidationError

    if unique and isinstance(value, list) and len({json.dumps(each, sort_keys=True) for each in value}) < len(value):
        yield ValidationError("the items are not unique")

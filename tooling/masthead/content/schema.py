"""Checks data against the JSON Schema of its file type, in words that say where, what and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from masthead.content.document import Document, ValuePath
from masthead.content.finding import ContentError, Finding, Severity
from masthead.content.validators import common_definitions, validator

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


MAX_FINDINGS = 100
"""More findings about one file help nobody, and a hostile file could hold a hundred thousand."""


def schema_findings(document: Document, name: str) -> list[Finding]:
    """What the schema called `name` refuses in `document`, in the order of the file.

    MH008 for values; MH009 for keys that do not exist: an error when a key is one slip away from a known one, else a
    warning, since other tools may read keys that Masthead does not know. A file with more than `MAX_FINDINGS` ends in
    a finding that says so. The schema is asked once: a document does not change.
    """
    if name not in document.checked:
        document.checked[name] = tuple(_schema_findings(document, name))
    return list(document.checked[name])


def _schema_findings(document: Document, name: str) -> list[Finding]:
    errors = list(islice(validator(name).iter_errors(document.data), MAX_FINDINGS + 1))
    misspelt = {slip for error in errors for slip in _misspelt(error)}
    described = (each for error in errors for each in _describe(document, error, misspelt))
    findings = list(dict.fromkeys(islice(described, MAX_FINDINGS + 1)))
    ordered = sorted(findings, key=lambda each: (each.span.start if each.span else None, each.code, each.message))
    if len(ordered) <= MAX_FINDINGS:
        return ordered
    # An error, so that data of which not all is known to be right is never used.
    return [*ordered[:MAX_FINDINGS], document.finding("MH008", "there is more that the schema refuses than is shown")]


def checked_data(document: Document, name: str, *, strict: bool = False) -> Any:
    """The document's data, when its schema has nothing against it but warnings; raises ContentError otherwise.

    With `strict`, warnings count too: for files that only Masthead reads, where an unknown key is always a mistake.
    """
    errors = [each for each in schema_findings(document, name) if strict or each.severity is Severity.ERROR]
    if errors:
        raise ContentError(replace(each, severity=Severity.ERROR) for each in errors)
    return document.data


def closest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was probably meant to be, whatever its capitals; None when none is near."""
    if len(word) > 100:
        return None
    by_lower = {each.lower(): each for each in known}
    matches = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[matches[0]] if matches else None


_TYPES = {
    "string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
    "array": "a list", "object": "a mapping", "null": "nothing",
}  # fmt: skip


def _type_of(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return {str: "text", list: "a list", dict: "a mapping"}[type(value)]


def _misspelt(error: ValidationError) -> Iterator[ValuePath]:
    """The paths that unknown keys were probably meant to be."""
    if error.validator == "additionalProperties":
        for name in islice(_unknown_keys(error), MAX_FINDINGS):
            if meant := _meant(name, error):
                yield (*error.absolute_path, meant)


def _describe(document: Document, error: ValidationError, misspelt: set[ValuePath]) -> Iterator[Finding]:
    """The findings for one of jsonschema's errors; a key that is there but misspelt is not missing as well."""
    path = tuple(error.absolute_path)
    if error.validator == "required":
        # jsonschema gives an error for each missing key, and names the key only in its message.
        name = next(each for each in error.validator_value if error.message.startswith(f"{each!r} is a required"))
        if (*path, name) not in misspelt:
            message = f"{_subject(path)} lacks the key {name}"
            yield document.finding("MH008", message, path, key=bool(path), hint=_about_key(error.schema, name))
    elif error.validator == "additionalProperties":
        yield from (_unknown_key(document, path, name, error) for name in _unknown_keys(error))
    elif "propertyNames" in error.absolute_schema_path:
        message, hint = _key_problem(error)
        yield document.finding("MH008", message, (*path, error.instance), key=True, hint=hint)
    elif error.validator == "not":
        problem = error.schema.get("errorMessage", "does not belong here")
        yield document.finding("MH008", f"{path[-1]} {problem}", path, key=True, hint=f"Remove {path[-1]}.")
    else:
        message, hint = _value_problem(_subject(path), error)
        yield document.finding("MH008", message, path, hint=hint)


def _value_problem(subject: str, error: ValidationError) -> tuple[str, str | None]:
    """What is wrong with a value, and what to do."""
    keyword, rule, value = error.validator, error.validator_value, error.instance
    if keyword == "type":
        types = [rule] if isinstance(rule, str) else rule
        wanted = " or ".join(_TYPES[each] for each in types if each != "null")
        quotable = "string" in types and isinstance(value, bool | int | float)
        return f"{subject} must be {wanted}, not {_type_of(value)}", "Put it in quotes." if quotable else None
    if keyword == "enum":
        suggestion = closest(value, rule) if isinstance(value, str) else None
        said = f'"{_short(value)}"' if isinstance(value, str) else _type_of(value)
        hint = f'Did you mean "{suggestion}"?' if suggestion else f"It is one of {', '.join(map(str, rule))}."
        return f"{subject} cannot be {said}", hint
    if keyword == "pattern":
        problem = error.schema.get("patternErrorMessage", "is not in the right form")
        return f'{subject}: "{_short(value)}" {problem}', None
    if keyword == "format":
        hint = "Write it in ISO 8601, like 2026-01-31T08:00:00Z."
        return f'{subject}: "{_short(value)}" is not a moment in time', hint
    if keyword.startswith("min") and rule == 1 and not value:
        return f"{subject} must not be empty", None
    if keyword in _LIMITS:
        limit = f"{rule:,}" if isinstance(rule, int) else rule
        return _LIMITS[keyword].format(subject=subject, limit=limit, n=_size(value)), None
    return f"{subject} is not valid: {error.message}", None


_LIMITS = {
    "maxLength": "{subject} has {n} characters; {limit} are allowed",
    "minLength": "{subject} needs at least {limit} characters, and has {n}",
    "maxItems": "{subject} has {n} items; {limit} are allowed",
    "minItems": "{subject} needs at least {limit} items, and has {n}",
    "maxProperties": "{subject} has {n} keys; {limit} are allowed",
    "minProperties": "{subject} needs at least {limit} keys, and has {n}",
    "maximum": "{subject} is {n}; {limit} is the highest value allowed",
    "minimum": "{subject} is {n}; {limit} is the lowest value allowed",
    "uniqueItems": "{subject} names something twice",
}


def _size(value: Any) -> str:
    return f"{len(value):,}" if isinstance(value, str | list | dict) else f"{value:,}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _subject(path: ValuePath) -> str:
    """The value at `path` as a reader would call it: its key, or "item 2 of tactics"."""
    if not path:
        return "the file"
    if isinstance(path[-1], int):
        name = next((str(step) for step in reversed(path) if isinstance(step, str)), "the list")
        return f"item {path[-1] + 1} of {name}"
    return path[-1]


def _unknown_keys(error: ValidationError) -> Iterator[str]:
    return (name for name in error.instance if name not in error.schema.get("properties", {}))


def _meant(name: str, error: ValidationError) -> str | None:
    return closest(name, (each for each in error.schema.get("properties", {}) if each not in error.instance))


def _unknown_key(document: Document, path: ValuePath, name: str, error: ValidationError) -> Finding:
    known = error.schema.get("properties", {})
    where = f" in {_subject(path)}" if path else ""
    meant = _meant(name, error)
    if meant:
        severity, hint = Severity.ERROR, f'Did you mean "{meant}"?'
    else:
        keep = ", or keep it under metadata" if "metadata" in known else ""
        severity, hint = Severity.WARNING, f"Remove it{keep}; Masthead does not read it."
    message = f'there is no key "{name}"{where}'
    return document.finding("MH009", message, (*path, name), key=True, hint=hint, severity=severity)


def _about_key(schema: Any, name: str) -> str | None:
    """What the schema says of the key, where it says it itself or by reference to a common definition."""
    about = schema.get("properties", {}).get(name, {})
    if "$ref" in about:
        about = common_definitions().get(about["$ref"].rsplit("/", 1)[1], {})
    return f"{name}: {about['description']}" if "description" in about else None


def _key_problem(error: ValidationError) -> tuple[str, str | None]:
    name = _short(str(error.instance))
    if error.validator == "maxLength":
        return f'the key "{name}" has {len(error.instance)} characters; {error.validator_value} are allowed', None
    if error.validator == "enum":
        meant = closest(str(error.instance), error.validator_value)
        return f'there is no "{name}" here', f'Did you mean "{meant}"?' if meant else None
    return f'the key "{name}" {error.schema.get("patternErrorMessage", "is not allowed here")}', None

"""The text of a file as the rows that externaldata makes of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from masthead.kql.engine.values import incoming
from masthead.kql.errors import KqlError

_DELIMITERS = {"csv": ",", "tsv": "\t", "psv": "|", "scsv": ";", "sohsv": "\x01"}


def table(text: str, format: str, columns: Mapping[str, str], name: str, *, skip: bool) -> list[dict[str, Any]]:
    """The rows of a file. `skip`: without its first record. `name`: of the file, for errors.

    `format` is one of those that translate/operators/outside.py lets through.

    https://learn.microsoft.com/kusto/query/externaldata-operator and its page on formats: records of delimited values
    fill the columns by position, JSON objects by name, a line of txt the first column, empty lines passed over. A
    value that is none of its column's type is null. Raises KqlError for a file that is not of the format.
    """
    converters = {column: _converter(kind) for column, kind in columns.items()}
    rows = []
    for number, record in enumerate(_records(text, format, list(columns), name)):
        if number == 0 and skip and format not in ("json", "multijson"):
            continue
        rows.append({column: convert(record.get(column)) for column, convert in converters.items()})
    return rows


def _records(text: str, format: str, columns: list[str], name: str) -> Iterator[Mapping[str, Any]]:
    if format in _DELIMITERS:
        try:
            for record in csv.reader(io.StringIO(text, newline=""), delimiter=_DELIMITERS[format], strict=True):
                if record:
                    yield dict(zip(columns, record, strict=False))
        except csv.Error as error:
            raise _wrong(name, f"it is not {format}: {error}") from None
    elif format == "txt":
        yield from ({columns[0]: line} for line in text.splitlines() if line)
    elif format == "raw":
        yield {columns[0]: text}
    else:
        for value in json_values(text, name, lines=format == "json"):
            if not isinstance(value, dict):
                raise _wrong(name, "a record of JSON is an object")
            yield value


def json_values(text: str, name: str, *, lines: bool = False) -> Iterator[Any]:
    """The JSON values that stand in the text one after the other, or in one list; with `lines`, one a line."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    try:
        if lines:
            yield from (decoder.decode(line) for line in text.splitlines() if line.strip())
            return
        at, end = 0, len(text.rstrip())
        while at < end:
            at += len(text[at:end]) - len(text[at:end].lstrip()) if text[at].isspace() else 0
            value, at = decoder.raw_decode(text, at)
            yield from value if isinstance(value, list) else [value]
    except (ValueError, RecursionError) as error:
        raise _wrong(name, f"it is not JSON: {error}") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _converter(kind: str) -> Callable[[Any], Any]:
    if kind == "string":
        return incoming("string")
    if kind == "dynamic":
        return _dynamic
    convert = incoming(kind)

    def lenient(value: Any) -> Any:
        if value is None or value == "":
            return None
        try:
            convert(value)
        except (ValueError, TypeError, ArithmeticError):
            return None
        return value

    return lenient


def _dynamic(value: Any) -> Any:
    """JSON in a text is read as such; other text is text."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _wrong(name: str, message: str) -> KqlError:
    return KqlError(f"the fixture {name}: {message}", code="MASTHEAD-FIXTURE")

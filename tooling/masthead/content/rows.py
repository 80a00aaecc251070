"""The rows of recordings: one file a table, one JSON object a line, read lazily and checked against the table."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from masthead.content.finding import ContentError, Finding, finding, visible_line
from masthead.content.instants import parse_instant
from masthead.content.location import Position, Span
from masthead.content.recording import Recording
from masthead.content.row_files import read_lines, relative_name, row_files, table_of
from masthead.content.schema import closest

MAX_FINDINGS = 100
"""After so many findings in one file the rest is not read: it says the same again."""

INGESTION_TIME = "_ingestion_time"
"""A column that every recorded row may have: when the row was ingested, which ingestion_time() returns."""


def read_rows(recording: Recording, table: str) -> Iterator[dict[str, Any]]:
    """The rows of `table`, one after another, as they stand in the file: JSON values, times as ISO 8601 text.

    Raises ContentError: what `row_files.read_lines` refuses, and, with the line, MH002 for bytes that are not UTF-8 and
    MH012 for what is not a JSON object. Types are `checked_rows`' concern.
    """
    for _, _, row in _parsed(recording, table):
        if isinstance(row, Finding):
            raise ContentError(row)
        yield row


def checked_rows(recording: Recording, table: str, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of `table` like `read_rows`, each checked against the columns of the table with their Kusto types.

    Raises ContentError with all that is wrong, by line, at most `MAX_FINDINGS`: it comes when the file has been read,
    so until then nothing is known of the rows that were given.
    """
    checks = {name: _CHECKS[kind] for name, kind in columns.items()} | {INGESTION_TIME: _CHECKS["datetime"]}
    name = relative_name(recording, recording.rows_path(table))
    found: list[Finding] = []
    try:
        for number, line, row in _parsed(recording, table):
            wrong = [row] if isinstance(row, Finding) else _check_row(name, table, number, line, row, checks)
            found += islice(wrong, MAX_FINDINGS - len(found))
            if len(found) >= MAX_FINDINGS:
                break
            if not found:
                yield row  # type: ignore[misc]  # a finding would have been found
    except ContentError as error:
        found += error.findings
    if found:
        raise ContentError(found[:MAX_FINDINGS])


Schema = Callable[[str], Mapping[str, str] | None]
"""Gives a table's columns with their Kusto types, or None for a table that is not known."""


def check_tables(recording: Recording, tables: Schema) -> list[Finding]:
    """What does not fit between a recording, its files and the tables there are, without a look at the rows."""
    unknown = [
        recording.document.finding("MH016", f"the catalog has no table {table}", ("tables", index), hint=hint)
        for index, table in enumerate(recording.tables)
        if tables(table) is None and (hint := f"Describe it in catalog/tables/{table}.yaml.")
    ]
    unnamed = [
        finding("MH016", f"recording.yaml does not name the table {table_of(path)}", relative_name(recording, path))
        for path in row_files(recording)
        if table_of(path) not in recording.tables
    ]
    return [*unknown, *unnamed]


def check_recording(recording: Recording, tables: Schema) -> list[Finding]:
    """All that does not fit between a recording, its rows and their tables; at most `MAX_FINDINGS` by row a table."""
    findings = check_tables(recording, tables)
    for table in recording.tables:
        if (columns := tables(table)) is not None:
            try:
                for _ in checked_rows(recording, table, columns):
                    pass
            except ContentError as error:
                findings += error.findings
    return findings


def _parsed(recording: Recording, table: str) -> Iterator[tuple[int, str, dict[str, Any] | Finding]]:
    """Each line's number, its text, and its row or what is wrong with it."""
    name = relative_name(recording, recording.rows_path(table))
    for number, raw in read_lines(recording, table):
        yield _parse_line(name, number, raw)


def _parse_line(name: str, number: int, raw: bytes) -> tuple[int, str, dict[str, Any] | Finding]:
    try:
        line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        line = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        at = len(raw[: error.start].decode("utf-8"))
        return number, line, _row_finding("MH002", "the line is not UTF-8", name, number, line, at, at + 1)
    try:
        row = _DECODER.decode(line)
    except json.JSONDecodeError as error:
        message = f"this is not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        return number, line, _row_finding("MH012", message, name, number, line, error.pos, error.pos + 1)
    except (ValueError, RecursionError) as error:
        problem = "it nests too deep" if isinstance(error, RecursionError) else str(error)
        return number, line, _row_finding("MH012", f"this cannot be read as JSON: {problem}", name, number, line)
    if not isinstance(row, dict):
        return number, line, _row_finding("MH012", "a line must be one JSON object", name, number, line)
    return number, line, row


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f'the key "{twice}" stands twice in one object')
    return row


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


# Made once: a decoder for each line would cost a tenth of reading it.
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)


def _row_finding(
    code: str, message: str, name: str, number: int, line: str, start: int = 0, end: int | None = None,
    hint: str | None = None,
) -> Finding:  # fmt: skip
    span = Span(Position(number, start + 1), Position(number, (len(line) if end is None else end) + 1))
    about = finding(code, message, name, span, hint=hint)
    # A row may be megabytes long; a report shows where in it, not all of it.
    return about if len(line) > 2_000 else replace(about, source_line=visible_line(line))


def _check_row(
    name: str, table: str, number: int, line: str, row: dict[str, Any], checks: Mapping[str, _Check]
) -> Iterator[Finding]:
    if row.get("TimeGenerated") is None:
        hint = "Every row needs the time at which it happened."
        yield _row_finding("MH015", "the row has no TimeGenerated", name, number, line, hint=hint)
    for column, value in row.items():
        check = checks.get(column)
        if check is None:
            start, end = _find_key(line, column)
            near = closest(column, checks)
            hint = f'Did you mean "{near}"?' if near else f"Add it to catalog/tables/{table}.yaml if the table has it."
            yield _row_finding("MH013", f"{table} has no column {column}", name, number, line, start, end, hint)
        elif value is not None and not check.accepts(value):
            start, end = _find_key(line, column)
            message = f"{column} must be {check.wanted}, not {json.dumps(value)[:60]}"
            yield _row_finding("MH014", message, name, number, line, start, end)


def _find_key(line: str, key: str) -> tuple[int, int]:
    """Where the key stands in the line; rows are flat, so the first mention before a colon is it in practice."""
    spelled = json.dumps(key, ensure_ascii=False)
    found = re.search(re.escape(spelled) + r"\s*:", line)
    return (found.start(), found.start() + len(spelled)) if found else (0, len(line))


@dataclass(frozen=True, slots=True)
class _Check:
    """Whether a JSON value can stand in a column of a Kusto type."""

    wanted: str
    accepts: Callable[[Any], bool]


def _is_int(value: Any, bits: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_instant(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(parse_instant(value))
    except ValueError:
        return False


_TIMESPAN = re.compile(r"-?(\d+\.)?\d{1,2}:\d{2}(:\d{2}(\.\d{1,7})?)?")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DECIMAL = re.compile(r"[-+]?\d+(\.\d+)?")

_CHECKS = {
    "string": _Check("text (string)", lambda value: isinstance(value, str)),
    "long": _Check("a 64-bit whole number (long)", lambda value: _is_int(value, 64)),
    "int": _Check("a 32-bit whole number (int)", lambda value: _is_int(value, 32)),
    "real": _Check("a number (real)", _is_number),
    "bool": _Check("true or false (bool)", lambda value: isinstance(value, bool)),
    "datetime": _Check("a time in ISO 8601 (datetime)", _is_instant),
    "timespan": _Check(
        "text like 1.02:03:04 (timespan)", lambda value: isinstance(value, str) and bool(_TIMESPAN.fullmatch(value))
    ),
    "dynamic": _Check("any JSON value (dynamic)", lambda value: True),
    "guid": _Check("a GUID (guid)", lambda value: isinstance(value, str) and bool(_GUID.fullmatch(value))),
    "decimal": _Check(
        "a number, or text that is one (decimal)",
        lambda value: _is_number(value) or (isinstance(value, str) and bool(_DECIMAL.fullmatch(value))),
    ),
}

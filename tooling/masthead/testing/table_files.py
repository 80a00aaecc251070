"""Files that somebody queries as tables: CSV, NDJSON (gzipped too), JSON and Parquet, or a folder of them."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

SUFFIXES = (".csv", ".csv.gz", ".ndjson", ".ndjson.gz", ".jsonl", ".json", ".parquet")
LOOKED_AT = 10_000
"""Rows from which the columns of an unknown table are inferred."""


class TableFileError(Exception):
    """A file that cannot be read as a table; the message says which and why."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file whose rows a table has."""

    path: Path

    def rows(self, columns: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """The rows, values as the file has them; text of CSV in a dynamic column is read as JSON.

        Raises TableFileError.
        """
        return (row for _, row in self.placed_rows(columns))

    def placed_rows(self, columns: Mapping[str, str] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
        """The rows as `rows` has them, each behind its place: the file and the line, or the row where lines say less.

        Raises TableFileError.
        """
        name, path = self.path.name, self.path
        try:
            if name.endswith(".parquet"):
                yield from ((f"{path}: row {n}", row) for n, row in enumerate(_parquet(path), start=1))
            elif name.endswith((".csv", ".csv.gz")):
                dynamic = [column for column, kind in (columns or {}).items() if kind == "dynamic"]
                reader = csv.DictReader(_lines(path), strict=True)
                for number, row in _csv_rows(path, reader):
                    yield f"{path}:{number}", _csv_row(path, number, row, dynamic)
            elif name.endswith(".json"):
                values = _parsed(path, 1, path.read_text(encoding="utf-8-sig"))
                for number, value in enumerate(values if isinstance(values, list) else [values], start=1):
                    yield f"{path}: row {number}", _row(f"{path}: row {number}", value)
            else:
                for number, line in enumerate(_lines(path), start=1):
                    if not line.isspace():
                        yield f"{path}:{number}", _row(f"{path}:{number}:1", _parsed(path, number, line))
        except UnicodeDecodeError:
            raise TableFileError(f"{path}:{_line_of_no_text(path)}: this is not UTF-8; save the file so") from None
        except (OSError, EOFError) as error:
            raise TableFileError(f"{path}: {getattr(error, 'strerror', None) or error}") from None

    def columns(self) -> dict[str, str]:
        """The columns with the Kusto types that their first values look like: text is a time only if all is.

        Raises TableFileError.
        """
        text = ".csv" in self.path.suffixes
        kinds: dict[str, set[str]] = {name: set() for name in self._header()} if text else {}
        for row in islice(self.rows(), LOOKED_AT):
            for name, value in row.items():
                found = kinds.setdefault(name, set())
                if value is not None and value != "":
                    found.add(_kind_of(value, text))
        return {name: _common(found) for name, found in kinds.items()}

    def _header(self) -> list[str]:
        """What the first line of a CSV file says, as far as it can be read."""
        try:
            return next(csv.reader(_lines(self.path)), [])
        except (OSError, EOFError, ValueError, csv.Error):
            return []  # reading the rows says what is wrong


def table_files(table: str | None, path: Path) -> dict[str, TableFile]:
    """The tables of a file, or of a folder's files by their names. Raises TableFileError when there are none."""
    if path.is_dir():
        found: dict[str, TableFile] = {}
        for each in sorted(path.iterdir()):
            if each.name.endswith(SUFFIXES) and (other := found.setdefault(_stem(each), TableFile(each))).path != each:
                both = f"{other.path} and {each} would both be the table {_stem(each)}"
                raise TableFileError(f"{both}; give the files one by one, as NAME=PATH")
        if not found:
            raise TableFileError(f"the folder {path} has no file that ends in one of {', '.join(SUFFIXES)}")
        return found
    if not path.is_file():
        raise TableFileError(f"{path}: there is no such file or folder")
    if not path.name.endswith(SUFFIXES):
        raise TableFileError(f"{path} does not end in one of {', '.join(SUFFIXES)}")
    return {table or _stem(path): TableFile(path)}


def _stem(path: Path) -> str:
    return path.name.partition(".")[0]


def _lines(path: Path) -> Iterator[str]:
    opened = partial(gzip.open, path, "rt") if path.suffix == ".gz" else path.open
    with opened(encoding="utf-8-sig", newline="") as file:
        yield from file


def _line_of_no_text(path: Path) -> int:
    """The first line that is not UTF-8."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 1


def _parsed(path: Path, number: int, text: str) -> Any:
    """The JSON that begins on a line of the file."""
    try:
        value = json.loads(text)
        if "\\u" in text or "\\U" in text:
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except json.JSONDecodeError as error:
        place = f"{path}:{number + error.lineno - 1}:{error.colno}"
        raise TableFileError(f"{place}: this is not valid JSON: {error.msg}") from None
    except UnicodeEncodeError:
        what = "half of a character (a surrogate, \\ud800 to \\udfff) stands by itself"
    except RecursionError:
        what = "this is nested too deeply"
    except ValueError:
        what = "a number of more than 4,300 digits"
    raise TableFileError(f"{path}:{number}:1: {what}")


def _row(place: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TableFileError(f"{place}: a row is a JSON object")
    if "" in value:
        raise TableFileError(f"{place}: a key is empty, and a column needs a name")
    return value


def _csv_rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a CSV file, each behind the number of its last line."""
    try:
        names = list(reader.fieldnames or ())
        if "" in names:
            raise TableFileError(
                f"{path}:1: the header's value {names.index('') + 1} is empty, and a column needs a name"
            )
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise TableFileError(f"{path}:1: the header names {twice} twice")
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        said = "a quote is never closed" if "unexpected end" in str(error) else str(error)
        raise TableFileError(f"{path}:{reader.line_num + 1}: this is not valid CSV: {said}") from None


def _csv_row(path: Path, number: int, row: dict[str, Any], dynamic: list[str]) -> dict[str, Any]:
    if None in row:
        raise TableFileError(f"{path}:{number}: the line has more values than the header names")
    values = {name: value for name, value in row.items() if value not in (None, "")}
    for name in dynamic:
        if name in values:
            try:
                values[name] = json.loads(values[name])
            except (ValueError, RecursionError) as error:
                raise TableFileError(f"{path}:{number}: {name} is dynamic, and its text is no JSON: {error}") from None
    return values


def _parquet(path: Path) -> Iterator[dict[str, Any]]:
    import duckdb

    from masthead.kql.engine.files import column_names

    with duckdb.connect(":memory:") as connection:
        try:
            relation = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            kinds = [str(each[1]) for each in relation.description]
            names = column_names(path)
            for name, kind in zip(names, kinds, strict=True):
                if "BLOB" in kind:
                    message = f"{path}: {name} is {kind}, which no type of Kusto is like; convert it in the file"
                    raise TableFileError(message)
            while rows := relation.fetchmany(5_000):
                yield from (dict(zip(names, map(_python, row), strict=True)) for row in rows)
        except duckdb.Error as error:
            raise TableFileError(f"{path} cannot be read as rows: {str(error).splitlines()[0]}") from None


def _python(value: Any) -> Any:
    """A value of Parquet as one of the types that `_NAMED` has: a day is a time, a time of day a timespan."""
    if type(value) is date:
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, time) and value.tzinfo is None:
        return timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    return value


_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")  # 007 is a name
_REAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[-+]\d{2}:?\d{2})?")
_DECIMALS_END = 10**20
_NAMED = {"bool": "bool", "int": "long", "float": "real", "datetime": "datetime", "timedelta": "timespan"}
_NAMED |= {"UUID": "guid", "Decimal": "decimal", "str": "string"}


def _kind_of(value: Any, text: bool) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and not -(1 << 63) <= value < 1 << 63:
        return "decimal" if abs(value) < _DECIMALS_END else "string"
    if not isinstance(value, str):
        return _NAMED.get(type(value).__name__, "dynamic")
    if _TIME.fullmatch(value):
        return "datetime"
    if text and _WHOLE.fullmatch(value):
        return "long"
    if text and _REAL.fullmatch(value):
        return "real"
    return "bool" if text and value.lower() in ("true", "false") else "string"


def _common(kinds: set[str]) -> str:
    if len(kinds) == 1:
        return kinds.pop()
    if kinds == {"long", "real"}:
        return "real"
    if kinds == {"long", "decimal"}:
        return "decimal"
    return "dynamic" if "dynamic" in kinds else "string"

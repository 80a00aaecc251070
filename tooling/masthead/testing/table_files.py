"""Files that somebody queries as tables: CSV, NDJSON (gzipped too), JSON and Parquet, or a folder of them."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
        name = self.path.name
        try:
            if name.endswith(".parquet"):
                yield from _parquet(self.path)
            elif name.endswith((".csv", ".csv.gz")):
                dynamic = [column for column, kind in (columns or {}).items() if kind == "dynamic"]
                reader = csv.DictReader(_lines(self.path))
                for row in reader:
                    yield _csv_row(self.path, reader.line_num, row, dynamic)
            elif name.endswith(".json"):
                yield from _objects(json.loads(self.path.read_text(encoding="utf-8-sig")))
            else:
                for number, line in enumerate(_lines(self.path), start=1):
                    if not line.isspace():
                        yield _line_object(self.path, number, line)
        except (OSError, EOFError) as error:
            raise TableFileError(f"{self.path}: {getattr(error, 'strerror', None) or error}") from None
        except (ValueError, csv.Error, RecursionError) as error:
            raise TableFileError(f"{self.path} cannot be read as rows: {error}") from None

    def columns(self) -> dict[str, str]:
        """The columns with the Kusto types that their first values look like: text is a time only if all is.

        Raises TableFileError.
        """
        kinds: dict[str, set[str]] = {}
        text = ".csv" in self.path.suffixes
        for row in islice(self.rows(), LOOKED_AT):
            for name, value in row.items():
                found = kinds.setdefault(name, set())
                if value is not None and value != "":
                    found.add(_kind_of(value, text))
        return {name: _common(found) for name, found in kinds.items()}


def table_files(table: str | None, path: Path) -> dict[str, TableFile]:
    """The tables of a file, or of a folder's files by their names. Raises TableFileError when there are none."""
    if path.is_dir():
        found = {_stem(each): TableFile(each) for each in sorted(path.iterdir()) if each.name.endswith(SUFFIXES)}
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


def _objects(values: Any) -> Iterator[dict[str, Any]]:
    for value in values if not isinstance(values, dict) else [values]:
        if not isinstance(value, dict):
            raise ValueError("a row is a JSON object")
        yield value


def _line_object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        (row,) = _objects([json.loads(line)])
    except json.JSONDecodeError as error:
        raise TableFileError(f"{path}:{number}:{error.pos + 1}: this is not valid JSON: {error.msg}") from None
    except ValueError as error:
        raise TableFileError(f"{path}:{number}:1: {error}") from None
    return row


def _csv_row(path: Path, number: int, row: dict[str, Any], dynamic: list[str]) -> dict[str, Any]:
    if None in row:
        raise TableFileError(f"{path}:{number}: the line has more values than the header names")
    values = {name: value for name, value in row.items() if value not in (None, "")}
    for name in dynamic:
        if name in values:
            try:
                values[name] = json.loads(values[name])
            except ValueError as error:
                raise TableFileError(f"{path}:{number}: {name} is dynamic, and its text is no JSON: {error}") from None
    return values


def _parquet(path: Path) -> Iterator[dict[str, Any]]:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        try:
            relation = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
            names = [each[0] for each in relation.description]
            while rows := relation.fetchmany(5_000):
                yield from (dict(zip(names, row, strict=True)) for row in rows)
        except duckdb.Error as error:
            raise ValueError(str(error).splitlines()[0]) from None


_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")  # 007 is a name
_REAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[-+]\d{2}:?\d{2})?")
_NAMED = {"bool": "bool", "int": "long", "float": "real", "datetime": "datetime", "timedelta": "timespan"}
_NAMED |= {"UUID": "guid", "Decimal": "decimal", "str": "string"}


def _kind_of(value: Any, text: bool) -> str:
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
    return "dynamic" if "dynamic" in kinds else "string"

"""Watchlists: a YAML file that describes the list, and a CSV file beside it with the rows."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Self

from masthead.content.document import Document
from masthead.content.files import read_text
from masthead.content.finding import ContentError, Finding, finding
from masthead.content.layout import ContentFile, Kind
from masthead.content.location import SourceFile
from masthead.content.model import Content
from masthead.content.schema import checked_data

MAX_BYTES = 3_800_000
MAX_LINE = 10_240
"""Sentinel's limits for a watchlist: 3.8 MB a file, and 10,240 characters a line."""

MAX_FINDINGS = 100
"""Of the rows of one watchlist."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a watchlist."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watchlist(Content):
    """A list that queries consult as `_GetWatchlist('alias')`; `items_search_key` names the column to look up by.

    Each of `rows` maps every column to text, which is all that CSV and Sentinel know.
    """

    id: str
    alias: str
    display_name: str
    description: str
    provider: str | None
    version: str
    items_search_key: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, str], ...]

    @classmethod
    def read(cls, document: Document, file: ContentFile, root: Path) -> Self:
        """The watchlist in `document` with the rows beside it.

        Raises ContentError with what its schema refuses, and MH011 (with lines) for rows that do not fit.
        """
        data = checked_data(document, Kind.WATCHLIST)
        columns = tuple(Column(each["name"], each["description"]) for each in data["columns"])
        names = [column.name for column in columns]
        if data["itemsSearchKey"] not in names:
            message = f"itemsSearchKey names the column {data['itemsSearchKey']}, which the watchlist does not have"
            hint = f"Its columns are {', '.join(names)}."
            raise ContentError(document.finding("MH011", message, ("itemsSearchKey",), hint=hint))
        rows_path = PurePosixPath(file.path).with_suffix(".csv")
        return cls(
            file=file,
            document=document,
            id=data["id"],
            alias=data["watchlistAlias"],
            display_name=data["displayName"],
            description=data["description"],
            provider=data.get("provider"),
            version=data["version"],
            items_search_key=data["itemsSearchKey"],
            columns=columns,
            rows=read_rows(rows_path, root, names),
        )


def read_rows(path: str | PurePath, root: Path, columns: list[str]) -> tuple[dict[str, str], ...]:
    """The rows of the CSV file at `path` (relative to `root`), for a watchlist with these columns: its own, or what it
    has in their place in some workspace.

    Raises ContentError: what `read_text` refuses, and MH011 (with lines) for rows that do not fit.
    """
    source = read_text(root / path, root, MAX_BYTES)
    too_long = f"the line has more than {MAX_LINE:,} characters"
    findings = [_line_finding(source, number, too_long) for number in _long_lines(source)]
    reader = csv.reader(io.StringIO(source.text, newline=""), strict=True)
    rows: list[dict[str, str]] = []
    last = 0
    try:
        header = next(reader, [])
        if header != columns:
            message = f"the first line names the columns {', '.join(header) or '(none)'}, not {', '.join(columns)}"
            hint = "The columns are those of the watchlist's YAML file, in its order."
            findings.append(_line_finding(source, 1, message, hint))
        last = reader.line_num
        for values in reader:
            first, last = last + 1, reader.line_num
            if len(values) != len(columns):
                hint = "Quote a value that holds a comma." if len(values) > len(columns) else None
                message = f"the row has {_count(len(values), 'value')}, but there are {_count(len(columns), 'column')}"
                findings.append(_line_finding(source, first, message, hint))
            else:
                rows.append(dict(zip(columns, values, strict=True)))
    except csv.Error as error:
        hint = "A quote that is part of a value is written twice, and the value in quotes."
        line = min(last + 1, source.line_count)
        findings.append(_line_finding(source, line, f"this is not valid CSV: {error}", hint))
    if findings:
        raise ContentError(findings[:MAX_FINDINGS])
    return tuple(rows)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _long_lines(source: SourceFile) -> list[int]:
    return [number for number in range(1, source.line_count + 1) if len(source.line(number)) > MAX_LINE]


def _line_finding(source: SourceFile, line: int, message: str, hint: str | None = None) -> Finding:
    return finding("MH011", message, source, source.line_span(line), hint=hint)

"""Rows on their way into a table: checked against its columns, as lists of SQL values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from masthead.kql.engine.values import incoming
from masthead.kql.errors import KqlError
from masthead.kql.translate.model import INGESTED, identifiers
from masthead.kql.translate.types import quote, sql_type


def sql_kinds(columns: Mapping[str, str]) -> list[str]:
    """The SQL types of a table's columns, given with their Kusto types; the last is the time of ingestion."""
    return [*(sql_type(kind) for kind in columns.values()), "BIGINT"]


def definition(columns: Mapping[str, str]) -> str:
    """The columns as CREATE TABLE wants them."""
    names = [*identifiers(list(columns)), INGESTED]
    return ", ".join(f"{quote(name)} {kind}" for name, kind in zip(names, sql_kinds(columns), strict=True))


def sql_rows(table: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """The rows as values for the columns of `table`, and when each came in.

    A row's "_ingestion_time" says when it came in; without it, it came in at its TimeGenerated. Values are Python's or
    JSON's. Raises KqlError for an unknown column, or a value that is not of its column's type.
    """
    converters = [(name, kind, incoming(kind)) for name, kind in columns.items()]
    instant = incoming("datetime")
    generated = list(columns).index("TimeGenerated") if columns.get("TimeGenerated") == "datetime" else None
    known = {*columns, "_ingestion_time"}
    for number, row in enumerate(rows, start=1):
        if not known.issuperset(row):
            name = min(set(row) - known)
            raise KqlError(f"row {number}: {table} has no column {name}", code="MASTHEAD-TABLE")
        values: list[Any] = []
        for name, kind, convert in converters:
            value = row.get(name)
            if value is None:
                values.append("" if kind == "string" else None)
                continue
            try:
                values.append(convert(value))
            except (ValueError, TypeError, ArithmeticError):
                shown = json.dumps(value, default=str)[:60]
                raise KqlError(
                    f"row {number}: {name} is a {kind}, and {shown} is none", code="MASTHEAD-TABLE"
                ) from None
        arrived = row.get("_ingestion_time") or (row.get("TimeGenerated") if generated is None else None)
        try:
            values.append(instant(arrived) if arrived else None if generated is None else values[generated])
        except ValueError:
            raise KqlError(f"row {number}: {arrived!r} is no ingestion time", code="MASTHEAD-TABLE") from None
        yield values

"""Tables over Parquet files: a view that turns what the files have into Kusto's types, row by row as a query reads.

The rows stay in the files. What a query does not read is not read, and its filters, on time above all, skip the groups
of rows whose statistics rule them out: DuckDB follows them through the view's arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from masthead.kql.errors import KqlError
from masthead.kql.translate.model import INGESTED, identifiers, raw_of
from masthead.kql.translate.types import UNIX_EPOCH_TICKS, null_of, quote, string_literal

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_INSTANT = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP WITH TIME ZONE", "DATE")
_NESTED = re.compile(r"STRUCT|MAP|\[")
# Within a nested value these have no spelling that all agree on.
_UNSPELLED = re.compile(r"\b(TIMESTAMP|DATE|TIME|INTERVAL|BLOB|BIT|UNION|HUGEINT|UHUGEINT)\b")
_GLOB = re.compile(r"[*?\[\]]")


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """The files of one table, and the SQL types of the columns that they have together.

    full: the columns of which the files' statistics say that no value is null, or an empty text.
    """

    files: tuple[Path, ...]
    types: Mapping[str, str]
    full: frozenset[str] = frozenset()

    def columns(self) -> dict[str, str]:
        """The columns with the Kusto types that are closest. Raises KqlError where there is none."""
        return {name: _kusto_type(self, name, kind) for name, kind in self.types.items()}

    def raw(self, columns: Mapping[str, str]) -> frozenset[str]:
        """The dynamic columns whose JSON the files have as it is: see `ColumnRef.raw`."""
        return frozenset(
            name for name, kind in columns.items() if kind == "dynamic" and self.types.get(name) in ("JSON", "VARCHAR")
        )

    def view(self, columns: Mapping[str, str]) -> str:
        """SQL for the rows in a table's columns, given with their Kusto types; a column that the files lack is null.

        Raises KqlError for columns that the table lacks, and types that are not exactly those of the table.
        """
        if unknown := sorted({*self.types} - {*columns, "_ingestion_time"}):
            raise KqlError(f"{self.files[0]}: the table has no column {unknown[0]}", code="MASTHEAD-TABLE")
        parts = [
            f"{self._value(name, kind)} AS {quote(identifier)}"
            for (name, kind), identifier in zip(columns.items(), identifiers(list(columns)), strict=True)
        ]
        raw = self.raw(columns)
        parts += [
            f"{self._raw(name)} AS {quote(raw_of(identifier))}"
            for name, identifier in zip(columns, identifiers(list(columns)), strict=True)
            if name in raw
        ]
        arrived = "_ingestion_time" if "_ingestion_time" in self.types else "TimeGenerated"
        parts.append(f"{self._value(arrived, 'datetime')} AS {quote(INGESTED)}")
        return f"SELECT {', '.join(parts)} FROM {_read(self.files)}"

    def _raw(self, name: str) -> str:
        if self.types[name] == "VARCHAR":
            return f"kq_json_text_of({quote(name)})"
        text = f"{quote(name)}::VARCHAR"
        return text if name in self.full else f"nullif({text}, '')"

    def _value(self, name: str, kind: str) -> str:
        have = self.types.get(name)
        if have is None:
            return null_of(kind)
        if kind == "string" and have == "VARCHAR" and name in self.full:
            # As it is: what files repeat they hold once, and SQL looks at it once, unless something stands around it.
            return quote(name)
        template = _template(have, kind)
        if template is None:
            message = f"{self.files[0]}: {name} is a {kind}, and the file has {_shown(have)}; convert it in the file"
            raise KqlError(message, code="MASTHEAD-TABLE")
        return template.format(quote(name))


def parquet_table(files: Sequence[Path]) -> ParquetTable:
    """The Parquet files as one table. Raises KqlError for files that cannot be read, or that disagree on a type."""
    import duckdb

    if not files:
        raise KqlError("a table needs a Parquet file", code="MASTHEAD-TABLE")
    resolved = tuple(path.resolve() for path in files)
    for path in resolved:
        if _GLOB.search(path.as_posix()):
            raise KqlError(f"{path}: a name with one of * ? [ ] is a pattern here; rename it", code="MASTHEAD-TABLE")
    types: dict[str, str] = {}
    with duckdb.connect(":memory:") as connection:
        for path in resolved:
            try:
                described = connection.execute(f"DESCRIBE SELECT * FROM {_read([path])}").fetchall()
            except duckdb.Error as error:
                raise KqlError(f"{path}: {str(error).splitlines()[0]}", code="MASTHEAD-TABLE") from None
            if any(name != each[0] for name, each in zip(column_names(path), described, strict=True)):
                message = f"{path}: two columns differ in case only, or not at all; rename one of them"
                raise KqlError(message, code="MASTHEAD-TABLE")
            for name, kind, *_ in described:
                if types.setdefault(name, kind) != kind:
                    message = f"{path}: {name} is {_shown(kind)}, and in the files before {_shown(types[name])}"
                    raise KqlError(message, code="MASTHEAD-TABLE")
        full = _full(connection, resolved, types)
    return ParquetTable(resolved, types, full)


def column_names(path: Path) -> list[str]:
    """The columns of a Parquet file as it names them; DuckDB renames those that differ in case only.

    Raises duckdb.Error for a file that cannot be read.
    """
    import duckdb

    with duckdb.connect(":memory:") as connection:
        query = "SELECT name, coalesce(num_children, 0) FROM parquet_schema(?)"
        (_, _), *elements = connection.execute(query, [path.as_posix()]).fetchall()
    names: list[str] = []
    within = 0  # elements that are yet to come of the column before
    for name, children in elements:
        if within:
            within -= 1
        else:
            names.append(name)
        within += children
    return names


def _full(connection: Any, files: Sequence[Path], types: Mapping[str, str]) -> frozenset[str]:
    """The columns without a null and without an empty text, as far as the files' statistics tell."""
    listed = ", ".join(string_literal(path.as_posix()) for path in files)
    told = connection.execute(
        "SELECT path_in_schema, count(*), count(DISTINCT (file_name, row_group_id)) FROM "
        f"parquet_metadata([{listed}]) WHERE stats_null_count = 0 AND stats_min_value > '' GROUP BY 1"
    ).fetchall()
    groups = connection.execute(
        f"SELECT count(DISTINCT (file_name, row_group_id)) FROM parquet_metadata([{listed}])"
    ).fetchone()[0]
    return frozenset(name for name, chunks, found in told if chunks == found == groups and name in types)


def _read(files: Sequence[Path]) -> str:
    listed = ", ".join(string_literal(path.as_posix()) for path in files)
    return f"read_parquet([{listed}], union_by_name = true)"


def _shown(sql_type: str) -> str:
    return sql_type if len(sql_type) <= 60 else sql_type[:57] + "..."


def _template(have: str, kind: str) -> str | None:
    """SQL that makes a value of a Kusto type of a column, {0}, of a SQL type; None where that would be a guess."""
    whole, decimal = have in _WHOLE, have.startswith("DECIMAL")
    if kind == "string":
        text = have in ("VARCHAR", "JSON", "UUID") or whole or have.startswith("ENUM")
        return "coalesce({0}::VARCHAR, '')" if text else None
    if kind in ("long", "int"):
        return f"{{0}}::{'BIGINT' if kind == 'long' else 'INTEGER'}" if whole else None
    if kind == "real":
        return "{0}::DOUBLE" if whole or decimal or have in ("FLOAT", "DOUBLE") else None
    if kind == "decimal":
        return "{0}::DECIMAL(38,18)" if whole or decimal else None
    if kind == "bool":
        return "{0}" if have == "BOOLEAN" else None
    if kind == "guid":
        return "{0}::UUID" if have in ("UUID", "VARCHAR") else None
    if kind == "timespan":
        return "epoch_us({0}) * 10" if have == "TIME" else None
    if kind == "datetime":
        if have == "TIMESTAMP_NS":
            return f"(epoch_ns({{0}}) + {UNIX_EPOCH_TICKS}00::HUGEINT) // 100"
        return f"(epoch_us({{0}}) + {UNIX_EPOCH_TICKS // 10}) * 10" if have in _INSTANT else None
    if have == "JSON":
        return "kq_json(json(nullif({0}::VARCHAR, '')))"
    if have == "VARCHAR":
        return "kq_json(json(kq_json_text_of({0})))"
    if have == "BOOLEAN" or whole or (_NESTED.search(have) and not _UNSPELLED.search(have)):
        return "to_json({0})"
    return "kq_real_json({0}::DOUBLE)" if have in ("FLOAT", "DOUBLE") else None


def _kusto_type(table: ParquetTable, name: str, have: str) -> str:
    """The Kusto type of a column whose type nobody says."""
    for kind in ("bool", "datetime", "guid" if have == "UUID" else "string", "timespan", "dynamic"):
        if have in _WHOLE or have.startswith("DECIMAL") or have in ("FLOAT", "DOUBLE"):
            kind = "long" if have in _WHOLE else "decimal" if have.startswith("DECIMAL") else "real"
        elif have == "JSON":
            kind = "dynamic"
        if _template(have, kind) is not None:
            return kind
    message = f"{table.files[0]}: {name} is {_shown(have)}, which no type of Kusto is like"
    raise KqlError(message, code="MASTHEAD-TABLE")

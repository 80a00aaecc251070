"""Kusto's scalar types in SQL.

| Kusto | SQL | why |
|---|---|---|
| string | VARCHAR, never NULL | Kusto's strings have no null: a missing one is "" |
| datetime, timespan | BIGINT, ticks of 100 ns (since 0001-01-01) | Kusto's own: exact, bin() is integer arithmetic |
| dynamic | JSON | text keeps the order of keys and the spelling of numbers, as Kusto does; NULL is dynamic(null) |
| decimal | DECIMAL(38, 18) | exact; 20 digits before the point |
| guid | UUID | |
"""

from __future__ import annotations

from contextvars import ContextVar

SQL_TYPES = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "int": "INTEGER",
    "real": "DOUBLE",
    "bool": "BOOLEAN",
    "datetime": "BIGINT",
    "timespan": "BIGINT",
    "dynamic": "JSON",
    "decimal": "DECIMAL(38,18)",
    "guid": "UUID",
}

ALIASES = {
    "boolean": "bool",
    "date": "datetime",
    "double": "real",
    "float": "real",
    "time": "timespan",
    "uniqueid": "guid",
    "uuid": "guid",
    "uint": "long",
    "ulong": "long",
    "int32": "int",
    "int64": "long",
}

NUMERIC = ("int", "long", "real", "decimal")
TEMPORAL = ("datetime", "timespan")

TICKS_PER_MICROSECOND = 10
TICKS_PER_SECOND = 10_000_000
TICKS_PER_DAY = 86_400 * TICKS_PER_SECOND
UNIX_EPOCH_TICKS = 621_355_968_000_000_000
MAX_DATETIME_TICKS = 3_155_378_975_999_999_999


def canonical_type(name: str) -> str:
    """The Kusto type that `name`, perhaps an alias such as double, stands for. Raises KeyError for others."""
    name = ALIASES.get(name, name)
    if name not in SQL_TYPES:
        raise KeyError(name)
    return name


def sql_type(kusto_type: str) -> str:
    """The SQL type of a Kusto type. The binder's type of an unknown value is dynamic's."""
    return SQL_TYPES[kusto_type]


def quote(identifier: str) -> str:
    """An identifier for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def string_literal(text: str) -> str:
    """A string for SQL. A NUL, which DuckDB's parser would stop at, is spelled out."""
    quoted = "'" + text.replace("'", "''") + "'"
    return quoted if "\0" not in text else "(" + quoted.replace("\0", "' || chr(0) || '") + ")"


def null_of(kusto_type: str) -> str:
    """The null of a type; for strings, which have none, the empty string."""
    return "''" if kusto_type == "string" else f"NULL::{sql_type(kusto_type)}"


REFUSAL = "MASTHEAD-UNSUPPORTED: "
"""How a message begins that refuses while the SQL runs. Before its colon may stand the place, as `refused` puts it."""

PLACE: ContextVar[tuple[int, int] | None] = ContextVar("place", default=None)
"""The place in the query, as offsets, of what is being translated."""


def refused(what: str) -> str:
    """SQL that refuses, when it runs, what only the data tells that this engine does not support."""
    place = PLACE.get()
    mark = REFUSAL if place is None else REFUSAL.replace(":", f" {place[0]}-{place[1]}:")
    return f"error({string_literal(mark + what)})"


TOO_LONG = refused("replacing what may make a text longer than 256 MB")  # the limit of the macros kq_replace…

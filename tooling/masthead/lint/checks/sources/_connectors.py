"""What the catalog says about connectors and tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from masthead.content.project import Project


@dataclass(frozen=True, slots=True)
class Sources:
    """Connector → the tables it fills, and table → the connectors that fill it.

    `tables_of` holds every connector of the catalog. `connectors_of` holds every table of a log source; for one that
    arrives without a connector, the set is empty.
    """

    tables_of: dict[str, frozenset[str]]
    connectors_of: dict[str, frozenset[str]]


@cache
def sources_of(project: Project) -> Sources:
    """What the catalog of `project` says. A connector that lists no data types fills all tables of its log source."""
    tables_of: dict[str, set[str]] = {}
    connectors_of: dict[str, set[str]] = {}
    for source in project.log_sources.readable():
        for table in source.tables:
            connectors_of.setdefault(table, set())
        for connector in source.connectors:
            if connector.id is None:
                continue
            tables = {table_name(each) for each in connector.data_types} & set(source.tables) or set(source.tables)
            tables_of.setdefault(connector.id, set()).update(tables)
            for table in tables:
                connectors_of[table].add(connector.id)
    return Sources(_frozen(tables_of), _frozen(connectors_of))


def table_name(data_type: str) -> str:
    """The table that a data type means: `SecurityAlert (ASC)` is a part of SecurityAlert."""
    return data_type.split("(")[0].strip()


def _frozen(sets: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(members) for name, members in sets.items()}

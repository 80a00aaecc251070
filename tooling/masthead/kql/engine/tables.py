"""The schemas of an engine's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from masthead.kql.translate.types import canonical_type


class Tables(Mapping[str, Mapping[str, str]]):
    """The schemas of tables with canonical types, each made when it is asked for: a project may know 800 tables."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        self._given = tables
        self._made: dict[str, dict[str, str]] = {}
        self._added: dict[str, None] = {}
        self.raw: dict[str, frozenset[str]] = {}  # of tables over files, the columns with a raw form: ColumnRef.raw

    def add(self, table: str, columns: dict[str, str]) -> None:
        """A table more, whose types are canonical."""
        self._made[table] = columns
        self._added[table] = None

    @property
    def added(self) -> Mapping[str, Mapping[str, str]]:
        """The tables that were added, with their columns."""
        return {name: self._made[name] for name in self._added}

    def __getitem__(self, table: str) -> Mapping[str, str]:
        if table not in self._made:
            # The same object each time: the language service knows by it that it has been told this schema.
            self._made[table] = {column: canonical_type(kind) for column, kind in self._given[table].items()}
        return self._made[table]

    def __contains__(self, table: object) -> bool:
        return table in self._added or table in self._given

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)  # `union *` does not reach what was added: watchlists and fixtures

    def __len__(self) -> int:
        return len(self._given)

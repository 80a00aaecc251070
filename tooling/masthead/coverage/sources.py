"""Which log sources a piece of content depends on: those of the tables that its KQL reads."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from masthead import __version__
from masthead.content.catalog import LogSource
from masthead.content.model import Query
from masthead.content.project import Project
from masthead.content.workbooks import Workbook
from masthead.coverage.cache import TableCache
from masthead.kql.binding import Binding
from masthead.workbooks.substitution import example_values, substitute


class TableReader:
    """Tells the tables and log sources of content in `project`; a context manager that remembers them for next time."""

    def __init__(self, project: Project) -> None:
        self._binding = Binding(project)
        self._cache = TableCache(project.root, _context(project))
        self._sources: dict[str, list[LogSource]] = {}
        for source in project.log_sources.readable():
            for table in source.tables:
                self._sources.setdefault(table, []).append(source)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._cache.save()

    def tables(self, content: Query | Workbook) -> tuple[str, ...]:
        """The tables that its queries read, through functions too, in the order they name them.

        Raises LanguageError when a query is too costly to bind.
        """
        found = (table for query in _queries(content) for table in self._tables(query))
        return tuple(dict.fromkeys(found))

    def _tables(self, query: str) -> tuple[str, ...]:
        return self._cache.tables(query, lambda: self._bound_tables(query))

    def _bound_tables(self, query: str) -> tuple[str, ...]:
        analysis = self._binding.analyze(query, analyzers=False)
        return tuple(dict.fromkeys(reference.name for reference in analysis.tables))

    def tables_by_source(self, content: Query | Workbook) -> dict[str | None, tuple[str, ...]]:
        """The tables that its queries read, by the slug of the log source that fills them.

        Where several sources fill a table, those whose connector the content requires; None is for tables that no
        source of the catalog fills. Raises LanguageError like `tables`.
        """
        connectors = () if isinstance(content, Workbook) else content.required_data_connectors
        required = {connector.connector_id for connector in connectors}
        found: dict[str | None, list[str]] = {}
        for table in self.tables(content):
            for slug in self._slugs(table, required):
                found.setdefault(slug, []).append(table)
        return {slug: tuple(tables) for slug, tables in found.items()}

    def _slugs(self, table: str, required: set[str]) -> list[str] | list[None]:
        filled_by = self._sources.get(table, [])
        chosen = [source for source in filled_by if required & {each.id for each in source.connectors}]
        return [source.slug for source in chosen or filled_by] or [None]


def _queries(content: Query | Workbook) -> tuple[str, ...]:
    if isinstance(content, Workbook):
        values = example_values(content)
        return tuple(substitute(each.query, values).text for each in content.questions)
    return (content.query,)


def _context(project: Project) -> Iterator[str]:
    yield __version__
    yield from sorted(project.table_names)
    for function in project.functions.readable():
        yield f"{function.alias}({function.parameters}) {function.query}"

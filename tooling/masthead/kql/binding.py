"""What the queries of a project may name: its tables, functions and watchlists, as the language service wants them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from masthead.content.functions import Function, Parameter
from masthead.content.project import Project
from masthead.kql.language import Analysis, LanguageService, StoredFunction

# https://learn.microsoft.com/azure/sentinel/watchlists-queries: SearchKey repeats the column that itemsSearchKey names.
ADDED_TO_WATCHLISTS = {"_DTItemId": "string", "LastUpdatedTimeUTC": "datetime", "SearchKey": "string"}


class Schemas(Mapping[str, Mapping[str, str]]):
    """The schemas of the tables that a project knows, {table: {column: type}}, each read when it is asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._names = project.table_names
        self._read: dict[str, Mapping[str, str]] = {}

    def __getitem__(self, table: str) -> Mapping[str, str]:
        if table not in self._read:
            if table not in self._names:
                raise KeyError(table)
            # The same object each time: the language service knows by it that it has been told this schema.
            self._read[table] = self._project.schema(table) or {}
        return self._read[table]

    def __contains__(self, table: object) -> bool:
        return table in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return len(self._names)


class Binding:
    """Binds queries to what `project` has. Functions and watchlists that cannot be read are left out: lint says why."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def tables(self) -> Schemas:
        """Every table that the catalog or Azure Monitor knows."""
        return Schemas(self.project)

    @cached_property
    def functions(self) -> tuple[StoredFunction, ...]:
        """The project's functions."""
        return tuple(stored_function(each) for each in self.project.functions.readable())

    @cached_property
    def watchlists(self) -> dict[str, dict[str, str]]:
        """The columns of each watchlist by its alias: text, and those that Sentinel adds to every list."""
        return {
            each.alias: {**ADDED_TO_WATCHLISTS, **{column.name: "string" for column in each.columns}}
            for each in self.project.watchlists.readable()
        }

    def analyze(self, query: str, *, tree: bool = True, analyzers: bool = True) -> Analysis:
        """What Microsoft's language service knows about `query`; see LanguageService.analyze, LanguageError too."""
        service = LanguageService.shared()
        return service.analyze(query, self.tables, self.functions, self.watchlists, tree=tree, analyzers=analyzers)


def stored_function(function: Function) -> StoredFunction:
    """`function` as the language service and the engine declare it."""
    parameters = ", ".join(_declaration(each) for each in function.parameters)
    return StoredFunction(function.alias, f"({parameters})", function.query)


def _declaration(parameter: Parameter) -> str:
    default = "" if parameter.default is None else f" = {parameter.default}"
    return f"{parameter.name}: {parameter.type}{default}"

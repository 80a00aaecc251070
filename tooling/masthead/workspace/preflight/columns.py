"""Whether queries work with the columns that tables have in a workspace: the binder is asked, as the service is."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping

from masthead.content.project import Project
from masthead.kql.binding import Binding
from masthead.kql.language import LanguageService
from masthead.workspace.preflight.reading import Piece
from masthead.workspace.preflight.states import TableState


def broken_by_columns(
    project: Project, pieces: Iterable[Piece], states: Mapping[str, TableState]
) -> dict[tuple[str, str], str]:
    """What the binder says of each piece that a table's columns break, by (path of the piece, table).

    Only pieces that name a column which differs from the catalog's are bound. Raises LanguageError.
    """
    binding = Binding(project)
    found = {}
    for piece in pieces:
        for table in piece.tables:
            state = states.get(table)
            if state is not None and _names_any(piece, state) and (said := _broken(binding, piece, state)):
                found[piece.path, table] = said
    return found


def differing(state: TableState) -> tuple[str, ...]:
    """The columns that the workspace does not have as the catalog has them."""
    return (*state.missing_columns, *(each.column for each in state.other_types))


def _names_any(piece: Piece, state: TableState) -> bool:
    columns = differing(state)
    return bool(columns) and any(not words.isdisjoint(columns) for words in piece.words)


def _broken(binding: Binding, piece: Piece, state: TableState) -> str | None:
    live = dict(binding.tables[state.name])
    for column in state.missing_columns:
        del live[column]
    live |= {each.column: each.found for each in state.other_types}
    for query in piece.queries:
        if errors := _errors(binding, query, {state.name: live}):
            before = _errors(binding, query, {})
            if new := [each for each in errors if each not in before]:
                return new[0]
    return None


def _errors(binding: Binding, query: str, other: Mapping[str, Mapping[str, str]]) -> list[str]:
    tables = ChainMap(other, binding.tables)  # type: ignore[arg-type]  # it is only read
    found = LanguageService.shared().analyze(
        query, tables, binding.functions, binding.watchlists, tree=False, analyzers=False
    )
    return [each.message for each in found.errors]

"""Looks at tables of a workspace: whether they are there, on which plan, with which columns and rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from masthead.content.project import Project
from masthead.workspace.asking import QueryRefused
from masthead.workspace.preflight.freshness import COUNT, Asked, Seen, count_rows, count_rows_of
from masthead.workspace.preflight.permission import if_permitted
from masthead.workspace.preflight.states import OtherType, TablePlan, TableState
from masthead.workspace.session import Session

AT_ONCE = 4
"""How many queries run at a time; the service allows an account five."""

_TYPES = {"boolean": "bool", "datetime": "datetime", "guid": "guid"}

_EVERYWHERE = frozenset({"TenantId", "TimeGenerated", "Type", "SourceSystem", "MG", "ManagementGroupName", "RawData"})
"""Columns that the service gives tables without listing them with all."""


def look_at_tables(
    session: Session, project: Project, names: Iterable[str], asked: Mapping[str, Asked] | None = None
) -> dict[str, TableState]:
    """How each of the tables stands, in the order of `names`.

    asked: how far back rows of a table are counted, and which; without it they are not. What the account may not look
    at is told in the states. Raises WorkspaceError for all else that goes wrong.
    """
    wanted = tuple(dict.fromkeys(names))
    listed, no_list = if_permitted(session, "list the tables", lambda: _listed(session))
    states = {name: _state(project, name, listed, no_list) for name in wanted}
    if any(state.exists is False for state in states.values()):
        functions, _ = if_permitted(session, "list the saved functions", lambda: _functions(session))
        for name in functions or ():
            if name in states and not states[name].exists:
                states[name] = TableState(name=name, exists=True, function=True)
    questions = {name: (asked or {}).get(name, Asked()) for name in wanted}
    return _with_rows(session, states, questions)


def _with_rows(session: Session, states: dict[str, TableState], asked: Mapping[str, Asked]) -> dict[str, TableState]:
    """The states with what queries tell. A table that is not listed is asked for too: the service may know it."""
    together = {name: asked[name] for name, state in states.items() if state.feeds_rules and not state.function}
    together |= {name: asked[name] for name, state in states.items() if state.exists is False}
    seen, refused = _together(session, together)
    for name in together if seen is not None or refused else ():
        state = states[name]
        states[name] = _told(state, asked[name].back, (seen or {}).get(name), refused)
    single = [name for name in states if name not in together or (seen is None and not refused)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda name: _alone(session, states[name], asked[name]), single)
        return states | dict(zip(single, found, strict=True))


def _together(session: Session, asked: Mapping[str, Asked]) -> tuple[dict[str, Seen] | None, str | None]:
    """What the tables answer, or why the account may not ask; neither when the service does not take them together."""
    if not asked:
        return {}, None
    try:
        return if_permitted(session, COUNT, lambda: count_rows(session, asked))
    except QueryRefused:
        return None, None


def _alone(session: Session, state: TableState, asked: Asked) -> TableState:
    # A query on another plan is charged by what it reads.
    question = asked if state.feeds_rules else asked.cheap
    if state.exists and not question.back:
        return state
    try:
        seen, refused = if_permitted(session, COUNT, lambda: count_rows_of(session, state.name, question))
    except QueryRefused as error:
        # SEM0100: a name is not resolved. In a table that is listed that may be a column of the condition.
        if error.code == "SEM0100" and not state.exists:
            return _told(state, question.back, None, None)
        return replace(state, unknown=error.message)
    return _told(state, question.back, seen, refused)


def _told(state: TableState, back: timedelta, seen: Seen | None, refused: str | None) -> TableState:
    if refused:
        return replace(state, unknown=state.unknown or refused)
    if seen is None:  # whatever is listed, a query that names it fails
        return replace(state, exists=False, unknown=None)
    state = replace(state, exists=True, unknown=None)
    if not back:
        return state
    return replace(state, rows=seen.rows, last_row=seen.last_row, delay=seen.delay, looked_back=back)


def _listed(session: Session) -> dict[str, Any]:
    return {str(each.name): each.as_dict() for each in session.log_analytics.tables.list_by_workspace(*session.scope)}


def _functions(session: Session) -> set[str]:
    found = session.log_analytics.saved_searches.list_by_workspace(*session.scope).value or ()
    return {str(alias) for each in found if (alias := each.as_dict().get("properties", {}).get("functionAlias"))}


def _state(project: Project, name: str, listed: Mapping[str, Any] | None, unknown: str | None) -> TableState:
    if listed is None:
        return TableState(name=name, exists=None, unknown=unknown)
    if name not in listed:
        return TableState(name=name, exists=False)
    properties = listed[name].get("properties") or {}
    plan = next((each for each in TablePlan if each.lower() == str(properties.get("plan", "")).lower()), None)
    missing, others = _differences(project.schema(name) or {}, _columns(properties.get("schema") or {}))
    return TableState(name=name, exists=True, plan=plan, missing_columns=missing, other_types=others)


def _columns(schema: Mapping[str, Any]) -> dict[str, str]:
    """The columns with their Kusto types; those that the service has itself are listed apart from custom ones."""
    listed = [*(schema.get("standardColumns") or ()), *(schema.get("columns") or ())]
    types = ((str(each["name"]), str(each.get("type", "")).lower()) for each in listed)
    return {name: _TYPES.get(kind, kind) for name, kind in types}


def _differences(
    expected: Mapping[str, str], found: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[OtherType, ...]]:
    if not found:  # the list came without schemas: nothing is known of the columns
        return (), ()
    compared = {name: kind for name, kind in expected.items() if not (name.startswith("_") or name in _EVERYWHERE)}
    missing = tuple(name for name in compared if name not in found)
    others = (OtherType(name, kind, found[name]) for name, kind in compared.items() if found.get(name, kind) != kind)
    return missing, tuple(others)

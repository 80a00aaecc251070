"""Puts recordings on the bench: their tables looked up once, and shared by all the cases that use them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property, partial
from itertools import count
from typing import Any

from masthead.content.cases import Case
from masthead.content.finding import ContentError, finding
from masthead.content.layout import RECORDINGS
from masthead.content.project import Project
from masthead.content.recording import Recording
from masthead.content.rows import check_tables
from masthead.content.schema import closest
from masthead.kql import KqlError
from masthead.testing.findings import problem
from masthead.testing.fixtures import fixtures_of
from masthead.testing.given import varied
from masthead.testing.ingredients import Ingredients
from masthead.testing.logs import Logs
from masthead.testing.recorded import recorded_rows
from masthead.testing.workspace import Rows, Workspace


class Bench:
    """The logs for the cases of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.workspace = Workspace(project)
        self._others: dict[str, Workspace] = {}
        self._checked: set[str] = set()
        self._given = count(1)
        self._logs: dict[tuple[Any, ...], Logs] = {}

    @cached_property
    def ingredients(self) -> Ingredients:
        """What the cases depend on."""
        return Ingredients(self.project, self.workspace.binding)

    def logs(self, case: Case) -> Logs:
        """The logs that the case is given.

        Raises ContentError for recordings that do not exist or do not fit their tables, and for `given`.
        """
        recordings = self.project.recordings_of(case)
        delay = case.clock.ingestion_delay
        workspace = self._workspace(case)
        logs = self.recorded(recordings, delay, workspace)
        if not case.given:
            return logs
        replaced = {}
        for table, rows in varied(case, logs, case.clock.end or max(each.end for each in recordings)).items():
            replaced[table] = [Rows(f"given {next(self._given)}", partial(iter, rows), delay)]
        return Logs(workspace, {**logs.tables, **replaced})

    def _workspace(self, case: Case) -> Workspace:
        """The workspace with the case's fixtures. Raises ContentError, MH956 for one that cannot be used."""
        if not case.fixtures:
            return self.workspace
        key = repr(case.fixtures)
        if key not in self._others:
            workspace = Workspace(self.project, fixtures_of(case, self.project))
            try:
                workspace.open()
            except KqlError as error:
                raise ContentError(problem("MH956", str(error), case.document, case.at)) from None
            self._others[key] = workspace
        return self._others[key]

    def close(self) -> None:
        """Free the engines."""
        for workspace in (self.workspace, *self._others.values()):
            workspace.close()

    def named(self, names: Iterable[str]) -> tuple[Recording, ...]:
        """The recordings with these names. Raises ContentError, MH017 for each that does not exist."""
        found = {name: self.project.recordings.get(name) for name in names}
        known = self.project.recordings.slugs
        unknown = [
            finding("MH017", f'there is no recording "{name}"', RECORDINGS, hint=_hint_at(closest(name, known), known))
            for name, recording in found.items()
            if recording is None
        ]
        if unknown:
            raise ContentError(unknown)
        return tuple(recording for recording in found.values() if recording)

    def recorded(
        self, recordings: tuple[Recording, ...], delay: timedelta | None = None, workspace: Workspace | None = None
    ) -> Logs:
        """The logs that the recordings hold together. Raises ContentError for tables that do not fit their files.

        `delay` is how long each row takes to arrive; without it rows arrive when they say, or when they happen. Rows
        are read, and refused with a ContentError, when a query needs them. `workspace`: the one to ask them in.
        """
        workspace = workspace or self.workspace
        key = (workspace, delay, *(recording.name for recording in recordings))
        if key not in self._logs:
            tables: dict[str, list[Rows]] = {}
            for recording in recordings:
                self._check(recording)
                for table in recording.tables:
                    columns = self.project.schema(table) or {}
                    digest = self.ingredients.rows(recording, table)
                    tables.setdefault(table, []).append(recorded_rows(recording, table, columns, delay, digest))
            self._logs[key] = Logs(workspace, tables)
        return self._logs[key]

    def _check(self, recording: Recording) -> None:
        if recording.name not in self._checked:
            if findings := check_tables(recording, self.project.schema):
                raise ContentError(findings)
            self._checked.add(recording.name)


def _hint_at(near: str | None, known: Iterable[str]) -> str:
    return f'Did you mean "{near}"?' if near else f"The recordings are {', '.join(sorted(known)) or '(none)'}."

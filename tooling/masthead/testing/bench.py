"""Puts recordings on the bench: checked, read once, and shared by all the cases that use them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from masthead.content.cases import Case
from masthead.content.finding import ContentError, Finding, finding
from masthead.content.layout import RECORDINGS
from masthead.content.project import Project
from masthead.content.recording import Recording
from masthead.content.rows import check_recording, read_rows
from masthead.content.schema import closest
from masthead.testing.findings import problem
from masthead.testing.given import varied
from masthead.testing.logs import Logs, arriving, moment
from masthead.testing.workspace import Rows, Tables, Workspace


class Bench:
    """The logs for the cases of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.workspace = Workspace(project)
        self._rows: dict[str, Tables] = {}
        self._logs: dict[tuple[Any, ...], Logs] = {}

    def logs(self, case: Case) -> Logs:
        """The logs that the case is given.

        Raises ContentError for recordings that do not exist or do not fit their tables, and for `given`.
        """
        recordings = self.project.recordings_of(case)
        delay = case.clock.ingestion_delay
        logs = self.recorded(recordings, delay)
        if not case.given:
            return logs
        replaced = varied(case, logs, case.clock.end or max(each.end for each in recordings))
        return Logs(
            self.workspace, {**logs.tables, **{table: arriving(rows, delay) for table, rows in replaced.items()}}
        )

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

    def recorded(self, recordings: tuple[Recording, ...], delay: timedelta | None = None) -> Logs:
        """The logs that the recordings hold together. Raises ContentError for rows that do not fit their tables.

        `delay` is how long each row takes to arrive; without it rows arrive when they say, or when they happen.
        """
        key = (delay, *(recording.name for recording in recordings))
        if key not in self._logs:
            tables: dict[str, Rows] = {}
            for recording in recordings:
                for table, rows in self._rows_of(recording).items():
                    tables.setdefault(table, []).extend(arriving(rows, delay))
            self._logs[key] = Logs(self.workspace, tables)
        return self._logs[key]

    def _rows_of(self, recording: Recording) -> Tables:
        if recording.name not in self._rows:
            if findings := check_recording(recording, self.project.schema):
                raise ContentError(findings)
            tables = {table: list(read_rows(recording, table)) for table in recording.tables}
            if outside := _outside(recording, tables):
                raise ContentError(outside)
            self._rows[recording.name] = tables
        return self._rows[recording.name]


def _hint_at(near: str | None, known: Iterable[str]) -> str:
    return f'Did you mean "{near}"?' if near else f"The recordings are {', '.join(sorted(known)) or '(none)'}."


def _outside(recording: Recording, tables: Tables) -> Finding | None:
    """Rows that no run sees: after the period, or at its very start. Rows before it are history to look back on."""
    for table, rows in tables.items():
        for row in rows:
            happened = moment(row["TimeGenerated"])
            if happened > recording.end or happened == recording.start:
                where = "after its period ends" if happened > recording.end else "on the very start of its period"
                message = f"a row of {table} lies {where}, at {happened.isoformat()}"
                hint = "Runs see what happened after the start and up to the end: widen the period."
                return problem("MH905", message, recording.document, ("period",), hint=hint)
    return None

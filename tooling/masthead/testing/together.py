"""All recordings at once: on which of them a detection sees anything at all.

A detection is run on every recording, and sees nothing on most: nothing in them passes its first filters. One question
over the rows of all recordings tells which those are, and takes as long as one over a single recording.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from masthead.content.cases import Case
from masthead.content.finding import ContentError
from masthead.content.model import Detection
from masthead.kql import KqlError
from masthead.kql.language.service import functions_used
from masthead.testing.bench import Bench
from masthead.testing.workspace import Rows

_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_FIRST, _STEP = datetime.min.replace(tzinfo=UTC), timedelta(microseconds=1)
_INGESTION = "ingestion_time"


class Together:
    """The recordings of a bench, asked together. Answers are kept: they are the same for all cases of a detection."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._seen: dict[str, frozenset[str] | None] = {}

    def sees_nothing(self, rule: Detection, case: Case) -> bool:
        """Whether the detection certainly sees no row of the case's recording, and raises no alert about nothing."""
        if case.recording is None or case.fixtures or rule.trigger_operator not in (None, "gt"):
            return False
        if rule.query not in self._seen:
            try:
                self._seen[rule.query] = self._recordings_seen(rule.query)
            except (KqlError, ContentError):
                self._seen[rule.query] = None  # what is wrong shows where the recording is asked by itself
        seen = self._seen[rule.query]
        return seen is not None and case.recording not in seen

    def _recordings_seen(self, kql: str) -> frozenset[str] | None:
        """The recordings with rows that pass the query's first filters; None where it finds something in nothing."""
        workspace = self._bench.workspace
        read = workspace.reads(kql)
        if workspace.query({}, kql, _ANY_TIME).rows:
            return None
        if any(
            _INGESTION in text for text in (kql, *(f.body for f in functions_used(kql, workspace.binding.functions)))
        ):
            return None  # it would see the marks
        tables: dict[str, list[Rows]] = {}
        marked: list[str] = []
        for recording in self._bench.project.recordings.readable():
            for table, parts in self._bench.recorded((recording,)).tables.items():
                for rows in parts if table in read else ():
                    tables.setdefault(table, []).append(replace(rows, delay=None, mark=len(marked)))
                    marked.append(recording.name)
        marks = {arrived for _, arrived in workspace.readings(tables, kql) if arrived}
        return frozenset(marked[(mark - _FIRST) // _STEP] for mark in marks)

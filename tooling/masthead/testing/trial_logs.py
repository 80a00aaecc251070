"""The logs that a rule is tried on here: recordings, or somebody's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from masthead.content.model import Detection
from masthead.content.recording import Recording
from masthead.kql.inlining.leaves import text_of_table
from masthead.simulate.schedule import Run
from masthead.simulate.values import Row
from masthead.testing.bench import Bench
from masthead.testing.logs import Logs
from masthead.testing.query_tables import QueryTables
from masthead.testing.trial import TrialError
from masthead.testing.workspace import Tables, Workspace

_TIME = 'column_ifexists("TimeGenerated", datetime(null))'
_TICK = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of a table that a rule reads: how many there are, and when the first and the last happened."""

    table: str
    rows: int
    first: datetime | None
    last: datetime | None


class TrialLogs:
    """Rows to try rules on. `name`: what they are called."""

    def __init__(self, name: str, workspace: Workspace, tables: Tables, recordings: Sequence[Recording] = ()) -> None:
        self.name = name
        self._workspace, self._recordings = workspace, recordings
        self._logs = Logs(workspace, tables)

    @classmethod
    def recorded(cls, bench: Bench, names: Sequence[str]) -> TrialLogs:
        """Recordings. Raises ContentError."""
        recordings = bench.named(names)
        return cls(", ".join(names), bench.workspace, bench.recorded(recordings).tables, recordings)

    @classmethod
    def of_files(cls, given: QueryTables, name: str, memory: str | None = None) -> TrialLogs:
        """Files."""
        return cls(name, given.workspace(memory), given.rows)

    def held(self, rule: Detection) -> list[Held]:
        """The tables with rows that the rule reads, by name. Raises KqlError."""
        found = []
        for table in sorted(self._workspace.reads(rule.query)):
            if table.startswith(("watchlist:", "fixture:", "externaldata:")):
                continue
            kql = f"{text_of_table(table)} | summarize count(), min({_TIME}), max({_TIME})"
            (rows, first, last), *_ = self._logs.query(kql, datetime.max).rows
            if rows:
                found.append(Held(table, rows, first, last))
        return found

    def time(self, held: Sequence[Held], days: int, until: datetime | None) -> tuple[datetime, datetime]:
        """From when to when a rule is tried: the last days of the logs, or those before `until`.

        Not before the logs begin: a rule that alerts on absence would only find what nobody has kept. Raises
        TrialError when there is nothing in this time.
        """
        firsts = [each.start for each in self._recordings] or [each.first - _TICK for each in held if each.first]
        lasts = [each.end for each in self._recordings] or [each.last for each in held if each.last]
        if not held or not firsts or not lasts:
            raise TrialError(f"{self.name} has no rows of a table that the rule reads")
        end, begin = until or max(lasts), min(firsts)
        if not self._recordings:
            begin -= (begin - datetime.min.replace(tzinfo=begin.tzinfo)) % _MINUTE
        start = max(end - timedelta(days=days), begin)
        if start >= min(end, max(lasts)):
            said = f"{begin:%Y-%m-%d %H:%M} to {max(lasts):%Y-%m-%d %H:%M}"
            raise TrialError(f"no row lies in this time: {self.name} has rows from {said}", "Say --until.")
        return start, end

    def ask(self, rule: Detection, run: Run) -> list[Row]:
        """The rows of a run. Raises KqlError."""
        return self._logs.ask(rule.query, run)

    def latest(self, rule: Detection) -> datetime | None:
        """When the last row came in that the rule can read. Raises KqlError."""
        return self._logs.last_arrival(rule.query)

    def close(self) -> None:
        """Free the engine."""
        self._workspace.close()

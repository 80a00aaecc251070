"""Fetches rows of a time from a workspace, in pieces as large as the service gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from masthead.content.rows import INGESTION_TIME
from masthead.workspace.asking import LIMITS, Answer, TooMuch, ask
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.session import Session

MOST_ROWS = 500_000
"""How many rows a recording takes from one table."""

_SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Fetched:
    """Rows as a recording writes them, without columns that are empty. columns: with their Kusto types, as they came.
    pieces: in how many answers they came."""

    columns: dict[str, str]
    rows: list[dict[str, Any]]
    pieces: int


def fetch(session: Session, query: str, start: datetime, end: datetime, *, arrival: bool = True) -> Fetched:
    """The rows of `query` from `start` until before `end`, by time.

    An answer that is not whole is thrown away, and its time is asked for in halves. arrival: ask also when each row had
    arrived. Raises WorkspaceError when there is too much even so.
    """
    columns: dict[str, str] = {}
    rows: list[dict[str, Any]] = []
    pieces = 0
    waiting = [(start, end)]
    while waiting:
        first, last = waiting.pop()
        answer = _whole(session, _between(query, first, last, arrival=arrival), first, last)
        if answer is None:
            middle = first + (last - first) / 2
            waiting += [(middle, last), (first, middle)]
            continue
        pieces += 1
        columns |= {column.name: column.type for column in answer.columns}
        rows += _plain(answer)
        if len(rows) > MOST_ROWS:
            hint = "Take a shorter time, or a query that has fewer."
            raise WorkspaceError(f"there are more than {MOST_ROWS:,} rows, more than a recording holds", hint)
    return Fetched(columns, rows, pieces)


def _whole(session: Session, query: str, start: datetime, end: datetime) -> Answer | None:
    """The answer; None when there is more than the service gives at once, and the time can be halved."""
    why: WorkspaceError
    try:
        # The end is beyond the last row: the service takes it in, the query does not.
        answer = ask(session, query, start=start, end=end, action="fetch rows")
        if answer.partial is None:
            return answer
        hint = f"Take a query that has fewer rows or columns: {LIMITS}."
        why = WorkspaceError(f"cannot fetch rows: {answer.partial}", hint)
    except TooMuch as error:
        why = error
    if end - start <= _SHORTEST:
        raise why
    return None


def _between(query: str, start: datetime, end: datetime, *, arrival: bool) -> str:
    times = f"| where TimeGenerated >= datetime({_stamp(start)}) and TimeGenerated < datetime({_stamp(end)})"
    came = f"\n| extend {INGESTION_TIME} = ingestion_time()" if arrival else ""
    return f"{query}\n{times}{came}\n| order by TimeGenerated asc"


def _plain(answer: Answer) -> list[dict[str, Any]]:
    makers = [(column.name, _MAKERS.get(column.type)) for column in answer.columns]
    rows = []
    for row in answer.rows:
        values = (
            (name, make(value) if make and value is not None else value)
            for (name, make), value in zip(makers, row, strict=True)
        )
        rows.append({name: value for name, value in values if value is not None and value != ""})
    return rows


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _timespan(length: timedelta) -> str:
    sign = "-" if length < timedelta() else ""
    length = abs(length)
    hours, rest = divmod(length.seconds, 3600)
    text = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    text += f".{length.microseconds:06}" if length.microseconds else ""
    return f"{sign}{length.days}.{text}" if length.days else f"{sign}{text}"


def _decimal(value: Decimal) -> str:
    return format(value, "f")


_MAKERS: dict[str, Callable[[Any], Any]] = {
    "datetime": _stamp,
    "timespan": _timespan,
    "decimal": _decimal,
    "guid": lambda value: str(value) if isinstance(value, UUID) else value,
    # JSON has no number for these.
    "real": lambda value: None if value != value or value in (float("inf"), float("-inf")) else value,
}

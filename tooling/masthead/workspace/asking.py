"""Asking a live workspace in KQL."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from masthead.content.instants import parse_instant
from masthead.kql.language.tree import Column
from masthead.kql.translate.literals import timespan_ticks
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.refusals import explained, without_secrets

if TYPE_CHECKING:
    from masthead.workspace.session import Session

LONGEST = timedelta(minutes=10)
"""How long the service lets a query run, at most."""

LIMITS = "an answer holds at most 500,000 rows or 64 MB, and a query runs for at most 10 minutes"
"""https://learn.microsoft.com/azure/azure-monitor/service-limits#log-analytics-workspaces"""

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_GRACE = timedelta(seconds=30)  # for the network, beyond what the service may take
_REFUSES_QUERY = ("SemanticError", "SyntaxError", "BadArgumentError")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service returned.

    columns: their names and Kusto types. rows: values as those of `masthead.kql.Result`: aware datetimes in UTC,
    timedelta, parsed JSON for dynamic, UUID, Decimal, None for null. partial: why rows may be missing; None when the
    answer is whole.

    A dynamic value that is a text comes from the service without quotes; it is taken for JSON if it can be.
    """

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    partial: str | None = None

    def dicts(self) -> list[dict[str, Any]]:
        """The rows by the names of the columns."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


class QueryRefused(WorkspaceError):
    """The service does not run the query; the message is its own. code: such as SEM0100, or "" without one."""

    def __init__(self, message: str, code: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.code = code


class TooMuch(WorkspaceError):
    """The query took too long, or its answer is too large: less may do."""


def ask(
    session: Session,
    kql: str,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    timeout: timedelta = LONGEST,
    action: str = "run a query",
) -> Answer:
    """What the workspace answers to `kql`.

    start, end: only rows with a TimeGenerated from `start` to `end` are seen, whatever the query says; with one of them
    the other is 1970 or now. timeout: how long the service may take, at most `LONGEST`. action: what the query is for,
    as errors have it: "cannot ACTION: ...".

    Raises QueryRefused for what the service does not understand, TooMuch for a query that passes its limits, and
    WorkspaceError for all else that goes wrong.
    """
    from azure.core.exceptions import AzureError, ServiceRequestError, ServiceResponseError

    allowed = min(timeout, LONGEST)
    began = time.monotonic()
    span = None if start is None and end is None else (start or _EARLIEST, end or datetime.now(UTC))
    workspace = session.customer_id
    try:
        result = session.logs.query_workspace(
            workspace,
            kql,
            timespan=span,
            server_timeout=int(allowed.total_seconds()),
            read_timeout=(allowed + _GRACE).total_seconds(),
            # Over all attempts: a query that took too long must not be sent again and again.
            timeout=(allowed + 2 * _GRACE).total_seconds(),
            # Asking changes nothing, so a question whose answer was lost is asked again.
            retry_on_methods=["GET", "POST"],
        )
    except AzureError as error:
        silent = isinstance(error, ServiceRequestError | ServiceResponseError)
        exceeded = silent and time.monotonic() - began >= allowed.total_seconds()
        raise _refusal(error, session, action, allowed, exceeded) from error
    partial = getattr(result, "partial_error", None)
    tables = (result.tables if partial is None else result.partial_data) or []
    said = None if partial is None else without_secrets(_partial_words(partial))
    if not tables:
        return Answer((), [], said)
    first = tables[0]
    columns = tuple(map(Column, first.columns, first.columns_types))
    converters = [_CONVERTERS.get(column.type) for column in columns]
    return Answer(columns, [_converted(row, converters) for row in first.rows], said)


def _converted(row: Any, converters: list[Callable[[Any], Any] | None]) -> tuple[Any, ...]:
    return tuple(
        value if convert is None or value is None else convert(value)
        for value, convert in zip(row, converters, strict=True)
    )


def _partial_words(error: Any) -> str:
    message = str(getattr(error, "message", "") or getattr(error, "code", "") or "the service does not say why")
    return " ".join(message.split())


def _refusal(error: Any, session: Session, action: str, allowed: timedelta, exceeded: bool) -> WorkspaceError:
    codes, message = _innermost(getattr(error, "error", None))
    if exceeded or "Timeout" in "".join(codes) or getattr(error, "status_code", None) == 504:
        minutes = allowed.total_seconds() / 60
        hint = f"Ask for a shorter time, or filter more before joins: {LIMITS}."
        return TooMuch(f"cannot {action}: the query took longer than {minutes:g} minutes", hint)
    if getattr(error, "status_code", None) == 400 and any(code in codes for code in _REFUSES_QUERY):
        code = codes[-1] if codes[-1] not in _REFUSES_QUERY else ""
        said = without_secrets(" ".join(message.split())) or "the service does not say why"
        return QueryRefused(f"cannot {action}: the service refuses the query: {said}", code)
    if any("ResponseSizeError" in code or "LimitExceeded" in code for code in codes):
        said = without_secrets(" ".join(message.split()))
        return TooMuch(f"cannot {action}: {said}", f"Ask for less: {LIMITS}.")
    return explained(error, session.workspace, action)


def _innermost(error: Any) -> tuple[list[str], str]:
    """The codes of an error and of those within it, and the message of the innermost, which says what is wrong."""
    codes, message = [str(getattr(error, "code", "") or "")], str(getattr(error, "message", "") or "")
    inner = getattr(error, "innererror", None)
    while isinstance(inner, Mapping):
        codes.append(str(inner.get("code") or ""))
        message = str(inner.get("message") or message)
        inner = inner.get("innererror")
    return codes, message


def _datetime(value: Any) -> datetime | None:
    # The client leaves what it cannot read as text.
    return parse_instant(value) if isinstance(value, str) else value.astimezone(UTC)


def _timespan(value: Any) -> timedelta | None:
    # The client makes "None" of a null.
    ticks = None if value == "None" else timespan_ticks(str(value))
    if ticks is None:
        return None
    whole = timedelta(microseconds=abs(ticks) // 10)
    return -whole if ticks < 0 else whole


def _guid(value: Any) -> UUID | None:
    return None if value in ("None", "") else UUID(str(value))


def _dynamic(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "datetime": _datetime,
    "timespan": _timespan,
    "guid": _guid,
    "dynamic": _dynamic,
    "bool": bool,
    "real": float,
    "decimal": lambda value: Decimal(str(value)),
}

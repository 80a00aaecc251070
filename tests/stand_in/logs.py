"""The query service of Log Analytics: KQL in, tables out, in the form that azure-monitor-query expects."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from masthead.content.instants import parse_instant
from masthead.kql import KqlError, Window
from stand_in.answers import answer_body
from stand_in.durations import read_duration
from stand_in.messages import Refusal, Request, Response
from stand_in.place import Azure, LiveWorkspace
from stand_in.tables import plans_of

MOST_IN_BATCH = 100

_WORKSPACE = re.compile(r"/v1/workspaces/(?P<id>[^/]+)/query")
_RESOURCE = re.compile(r"/v1(?P<id>/subscriptions/.+)/query")


class QueryRefused(Refusal):
    """A refusal in the form of the query service: innermost error first to blame."""

    def __init__(self, status: int, code: str, message: str, inner: Mapping[str, Any] | None = None) -> None:
        super().__init__(status, code, message)
        self.inner = inner

    @property
    def error(self) -> dict[str, Any]:
        """The error's body."""
        error: dict[str, Any] = {"message": self.message, "code": self.code, "correlationId": str(uuid.uuid4())}
        if self.inner:
            error["innererror"] = self.inner
        return error

    @property
    def response(self) -> Response:
        return Response(self.status, {"error": self.error})


class LogQueries:
    """Answers queries for workspaces."""

    def __init__(self, azure: Azure) -> None:
        self._azure = azure

    def answer(self, request: Request, path: str) -> Response:
        """The answer to a request to the query service. Raises Refusal."""
        if path == "/v1/$batch":
            return self._batch(request)
        if found := _WORKSPACE.fullmatch(path):
            return Response(200, self._query(request, self._by_id(found["id"]), request.json(), request.headers))
        if found := _RESOURCE.fullmatch(path):
            return Response(200, self._query(request, self._by_resource(found["id"]), request.json(), request.headers))
        raise QueryRefused(404, "PathNotFoundError", "The requested path does not exist")

    def _batch(self, request: Request) -> Response:
        asked = request.json().get("requests")
        if not isinstance(asked, list) or len(asked) > MOST_IN_BATCH:
            raise QueryRefused(400, "BadArgumentError", f"a batch has at most {MOST_IN_BATCH} requests")
        answers = []
        for each in asked:
            try:
                headers = {name.lower(): value for name, value in each.get("headers", {}).items()}
                body = self._query(request, self._by_id(each["workspace"]), each["body"], headers)
                answers.append({"id": each["id"], "status": 200, "headers": {}, "body": body})
            except QueryRefused as refusal:
                answers.append({"id": each["id"], "status": refusal.status, "body": {"error": refusal.error}})
        return Response(200, {"responses": answers})

    def _by_id(self, id: str) -> LiveWorkspace:
        for workspace in self._azure.workspaces.values():
            if id.lower() in (workspace.customer_id.lower(), workspace.name.lower()):
                return workspace
        raise QueryRefused(404, "WorkspaceNotFoundError", "The requested workspace does not exist")

    def _by_resource(self, id: str) -> LiveWorkspace:
        for workspace in self._azure.workspaces.values():
            if id.lower() == self._azure.workspace_id(workspace).lower():
                return workspace
        raise QueryRefused(404, "ResourceNotFoundError", "The requested resource does not exist")

    def _query(self, request: Request, workspace: LiveWorkspace, body: dict[str, Any], headers: Any) -> dict[str, Any]:
        assert request.account is not None
        scope = self._azure.workspace_id(workspace)
        if not request.account.may("Microsoft.OperationalInsights/workspaces/query/read"):
            message = "The provided credentials have insufficient access to perform the requested operation"
            raise QueryRefused(403, "InsufficientAccessError", message)
        if body.get("workspaces"):
            raise QueryRefused(501, "StandInError", "The stand-in's engine asks one workspace at a time")
        query = body.get("query")
        if not isinstance(query, str) or not query.strip():
            raise QueryRefused(400, "BadArgumentError", "The request had some invalid properties: query is required")
        now = self._azure.clock()
        window = _window(body.get("timespan"), now)
        self._check_bound(query, scope)
        try:
            result = self._azure.queries.answer(query, scope, now, window)
        except KqlError as error:
            raise _failed(error) from None
        return answer_body(result, headers.get("prefer", ""), self._azure.limits)

    def _check_bound(self, query: str, scope: str) -> None:
        bound = self._azure.queries.bound(query, scope)
        if bound.error is not None:
            kind, code = ("SyntaxError", "SYN0002") if bound.syntax else ("SemanticError", "SEM0100")
            raise _wrong(kind, code, bound.error)
        plans = plans_of(self._azure.state, scope)
        others = [table for table in bound.tables if plans.get(table, "Analytics") != "Analytics"]
        if others and len(bound.tables) > 1:
            message = (
                f"Table '{others[0]}' is on the {plans[others[0]]} plan: it cannot be queried together with others"
            )
            raise _wrong("SemanticError", "SEM0001", message)


def _wrong(kind: str, code: str, message: str) -> QueryRefused:
    """A query that is wrong: kind is SemanticError or SyntaxError."""
    said = f"A {kind.removesuffix('Error').lower()} error occurred."
    inner = {"code": kind, "message": said, "innererror": {"code": code, "message": message}}
    return QueryRefused(400, "BadArgumentError", "The request had some invalid properties", inner)


def _failed(error: KqlError) -> QueryRefused:
    """What the engine cannot answer. The real service may: the stand-in says that it is it that cannot."""
    if error.unsupported:
        return QueryRefused(501, "StandInError", f"The stand-in's engine does not answer this query: {error}")
    return _wrong("SemanticError", "SEM0001", str(error))


def _window(timespan: Any, now: datetime) -> Window | None:
    """The rows that a query may see, of a timespan in ISO 8601: a duration, or a start with an end or a duration."""
    if not timespan:
        return None
    first, _, second = str(timespan).partition("/")
    try:
        if not second:
            return Window(after=now - _length(first) - _TICK, until=now)
        start = parse_instant(first).astimezone(UTC)
        end = start + _length(second) if second.startswith("P") else parse_instant(second).astimezone(UTC)
    except ValueError:
        raise QueryRefused(400, "BadArgumentError", f"The timespan '{timespan}' is not valid") from None
    return Window(after=start - _TICK, until=end)


_TICK = timedelta(microseconds=1)
"""A timespan holds its start, a window does not."""


def _length(text: str) -> timedelta:
    length = read_duration(text)
    if length is None:
        raise ValueError(text)
    return length

"""What comes back from a query, and what is said when nothing does: Microsoft's client over canned answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from uuid import UUID

import pytest

pytest.importorskip("azure.monitor.query")

import requests
from azure.core.credentials import AccessToken
from azure.core.exceptions import ServiceResponseError
from azure.core.pipeline.transport import HttpTransport
from azure.core.rest._requests_basic import RestRequestsTransportResponse
from azure.monitor.query import LogsQueryClient
from urllib3 import HTTPResponse

from masthead.content.workspaces import Workspace
from masthead.kql.language.tree import Column
from masthead.workspace.asking import Answer, QueryRefused, TooMuch, ask
from masthead.workspace.errors import WorkspaceError

WORKSPACE = Workspace(name="soc", subscription="s", resource_group="rg-soc", workspace="log-soc")


class Canned(HttpTransport):
    """Answers every request the same, and remembers the last one."""

    def __init__(self, status: int, body: object) -> None:
        self.status, self.body, self.sent = status, body, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def open(self):
        pass

    def close(self):
        pass

    def send(self, request, **_):
        if isinstance(self.body, Exception):
            raise self.body
        self.sent = request
        answer = requests.Response()
        answer.status_code = self.status
        answer.headers["Content-Type"] = "application/json"
        answer.raw = HTTPResponse(BytesIO(json.dumps(self.body).encode()), preload_content=False)
        return RestRequestsTransportResponse(request=request, internal_response=answer)


def session(status: int, body: object):
    transport = Canned(status, body)
    credential = SimpleNamespace(get_token=lambda *_, **__: AccessToken("secret", 4_000_000_000))
    logs = LogsQueryClient(credential, transport=transport, retry_total=0)
    return SimpleNamespace(
        workspace=WORKSPACE, customer_id="11111111-2222-3333-4444-555555555555", logs=logs
    ), transport


def table(columns: dict[str, str], *rows: list):
    listed = [{"name": name, "type": kind} for name, kind in columns.items()]
    return {"name": "PrimaryResult", "columns": listed, "rows": list(rows)}


def error(status: int, *codes: str, message: str):
    inner = {"code": codes[-1], "message": message}
    for code in reversed(codes[:-1]):
        inner = {"code": code, "message": "something general", "innererror": inner}
    return session(status, {"error": inner})[0]


def test_each_type_comes_back_as_the_engine_has_it():
    columns = {
        "T": "datetime", "S": "timespan", "D": "dynamic", "G": "guid", "B": "bool", "L": "long", "I": "int",
        "R": "real", "N": "decimal", "Text": "string",
    }  # fmt: skip
    guid = "0f8fad5b-d9cb-469f-a165-70867728950e"
    full = ["2026-01-31T10:00:00.1234567Z", "1.02:03:04.5", '{"a":[1,null]}', guid, True, 9007199254740993, 1, 0.5]
    answered = session(200, {"tables": [table(columns, [*full, "1.10", "x"], [None] * 9 + [""])]})[0]
    assert ask(answered, "T") == Answer(
        tuple(Column(*each) for each in columns.items()),
        [
            (
                datetime(2026, 1, 31, 10, 0, 0, 123456, UTC),
                timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=500),
                {"a": [1, None]},
                UUID(guid),
                True,
                9007199254740993,
                1,
                0.5,
                Decimal("1.10"),
                "x",
            ),
            (None,) * 9 + ("",),
        ],
    )


@pytest.mark.parametrize(
    ("text", "value"), [("-00:00:01", timedelta(seconds=-1)), ("-1.00:00:00.0000001", -timedelta(days=1))]
)
def test_a_negative_timespan(text, value):
    assert ask(session(200, {"tables": [table({"S": "timespan"}, [text])]})[0], "T").rows == [(value,)]


@pytest.mark.parametrize(("sent", "value"), [("abc", "abc"), ('"abc"', "abc"), ("", None), ({"a": 1}, {"a": 1})])
def test_a_dynamic_value_is_json_if_it_can_be(sent, value):
    assert ask(session(200, {"tables": [table({"D": "dynamic"}, [sent])]})[0], "T").rows == [(value,)]


def test_rows_by_name():
    answer = ask(session(200, {"tables": [table({"A": "long", "B": "string"}, [1, "x"], [2, "y"])]})[0], "T")
    assert answer.dicts() == [{"A": 1, "B": "x"}, {"A": 2, "B": "y"}]


def test_what_is_asked():
    asked, transport = session(200, {"tables": []})
    ask(asked, "T | take 1", start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 1, 2, tzinfo=UTC))
    assert json.loads(transport.sent.content) == {
        "query": "T | take 1",
        "timespan": "2026-01-01T00:00:00.000Z/2026-01-02T00:00:00.000Z",
        "workspaces": None,
    }
    assert transport.sent.headers["Prefer"] == "wait=600"


def test_without_times_the_query_alone_says_which():
    asked, transport = session(200, {"tables": []})
    ask(asked, "T", timeout=timedelta(hours=1))
    assert json.loads(transport.sent.content)["timespan"] is None
    assert transport.sent.headers["Prefer"] == "wait=600"


def test_what_is_not_whole_is_said():
    inner = {"code": "E_QUERY_RESULT_SET_TOO_LARGE", "message": "More than 500000\nrows."}
    body = {
        "tables": [table({"A": "long"}, [1])],
        "error": {"code": "PartialError", "message": "m", "innererror": inner},
    }
    assert ask(session(200, body)[0], "T") == Answer((Column("A", "long"),), [(1,)], "More than 500000 rows.")


def test_a_semantic_error_keeps_the_services_words():
    refused = error(400, "BadArgumentError", "SemanticError", "SEM0100", message="Failed to resolve column 'Nme'")
    with pytest.raises(QueryRefused) as caught:
        ask(refused, "T", action="look at T")
    assert caught.value.message == "cannot look at T: the service refuses the query: Failed to resolve column 'Nme'"
    assert caught.value.code == "SEM0100"


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        (
            error(504, "GatewayTimeout", message="Gateway timeout"),
            "cannot run a query: the query took longer than 10 minutes",
            "Ask for a shorter time",
        ),
        (
            error(403, "InsufficientAccessError", message="The provided credentials have insufficient access."),
            "cannot run a query: the account may not",
            'Give the account the role "Microsoft Sentinel Reader" on the resource group rg-soc.',
        ),
        (
            error(400, "ResponseSizeError", message="Response size too large"),
            "cannot run a query: Response size too large",
            "Ask for less: an answer holds at most 500,000 rows",
        ),
        (
            session(0, ServiceResponseError("connection reset"))[0],
            "cannot run a query: no answer (connection reset)",
            "Check the network",
        ),
    ],
)
def test_what_goes_wrong_is_said_with_what_to_do(asked, message, hint):
    with pytest.raises(WorkspaceError) as caught:
        ask(asked, "T")
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize("code", [(504, "GatewayTimeout"), (400, "ResponseSizeError")])
def test_what_passes_the_limits_can_be_told(code):
    with pytest.raises(TooMuch):
        ask(error(*code, message="too much"), "T")


def test_no_secret_of_the_service_is_repeated():
    refused = error(400, "BadArgumentError", "SyntaxError", message="near 'eyJhbGciOiJub25l.eyJhIjoxfQ.c2ln'")
    with pytest.raises(QueryRefused) as caught:
        ask(refused, "T")
    assert "eyJ" not in caught.value.message

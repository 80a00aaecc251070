"""The query service: answers, errors, limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from azure.core.exceptions import HttpResponseError
from azure.monitor.query import LogsBatchQuery, LogsQueryStatus

from stand_in import Limits, StandIn

RECORDING = "kubernetes/cluster-admin-granted"


@pytest.fixture(scope="module")
def played():
    with StandIn(recordings=[RECORDING]) as started:
        yield started


@pytest.fixture(scope="module")
def session(played):
    return played.session()


def ask(session, query, timespan=None, **more):
    return session.logs.query_workspace(session.customer_id, query, timespan=timespan, **more)


def rows(answer):
    return [list(row) for row in answer.tables[0].rows]


def test_every_type_comes_as_the_service_writes_it(session):
    answer = ask(
        session,
        "print b=true, i=int(1), l=long(2), r=1.5, s='x', t=1d+2h+0.5s, d=datetime(2026-01-31T08:00:00.25Z), "
        "j=dynamic({'a': [1]}), g=guid(74be27de-1e4e-49d9-b579-fe0b331d3642), n=int(null), e=real(nan)",
    )
    table = answer.tables[0]
    assert (table.name, dict(zip(table.columns, table.columns_types, strict=True))) == (
        "PrimaryResult",
        {
            "b": "bool",
            "i": "int",
            "l": "long",
            "r": "real",
            "s": "string",
            "t": "timespan",
            "d": "datetime",
            "j": "dynamic",
            "g": "guid",
            "n": "int",
            "e": "real",
        },
    )
    assert rows(answer) == [
        [
            True,
            1,
            2,
            1.5,
            "x",
            "1.02:00:00.5000000",
            datetime(2026, 1, 31, 8, 0, 0, 250_000, tzinfo=UTC),
            '{"a":[1]}',
            "74be27de-1e4e-49d9-b579-fe0b331d3642",
            None,
            "NaN",
        ]
    ]


def test_a_recording_ends_now(played, session):
    answer = ask(session, "AKSAuditAdmin | summarize Last = max(TimeGenerated), Arrived = max(ingestion_time())")
    [[newest, arrived]] = rows(answer)
    assert timedelta() <= datetime.now(UTC) - newest < timedelta(days=1)
    assert arrived >= newest


def test_a_recording_can_be_played_when_it_was_recorded():
    with StandIn(recordings=[RECORDING], now=False) as stand_in:
        session = stand_in.session()
        recording = stand_in.project.recordings.get(RECORDING)
        [[newest]] = rows(ask(session, "AKSAuditAdmin | summarize max(TimeGenerated)"))
        assert recording.start < newest <= recording.end


def test_only_the_timespan_is_seen(session):
    count = "AKSAuditAdmin | count"
    [[everything]] = rows(ask(session, count))
    [[recent]] = rows(ask(session, count, timedelta(days=2)))
    [[before]] = rows(ask(session, count, (datetime(2020, 1, 1, tzinfo=UTC), timedelta(days=1))))
    assert everything == recent > 0 == before


def test_a_table_without_rows(session):
    assert rows(ask(session, "SigninLogs | count")) == [[0]]


def test_rows_can_be_added(played, session):
    now = datetime.now(UTC)
    played.logs.ingest("Heartbeat", [{"TimeGenerated": now, "Computer": "node-1"}])
    assert rows(ask(session, "Heartbeat | project Computer")) == [["node-1"]]
    played.logs.ingest("Heartbeat", [{"TimeGenerated": now, "Computer": "node-2"}])
    assert rows(ask(session, "Heartbeat | count")) == [[2]]


def test_functions_that_were_saved_can_be_called(session):
    assert rows(ask(session, "TeamSignIns(1) | count")) == [[0]]


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("NoSuchTable | take 1", "SemanticError", "The name 'NoSuchTable' does not refer to any known table"),
        ("AKSAuditAdmin | where Nope == 1", "SemanticError", "The name 'Nope' does not refer to any known column"),
        ("AKSAuditAdmin | where (", "SyntaxError", ""),
    ],
)
def test_a_query_that_is_wrong(session, query, code, said):
    with pytest.raises(HttpResponseError) as caught:
        ask(session, query)
    error = caught.value
    assert (error.status_code, error.model.code) == (400, "BadArgumentError")
    assert error.response.json()["error"]["innererror"]["code"] == code
    assert said in error.model.message


def test_a_fuzzy_union_does_without_what_is_not_there(session):
    query = "union isfuzzy=true withsource=T NoSuchTable, AKSAuditAdmin | distinct T"
    assert rows(ask(session, query)) == [["AKSAuditAdmin"]]


def test_an_answer_beyond_the_limits_is_partial(played, session):
    before, played.azure.limits = played.azure.limits, Limits(rows=2)
    try:
        answer = ask(session, "range x from 1 to 3 step 1")
    finally:
        played.azure.limits = before
    assert answer.status == LogsQueryStatus.PARTIAL
    assert [list(row) for row in answer.partial_data[0].rows] == [[1], [2]]
    assert "exceeded the internal record count limit" in answer.partial_error.message


def test_several_queries_at_once(session):
    queries = [LogsBatchQuery(session.customer_id, query, timespan=None) for query in ("print 1", "Nope", "print 'x'")]
    first, second, third = session.logs.query_batch(queries)
    assert (rows(first), second.status, rows(third)) == ([[1]], LogsQueryStatus.FAILURE, [["x"]])


def test_what_the_engine_does_not_answer_is_said_to_be_its_own_fault(session):
    with pytest.raises(HttpResponseError) as caught:
        ask(session, "print 1", additional_workspaces=["another"])
    assert (caught.value.status_code, caught.value.error.code) == (501, "StandInError")


def test_an_unknown_workspace(session):
    with pytest.raises(HttpResponseError) as caught:
        session.logs.query_workspace("00000000-0000-4000-8000-000000000000", "print 1", timespan=None)
    assert caught.value.error.code == "WorkspaceNotFoundError"


def test_a_table_on_the_basic_plan_is_queried_alone():
    with StandIn() as stand_in:
        stand_in.table("ContainerLogV2", plan="Basic")
        session = stand_in.session()
        assert rows(ask(session, "ContainerLogV2 | count")) == [[0]]
        with pytest.raises(HttpResponseError, match="cannot be queried together with others"):
            ask(session, "union ContainerLogV2, KubeEvents | count")


def test_a_resource_can_be_asked_instead_of_its_workspace(played, session):
    answer = session.logs.query_resource(played.scope, "AKSAuditAdmin | count", timespan=None)
    assert rows(answer)[0][0] > 0

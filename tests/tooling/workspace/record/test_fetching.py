"""Rows come whole, in as many pieces as it takes, and as a recording writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from masthead.kql.language import Column
from masthead.workspace.asking import Answer, TooMuch
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.record import fetching
from masthead.workspace.record.fetching import fetch

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
COLUMNS = (Column("TimeGenerated", "datetime"), Column("N", "long"))


class Service:
    """Has a row each hour, and gives at most so many at once."""

    def __init__(self, monkeypatch, most: int, refuses=None, every: timedelta = timedelta(hours=1)) -> None:
        self.most, self.refuses, self.every = most, refuses, every
        self.asked: list[tuple[str, datetime, datetime]] = []
        monkeypatch.setattr(fetching, "ask", self.ask)

    def ask(self, session, kql, *, start, end, action):
        self.asked.append((kql, start, end))
        steps = (END - START) // self.every
        rows = [(START + step * self.every, step) for step in range(steps) if start <= START + step * self.every < end]
        if len(rows) <= self.most:
            return Answer(COLUMNS, rows)
        if self.refuses:
            raise self.refuses
        return Answer(COLUMNS, rows[: self.most], "more rows than 500,000")


@pytest.mark.parametrize("refuses", [None, TooMuch("the query took longer than 10 minutes")])
@pytest.mark.parametrize("most", [1, 5, 24, 100])
def test_what_is_not_whole_is_asked_for_again_in_halves(monkeypatch, most, refuses):
    service = Service(monkeypatch, most, refuses)
    fetched = fetch(None, "Log", START, END)
    assert [row["N"] for row in fetched.rows] == list(range(24))
    assert fetched.columns == {"TimeGenerated": "datetime", "N": "long"}
    assert (fetched.pieces == 1) == (most >= 24)
    assert len(service.asked) >= fetched.pieces


def test_the_question():
    class Asked(Exception):
        pass

    def ask(session, kql, **_):
        raise Asked(kql)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetching, "ask", ask)
        with pytest.raises(Asked) as asked:
            fetch(None, "Log | where x == 1", START, END)
        assert str(asked.value) == (
            "Log | where x == 1\n"
            "| where TimeGenerated >= datetime(2026-01-01T00:00:00Z)"
            " and TimeGenerated < datetime(2026-01-02T00:00:00Z)\n"
            "| extend _ingestion_time = ingestion_time()\n"
            "| order by TimeGenerated asc"
        )
        with pytest.raises(Asked) as asked:
            fetch(None, "Log", START, END, arrival=False)
        assert "ingestion_time" not in str(asked.value)


@pytest.mark.parametrize(
    ("refuses", "message"),
    [
        (None, "cannot fetch rows: more rows than 500,000"),
        (TooMuch("cannot fetch rows: it takes too long"), "cannot fetch rows: it takes too long"),
    ],
)
def test_what_cannot_be_had_in_a_second_is_refused(monkeypatch, refuses, message):
    Service(monkeypatch, 5, refuses, every=timedelta(milliseconds=100))
    with pytest.raises(WorkspaceError) as caught:
        fetch(None, "Log", START, START + timedelta(seconds=8))
    assert caught.value.message == message


def test_a_refusal_for_another_reason_is_not_asked_again(monkeypatch):
    service = Service(monkeypatch, 5, WorkspaceError("you may not"))
    with pytest.raises(WorkspaceError, match="you may not"):
        fetch(None, "Log", START, END)
    assert len(service.asked) == 1


def test_more_rows_than_a_recording_holds_are_refused(monkeypatch):
    monkeypatch.setattr(fetching, "MOST_ROWS", 10)
    Service(monkeypatch, 100)
    with pytest.raises(WorkspaceError, match="more than 10 rows"):
        fetch(None, "Log", START, END)


def test_each_type_is_written_as_a_recording_has_it(monkeypatch):
    guid = "0f8fad5b-d9cb-469f-a165-70867728950e"
    values = {
        "datetime": (datetime(2026, 1, 31, 10, 0, 0, 120_000, UTC), "2026-01-31T10:00:00.120000Z"),
        "timespan": (timedelta(days=1, hours=2, microseconds=5), "1.02:00:00.000005"),
        "dynamic": ({"a": [1, None]}, {"a": [1, None]}),
        "guid": (UUID(guid), guid),
        "bool": (False, False),
        "long": (0, 0),
        "real": (0.5, 0.5),
        "decimal": (Decimal("1E+2"), "100"),
        "string": ("x", "x"),
    }
    columns = tuple(Column(kind, kind) for kind in values)
    rows = [tuple(value for value, _ in values.values()), (None,) * 8 + ("",)]
    monkeypatch.setattr(fetching, "ask", lambda *_, **__: Answer(columns, rows))
    assert fetch(None, "Log", START, END).rows == [{kind: written for kind, (_, written) in values.items()}, {}]


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(), "00:00:00"),
        (timedelta(seconds=-1), "-00:00:01"),
        (-timedelta(days=2, seconds=3661), "-2.01:01:01"),
    ],
)
def test_a_timespan(monkeypatch, length, text):
    monkeypatch.setattr(fetching, "ask", lambda *_, **__: Answer((Column("S", "timespan"),), [(length,)]))
    assert fetch(None, "Log", START, END).rows == [{"S": text}]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_does_not_have_is_left_out(monkeypatch, value):
    monkeypatch.setattr(fetching, "ask", lambda *_, **__: Answer((Column("R", "real"),), [(value,)]))
    assert fetch(None, "Log", START, END).rows == [{}]

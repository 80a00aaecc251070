"""Queries that bring their rows along answer the same as over tables, or are refused with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from masthead.kql import Engine, Fixture, Result
from masthead.kql.inlining.query import Inlined, Inlining
from masthead.kql.inlining.refusals import CannotInline
from masthead.kql.language import StoredFunction

NOW = dt.datetime(2026, 11, 3, 11, tzinfo=dt.UTC)
TABLES = {
    "Events": {
        "TimeGenerated": "datetime", "Actor": "string", "Action": "string", "Count": "long", "Detail": "dynamic",
        "a b": "string", "it's": "string",
    },
    "Others": {"TimeGenerated": "datetime", "Name": "string"},
    "Empty": {"TimeGenerated": "datetime", "Name": "string", "Value": "real"},
}  # fmt: skip
FUNCTIONS = (
    StoredFunction("Recent", "(since: timespan = 1h)", "Events | where TimeGenerated > ago(since)"),
    StoredFunction("Deletions", "()", "Recent(1d)\n| where Action == 'delete' // all of them"),
    StoredFunction("AdminsOf", "()", "_GetWatchlist('admins') | where Role == 'root' | project SearchKey"),
    StoredFunction("Arrived", "()", "union (Events | extend At = ingestion_time()), (Others | extend At = now())"),
)
ADMINS = [{"SearchKey": "mallory", "Role": "root"}, {"SearchKey": "alice", "Role": 'it\'s "quoted" \\ twice'}]
EVENTS = [
    {
        "TimeGenerated": "2026-11-03T09:10:00.1234567Z", "Actor": "mallory", "Action": "delete", "Count": 1,
        "Detail": {"name": "it's", "list": [1, 2.50, None, "x\n"], "deep": {"a": {}}},
    },
    {
        "TimeGenerated": "2026-11-03T09:50:00Z", "Action": "create", "Count": -2,
        "Actor": "line\nline\r\t\\ 'x' \"y\" \u2028 é 🦉",
    },
    {"TimeGenerated": "2026-11-03T10:30:00Z", "Actor": "trudy", "Action": "delete", "Count": 3, "Detail": "a text"},
    {
        "TimeGenerated": "2026-11-03T10:40:00Z", "Actor": "alice", "Count": None, "Detail": [],
        "a b": "spaces", "it's": "a quote", "_ingestion_time": "2026-11-03T10:55:00Z",
    },
]  # fmt: skip
CASES = yaml.safe_load(Path(__file__).with_name("inlining.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    fixtures = {
        'adx("cluster/db").Orders': Fixture(rows=[{"Id": 7, "Amount": 2.5}, {"Id": 8, "Amount": 0.5}]),
        "https://example.com/list.csv": Fixture(text="a,1\nb,2\n", format="csv"),
    }
    with Engine(TABLES, FUNCTIONS, {"admins": ADMINS}, fixtures=fixtures) as engine:
        engine.ingest("Events", EVENTS)
        engine.ingest("Others", [{"TimeGenerated": "2026-11-03T10:00:00Z", "Name": "x"}])
        yield engine


@pytest.fixture(scope="module")
def nothing() -> Iterator[Engine]:
    with Engine({}) as engine:
        yield engine


def inlining_of(engine: Engine, kql: str, answer: Result) -> Inlining:
    return Inlining(kql, FUNCTIONS, engine.bound, [column.name for column in answer.columns])


def brought(engine: Engine, inlining: Inlining) -> Inlined:
    rows = {name: engine.values(source.question, NOW)[1] for name, source in inlining.sources.items()}
    return inlining.at(NOW, rows)


@pytest.mark.parametrize("case", [each for each in CASES if "refused" not in each], ids=lambda each: each["name"])
def test_the_answer_is_the_same_without_tables(engine: Engine, nothing: Engine, case: dict[str, Any]) -> None:
    expected = engine.query(case["query"], NOW)
    sent = brought(engine, inlining_of(engine, case["query"], expected)).text
    answer = nothing.query(sent, NOW + dt.timedelta(days=400))
    assert answer.columns == expected.columns
    assert in_order(answer, case) == in_order(expected, case)
    assert [piece for piece in case.get("has", ()) if piece not in sent] == []


def in_order(result: Result, case: dict[str, Any]) -> list[Any]:
    """The rows as the query sorts them; of one that does not, in any one order."""
    return result.rows if "sort by" in case["query"] else sorted(result.rows, key=repr)


@pytest.mark.parametrize("case", [each for each in CASES if "refused" in each], ids=lambda each: each["name"])
def test_what_would_mean_something_else_is_refused_with_the_reason(engine: Engine, case: dict[str, Any]) -> None:
    with pytest.raises(CannotInline) as error:
        Inlining(case["query"], FUNCTIONS, engine.bound, [])
    assert str(error.value).startswith(case["refused"])


def test_places_of_what_is_sent_lead_to_where_it_was_written(engine: Engine) -> None:
    kql = 'Recent(2h)\n| where Action == "delete" and TimeGenerated < now()'
    inlined = brought(engine, inlining_of(engine, kql, engine.query(kql, NOW)))
    places = [inlined.traced.origin(inlined.text.index(piece)) for piece in ("datatable", "where TimeGenerated", "and")]
    assert places == [None, ("Recent", FUNCTIONS[0].body.index("where")), ("query", kql.index("and"))]
    assert inlined.traced.origin(inlined.text.rindex("datetime(")) == ("query", kql.index("now()"))

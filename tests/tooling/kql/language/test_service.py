"""The language service: what it says about a query, and what happens to queries that cost too much."""

from __future__ import annotations

import os
import re
import threading
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.kql.language import Column, Diagnostic, LanguageError, LanguageService, Reference, StoredFunction
from masthead.kql.language.v8 import SnapshotV8, snapshots_supported

TABLES = {
    "T": {"a": "long", "b": "string", "d": "dynamic", "TimeGenerated": "datetime"},
    "SecurityAlert": {"AlertName": "string"},
    "SecurityEvent": {"EventID": "int"},
}


@pytest.fixture(scope="module")
def service() -> LanguageService:
    return LanguageService.shared()


def test_a_right_query_has_columns_and_no_diagnostics(service: LanguageService) -> None:
    analysis = service.analyze("T | summarize n = count(), latest = max(TimeGenerated) by b", TABLES)
    assert analysis.diagnostics == ()
    assert analysis.columns == (Column("b", "string"), Column("n", "long"), Column("latest", "datetime"))


def test_a_misspelt_column_is_an_error_with_its_place(service: LanguageService) -> None:
    analysis = service.analyze("T | where bb == 'x'", TABLES)
    assert analysis.errors == (
        Diagnostic(
            "KS142",
            "Error",
            "The name 'bb' does not refer to any known column, table, variable or function.",
            10,
            12,
            "binder",
        ),
    )


def test_analyzers_warn_of_slow_constructs(service: LanguageService) -> None:
    query = "T | join (T) on a"
    found = service.analyze(query, TABLES).diagnostics
    assert [(d.code, d.source, d.severity) for d in found] == [("KS508", "analyzer", "Warning")]
    assert service.analyze(query, TABLES, analyzers=False).diagnostics == ()


def test_references_say_what_is_read_and_where(service: LanguageService) -> None:
    analysis = service.analyze(
        "let f = () { SecurityAlert }; T | where a > 1 | join (f()) on $left.b == $right.AlertName", TABLES
    )
    assert {r.name for r in analysis.tables} == {"T", "SecurityAlert"}
    assert Reference("T", 30, 31) in analysis.tables
    assert Reference("a", 40, 41) in analysis.references
    assert [r.name for r in analysis.functions] == ["f"]


def test_stored_functions_are_bound_with_those_they_call(service: LanguageService) -> None:
    functions = [
        StoredFunction("Alerts", "(least: int = 1)", "Named() | where strlen(AlertName) > least"),
        StoredFunction("Named", "()", "SecurityAlert | where isnotempty(AlertName)"),
        StoredFunction("Broken", "()", "nonsense |"),
    ]
    analysis = service.analyze("Alerts(3)", TABLES, functions)
    assert analysis.diagnostics == ()
    assert analysis.columns == (Column("AlertName", "string"),)
    assert [r.name for r in analysis.tables] == ["SecurityAlert"]


def test_a_watchlist_has_its_own_columns(service: LanguageService) -> None:
    watchlists = {"admins": {"SearchKey": "string", "Team": "string"}}
    analysis = service.analyze("_GetWatchlist('admins') | project Team", {}, (), watchlists)
    assert (analysis.diagnostics, analysis.columns) == ((), (Column("Team", "string"),))
    assert service.analyze("_GetWatchlist('admins') | project Tame", {}, (), watchlists).errors


def test_wildcards_declare_the_tables_they_match(service: LanguageService) -> None:
    analysis = service.analyze("union Security* | where isnotempty(AlertName) or EventID > 1", TABLES)
    assert analysis.errors == ()


@pytest.mark.parametrize(
    "query", ["union *", "union withsource=From isfuzzy=true * | count", "search 'x'", "let s = (search 'x'); s"]
)
def test_operators_that_read_every_table_bind(service: LanguageService, query: str) -> None:
    assert service.analyze(query, TABLES).errors == ()


def test_a_table_may_change_its_columns_between_two_calls(service: LanguageService) -> None:
    assert service.analyze("X | project a", {"X": {"a": "long"}}).columns == (Column("a", "long"),)
    assert service.analyze("X | project a", {"X": {"a": "string"}}).columns == (Column("a", "string"),)


def test_offsets_count_characters_not_utf16_units(service: LanguageService) -> None:
    analysis = service.analyze("print '😀😀' | where x", TABLES)
    assert [(d.start, d.end) for d in analysis.errors] == [(19, 20)]
    assert [n.start for n in analysis.tree.walk() if n.kind == "FilterOperator"] == [13]


def test_a_long_chain_of_conditions_is_read(service: LanguageService) -> None:
    query = "T | where " + " or ".join(f"a == {n}" for n in range(300))
    analysis = service.analyze(query, TABLES)
    assert analysis.errors == ()
    assert len(analysis.references) == 300


def test_the_formatter_is_microsofts(service: LanguageService) -> None:
    assert service.format("T|where a>1") == "T\n| where a > 1" or service.format("T|where a>1") == "T | where a > 1"


def test_positions_inside_a_stored_function_are_those_of_its_call(service: LanguageService) -> None:
    analysis = service.analyze("  F()", TABLES, [StoredFunction("F", "()", "T | where a > 1")])
    assert {(r.start, r.end) for r in analysis.tables} == {(2, 5)}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> LanguageService:
    """A service with a second for a query."""
    if snapshots_supported():
        monkeypatch.setattr("masthead.kql.language.snapshot.SnapshotV8", partial(SnapshotV8, call_limit=1))
    return LanguageService()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("print " + "(" * 5000 + "1" + ")" * 5000, "syntax depth|too long"),
        ("x" * 1_000_001, "at most 1,000,000"),
        ("print x = 1" + " + 1" * 60_000, "too large|too long"),
    ],
    ids=["parentheses", "characters", "operators"],
)
def test_a_costly_query_is_refused_and_the_service_lives_on(hasty: LanguageService, query: str, message: str) -> None:
    try:
        said = hasty.analyze(query, TABLES).errors[0].message
    except LanguageError as error:
        said = str(error)
    assert re.search(message, said)
    assert hasty.analyze("T | take 1", TABLES).errors == ()


def test_functions_that_double_are_refused(hasty: LanguageService) -> None:
    doubling = "let f0 = (x: long) { x + x };\n" + "".join(
        f"let f{i} = (x: long) {{ f{i - 1}(x) + f{i - 1}(x) }};\n" for i in range(1, 30)
    )
    with pytest.raises(LanguageError):
        hasty.analyze(doubling + "print f29(1)", TABLES)
    assert hasty.analyze("T | take 1", TABLES).errors == ()


def test_each_thread_has_a_service_of_its_own(service: LanguageService) -> None:
    answers: list[object] = []

    def ask() -> None:
        mine = LanguageService.shared()
        answers.append((mine is service, mine.analyze("T | project a", TABLES).columns))
        mine.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(False, (Column("a", "long"),))] * 2


def test_a_forked_child_gets_a_service_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = LanguageService.shared()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert LanguageService.shared() is not mine
    monkeypatch.undo()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_no_text_breaks_the_service(text: str) -> None:
    analysis = LanguageService.shared().analyze(text, TABLES)
    assert all(0 <= d.start <= d.end <= len(text) for d in analysis.diagnostics)

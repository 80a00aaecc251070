"""Translations that outlive the process: the same answers with and without, found only when nothing has changed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from masthead.kql import Engine, Fixture, KqlError, Window
from masthead.kql.engine import translations
from masthead.kql.language import LanguageService, StoredFunction

TABLES = {
    "T": {"TimeGenerated": "datetime", "a": "long", "d": "dynamic"},
    "Other": {"a": "long"},
    "TwoT": {"b": "real"},
}
ROWS = [{"TimeGenerated": "2024-01-01T00:00:00Z", "a": a, "d": {"k": "vé😀"}} for a in (3, 1, 2)]
FUNCTIONS = [StoredFunction("low", "(limit: long = 3)", "T | where a < limit"), StoredFunction("unused", "()", "Other")]
WATCHLIST = {"hosts": [{"SearchKey": "k", "Owner": "o"}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of kept rows; that of translations stands beside it."""
    return tmp_path / "it's/rows"


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The queries that the language service was asked about."""
    asked: list[str] = []
    analyze = LanguageService.analyze

    def noting(self: LanguageService, query: str, *args: Any, **options: Any) -> Any:
        asked.append(query)
        return analyze(self, query, *args, **options)

    monkeypatch.setattr(LanguageService, "analyze", noting)
    yield asked


def answer(folder: Path | None, query: str, window: Window | None = None, **given: Any) -> Any:
    options = {"tables": TABLES, "functions": FUNCTIONS, "watchlists": WATCHLIST, **given}
    with Engine(folder=folder, **options) as engine:
        if "T" in options["tables"] and "a" in options["tables"]["T"]:
            engine.ingest("T", ROWS)
        result = engine.query(query, window=window)
        results = (result, *result.others)
        reads = engine.reads(query, windowed=window is not None)
        return [(each.columns, each.rows, each.render, each.name) for each in results], reads


def entries(folder: Path) -> list[Path]:
    beside = folder.with_name("translations")
    return sorted(beside.iterdir()) if beside.exists() else []


QUERIES = {
    "rows in order": "T | sort by a asc | project a, tostring(d.k)",
    "a stored function": "low(2) | project a",
    "several results": "T | fork named = (count) (project a | top 1 by a)",
    "a chart": "T | summarize n = count() by a | sort by a asc | render timechart with (title='x', ymin=0)",
    "a watchlist": "_GetWatchlist('hosts') | project SearchKey, Owner",
    "no rows, unicode": 'T | where tostring(d["ключ"]) == "\U0001f600" | project a',
    "a value": "print 1 + 1",
    "all tables of a name": "union T* | count",
    "search": "search in (T) 'k' | count",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
@pytest.mark.parametrize("window", [None, Window()], ids=["whole", "windowed"])
def test_the_answer_is_the_same_with_and_without(
    folder: Path, bound: list[str], query: str, window: Window | None
) -> None:
    without = answer(None, query, window)
    assert answer(folder, query, window) == without
    bound.clear()
    assert answer(folder, query, window) == without
    assert bound == []


def test_what_a_window_may_show_is_known_too(folder: Path, bound: list[str]) -> None:
    def run() -> Any:
        with Engine(TABLES, folder=folder) as engine:
            engine.ingest("T", ROWS)
            query = "T | where a > 1 | project a"
            return engine.readings(query), engine.timed_rows(query), engine.columns(query), engine.asks_for_time(query)

    first = run()
    bound.clear()
    assert run() == first
    assert bound == []


CHANGES = {
    "a column of the table": {"tables": {**TABLES, "T": {**TABLES["T"], "more": "string"}}},
    "a column's type": {"tables": {**TABLES, "T": {**TABLES["T"], "a": "real"}}},
    "the order of columns": {"tables": {**TABLES, "T": dict(reversed(TABLES["T"].items()))}},
    "the function": {"functions": [StoredFunction("low", "(limit: long = 3)", "T | where a <= limit")]},
    "its default": {"functions": [StoredFunction("low", "(limit: long = 2)", "T | where a < limit")]},
    "the watchlist": {"watchlists": {"hosts": [{"SearchKey": "k", "Owner": "o", "Zone": "z"}]}},
    "a fixture": {"fixtures": {'adx("c/d").F': Fixture(rows=[{"x": 1}])}},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_is_translated_anew(folder: Path, bound: list[str], change: Mapping[str, Any]) -> None:
    query = "low() | extend SearchKey = 'k' | join kind=leftouter (_GetWatchlist('hosts')) on SearchKey | sort by a asc"
    answer(folder, query)
    bound.clear()
    assert answer(folder, query, **change) == answer(None, query, **change)
    assert bound == [query, query]


@pytest.mark.parametrize("query", ["union T* | count", "search 'k' | count", "union * | count"])
def test_a_table_more_counts_where_a_pattern_may_mean_it(folder: Path, bound: list[str], query: str) -> None:
    answer(folder, query)
    bound.clear()
    answer(folder, query, tables={**TABLES, "Tmore": {"a": "long"}})
    assert bound == [query]


def test_what_a_query_does_not_name_may_change(folder: Path, bound: list[str]) -> None:
    query = "low() | sort by a asc"
    first = answer(folder, query)
    bound.clear()
    changed = {**TABLES, "Other": {"b": "real"}, "New": {"c": "int"}}
    assert answer(folder, query, tables=changed, functions=FUNCTIONS[:1]) == first
    assert bound == []


def test_another_version_translates_anew(folder: Path, bound: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    answer(folder, "T | count")
    bound.clear()
    monkeypatch.setattr(translations, "_versions", lambda: "another")
    answer(folder, "T | count")
    assert bound == ["T | count"]


def test_what_the_data_decides_is_not_kept(folder: Path) -> None:
    assert answer(folder, "T | project d | evaluate bag_unpack(d)")[0][0][1] == [("vé😀",)] * 3
    assert entries(folder) == []


def test_errors_are_not_kept(folder: Path) -> None:
    for query in ("T | where nothing == 1", "Nowhere", "print toint(", 'T | extend x = cursor_after("")'):
        with pytest.raises(KqlError):
            answer(folder, query)
    assert entries(folder) == []


@pytest.mark.parametrize("damage", ["", "{}", "cut", "changed", "of another"])
def test_a_broken_entry_is_none(folder: Path, bound: list[str], damage: str) -> None:
    first = answer(folder, "T | project a | sort by a asc")
    [entry] = entries(folder)
    text = entry.read_text(encoding="utf-8")
    answer(folder, "T | project a = -a | sort by a asc")
    other = next(path for path in entries(folder) if path != entry).read_text(encoding="utf-8")
    changed = {"cut": text[:-30], "changed": text.replace("ORDER", "order"), "of another": other}.get(damage, damage)
    entry.write_text(changed, encoding="utf-8")
    bound.clear()
    assert answer(folder, "T | project a | sort by a asc") == first
    assert bound == ["T | project a | sort by a asc"]


def test_a_folder_that_cannot_be_written_to_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "translations").write_text("")
    assert answer(tmp_path / "rows", "T | count") == answer(None, "T | count")


def test_the_folder_stays_small(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "MAX_FOLDER", 3_000)
    monkeypatch.setattr(translations, "_ROOM_AFTER", 1)
    with Engine(TABLES, folder=folder) as engine:
        for number in range(30):
            engine.query(f"T | where a > {number}")
    assert 0 < sum(path.stat().st_size for path in entries(folder)) <= 3_000


def test_large_ones_are_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "MAX_ENTRY", 100)
    answer(folder, "T | count")
    assert entries(folder) == []


_PROCESS = """
import sys
from pathlib import Path
from masthead.kql import Engine
with Engine({"T": {"a": "long"}}, folder=Path(sys.argv[1])) as engine:
    engine.ingest("T", [{"a": 7}])
    for number in range(25):
        assert engine.query(f"T | extend b = a + {number} | project b").rows == [(7 + number,)]
"""


def test_two_processes_share_the_folder(folder: Path) -> None:
    command = [sys.executable, "-c", _PROCESS, str(folder)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [(each.communicate(timeout=120)[1], each.returncode) for each in running] == [(b"", 0)] * 2
    assert len(entries(folder)) == 25
    assert {path.suffix for path in entries(folder)} == {".json"}


def test_a_project_cannot_bring_translations_along(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = answer(folder, "T | project a | sort by a asc")
    [entry] = entries(folder)
    body = entry.read_text(encoding="utf-8")[40:].replace('"a"', '42 AS \\"a\\"')
    project = tmp_path / "project"
    for place in (".masthead/cache", ".masthead/cache/translations", "translations", "."):
        (project / place).mkdir(parents=True, exist_ok=True)
        (project / place / entry.name).write_text(translations._digest(entry.stem, body) + body, encoding="utf-8")
    monkeypatch.chdir(project)
    assert answer(tmp_path / "empty/rows", "T | project a | sort by a asc") == first


def test_known_queries_need_no_language_service(folder: Path) -> None:
    script = _PROCESS + "\nfrom masthead.kql.language import LanguageService\nprint(LanguageService.shared()._v8)"
    for expected in (False, True):
        command = [sys.executable, "-c", script, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        assert (done.stdout == "None\n") is expected


def test_an_entry_is_json(folder: Path) -> None:
    answer(folder, "T | count")
    translation, read = json.loads(entries(folder)[0].read_text(encoding="utf-8")[40:])
    assert (translation["columns"], read) == ([["Count", "long"]], ["T"])

"""Rows that are kept under a key: the same rows whether they were parsed, kept in memory, or found in a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any
from uuid import UUID

import pytest

from masthead.kql import Engine, KqlError, Part
from masthead.kql.engine import store

T0 = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
COLUMNS = {
    "TimeGenerated": "datetime",
    "n": "long",
    "i": "int",
    "r": "real",
    "b": "bool",
    "s": "string",
    "span": "timespan",
    "d": "dynamic",
    "dec": "decimal",
    "g": "guid",
}
ROWS: list[dict[str, Any]] = [
    {
        "TimeGenerated": "2024-01-01T00:00:00.1234567Z",
        "n": -(2**63),
        "i": 1,
        "r": 0.1,
        "b": True,
        "s": "é\0",
        "span": "1.02:03:04.5",
        "d": {"b": 1.0, "a": [1, None, "\u2028"]},
        "dec": "1.5",
        "g": "1b2c3d4e-0000-4000-8000-000000000004",
    },
    {"TimeGenerated": "2024-01-01T00:01:00Z", "d": "text", "_ingestion_time": "2024-01-01T00:09:00Z"},
    {"TimeGenerated": "2023-01-01T00:00:00Z", "d": 7},
]
ANSWER = [
    (
        *(-(2**63), 1, 0.1, True, "é\0", dt.timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        *({"b": 1.0, "a": [1, None, "\u2028"]}, Decimal("1.5"), UUID("1b2c3d4e-0000-4000-8000-000000000004")),
        *("2024-01-01T00:00:00.1234567Z", "2024-01-01T00:00:00.1234567Z"),
    ),
    *(
        (None, None, None, None, "", None, d, None, None, happened, arrived)
        for d, happened, arrived in (
            ("text", "2024-01-01T00:01:00.0000000Z", "2024-01-01T00:09:00.0000000Z"),
            (7, "2023-01-01T00:00:00.0000000Z", "2023-01-01T00:00:00.0000000Z"),
        )
    ),
]
QUERY = "T | project n, i, r, b, s, span, d, dec, g, h = tostring(TimeGenerated), a = tostring(ingestion_time())"


def never() -> list[dict[str, Any]]:
    raise AssertionError("the rows were read")


@pytest.fixture(autouse=True)
def worth_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "WORTH_A_FILE", 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "it's/rows"


def answer(engine: Engine, rows: Any, query: str = QUERY, *, outlive: bool = True) -> list[Any]:
    engine.keep("key", "T", rows, outlive=outlive)
    engine.show("T", [Part("key")])
    return engine.query(query).rows


def test_rows_are_the_same_from_where_they_come(folder: Path) -> None:
    for rows in (lambda: ROWS, never):
        with Engine({"T": COLUMNS}, folder=folder) as engine:
            assert answer(engine, rows) == ANSWER
            assert answer(engine, never) == ANSWER
    assert [path.name for path in folder.iterdir()] == ["key.parquet"]


def test_many_rows_keep_their_order(folder: Path) -> None:
    for rows in (lambda: ({"n": number} for number in range(150_000)), never):
        with Engine({"T": COLUMNS}, folder=folder) as engine:
            assert answer(engine, rows, "T | project n") == [(number,) for number in range(150_000)]


@pytest.mark.parametrize("outlive", [False, True])
def test_few_rows_and_those_of_this_process_alone_have_no_file(folder: Path, outlive: bool) -> None:
    with Engine({"T": COLUMNS}, folder=folder) as engine:
        answer(engine, lambda: ROWS[:2] if outlive else ROWS, outlive=outlive)
    assert not folder.exists() or not list(folder.iterdir())


def test_of_two_that_want_the_same_rows_one_reads_them(folder: Path) -> None:
    reading, go_on, second = Event(), Event(), []

    def slowly() -> list[dict[str, Any]]:
        reading.set()
        assert go_on.wait(60)
        return ROWS

    def another() -> None:
        with Engine({"T": COLUMNS}, folder=folder) as engine:
            second.append(answer(engine, never))

    with Engine({"T": COLUMNS}, folder=folder) as engine:
        other = Thread(target=lambda: (reading.wait(60), Timer(0.2, go_on.set).start(), another()))
        other.start()
        assert answer(engine, slowly) == ANSWER
        other.join(60)
    assert second == [ANSWER]
    assert [path.name for path in folder.iterdir()] == ["key.parquet"]


@pytest.mark.parametrize("damage", [b"", b"PAR1 and nothing else", None])
def test_a_broken_file_is_none(folder: Path, damage: bytes | None) -> None:
    with Engine({"T": COLUMNS}, folder=folder) as engine:
        answer(engine, lambda: ROWS)
    path = folder / "key.parquet"
    path.write_bytes(path.read_bytes()[:-40] if damage is None else damage)
    with Engine({"T": COLUMNS}, folder=folder) as engine:
        assert answer(engine, lambda: ROWS) == ANSWER
    with Engine({"T": COLUMNS}, folder=folder) as engine:
        assert answer(engine, never) == ANSWER


def test_a_folder_that_cannot_be_written_to_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Engine({"T": COLUMNS}, folder=tmp_path / "file" / "rows") as engine:
        assert answer(engine, lambda: ROWS) == ANSWER


def test_nothing_is_kept_of_rows_that_break_off(folder: Path) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield from ROWS
        raise ValueError("broken")

    with Engine({"T": COLUMNS}, folder=folder) as engine:
        with pytest.raises(ValueError, match="broken"):
            answer(engine, broken)
        with pytest.raises(KqlError, match="row 1: T has no column x"):
            answer(engine, lambda: [{"x": 1}])
        assert answer(engine, lambda: ROWS) == ANSWER


def test_what_is_not_needed_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_MEMORY", 0)
    with Engine({"T": COLUMNS}) as engine:
        for key in ("a", "b", "c"):
            engine.make_room({key})
            engine.keep(key, "T", lambda key=key: [{"s": key}])
            engine.show("T", [Part(key)])
            assert engine.query("T | project s").rows == [(key,)]
        engine.keep("c", "T", never)
        engine.keep("a", "T", lambda: [{"s": "again"}])
        engine.show("T", [Part("a"), Part("c")])
        assert engine.query("T | project s").rows == [("again",), ("c",)]


def test_files_that_were_not_used_for_longest_make_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True)
    (folder / "old.parquet").write_bytes(b"x" * 2_000_000)
    monkeypatch.setattr(store, "MAX_FILES", 1_000_000)
    with Engine({"T": COLUMNS}, folder=folder) as engine:
        answer(engine, lambda: ROWS)
    assert [path.name for path in folder.iterdir()] == ["key.parquet"]


def test_sql_reaches_its_folder_and_nothing_else(folder: Path) -> None:
    with Engine({"T": COLUMNS}, folder=folder) as engine:
        answer(engine, lambda: ROWS)
        run = engine._database.execute
        assert run(f"SELECT count(*) FROM read_parquet('{str(folder).replace(chr(39), chr(39) * 2)}/key.parquet')")
        for sql in (
            "SELECT * FROM read_text('/etc/hostname')",
            f"COPY (SELECT 1) TO '{folder.as_posix().replace(chr(39), chr(39) * 2)}/../other.parquet'",
            "SET allowed_directories = ['/']",
            "SET enable_external_access = true",
            "INSTALL httpfs",
        ):
            with pytest.raises(KqlError):
                run(sql)


def test_rows_that_come_in_take_the_place_of_those_that_were_shown() -> None:
    with Engine({"T": COLUMNS}) as engine:
        assert answer(engine, lambda: ROWS) == ANSWER
        engine.ingest("T", [{"n": 5}])
        assert engine.query("T | project n").rows == [(5,)]
        engine.show("T", [])
        assert engine.query("T | project n").rows == [(5,)]

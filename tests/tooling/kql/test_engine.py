"""The engine's own promises: isolation, limits, windows, what may be ingested."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import uuid

import pytest

from masthead.kql import Engine, KqlError, Window
from masthead.kql.engine.database import Database
from masthead.kql.language import Column, StoredFunction

UTC = dt.UTC
T0 = dt.datetime(2024, 1, 1, tzinfo=UTC)
TABLE = {"TimeGenerated": "datetime", "n": "long", "s": "string", "d": "dynamic", "span": "timespan", "g": "guid"}


def test_values_go_in_and_come_out_as_they_were() -> None:
    row = {
        "TimeGenerated": T0,
        "n": 5,
        "s": "ä\0'\"",
        "d": {"b": 1, "a": [None, 1.0, "x"]},
        "span": dt.timedelta(days=-1, microseconds=1),
        "g": uuid.UUID(int=7),
    }
    with Engine({"T": TABLE}) as engine:
        engine.ingest("T", [row, {}])
        result = engine.query("T")
    assert result.columns == [Column(name, kind) for name, kind in TABLE.items()]
    assert result.rows == [tuple(row.values()), (None, None, "", None, None, None)]
    assert list(result.rows[0][3]) == ["b", "a"]


def test_times_keep_their_seventh_digit() -> None:
    with Engine({"T": TABLE}) as engine:
        assert engine.ingest("T", [{"n": 1, "TimeGenerated": "2024-01-01T00:00:00.1234567Z"}, {"n": 2}]) == 2
        assert engine.query("T | project n, t = tostring(TimeGenerated)").rows == [
            (1, "2024-01-01T00:00:00.1234567Z"),
            (2, ""),
        ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"n": 1}, {"nn": 1}], "row 2: T has no column nn"),
        ([{"n": "x"}], 'row 1: n is a long, and "x" is none'),
        ([{"n": 1.5}], "row 1: n is a long, and 1.5 is none"),
        ([{"n": 2**70}], "row 1: n is a long"),
        ([{"TimeGenerated": "yesterday"}], "row 1: TimeGenerated is a datetime"),
        ([{"_ingestion_time": "soon"}], "row 1: 'soon' is no ingestion time"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_and_nothing_is_appended(rows: list, message: str) -> None:
    with Engine({"T": TABLE}) as engine:
        with pytest.raises(KqlError, match=message):
            engine.ingest("T", rows)
        assert engine.query("T | count").rows == [(0,)]


def test_a_window_shows_what_a_run_would_see() -> None:
    rows = [
        {"n": n, "TimeGenerated": T0 + dt.timedelta(minutes=n), "_ingestion_time": T0 + dt.timedelta(minutes=n + 5)}
        for n in range(10)
    ]
    window = Window(after=T0, until=T0 + dt.timedelta(minutes=5), ingested_until=T0 + dt.timedelta(minutes=8))
    with Engine({"T": TABLE}) as engine:
        engine.ingest("T", rows)
        assert engine.query("T | project n", window=window).rows == [(1,), (2,), (3,)]
        near_real_time = Window(
            ingested_after=T0 + dt.timedelta(minutes=12), ingested_until=T0 + dt.timedelta(minutes=13)
        )
        assert engine.query("T | project n", window=near_real_time).rows == [(8,)]
        assert engine.query("union T, (T | where n > 100) | count", window=window).rows == [(3,)]


def test_columns_that_the_data_tells_are_those_of_the_window_and_of_the_rows_as_they_are() -> None:
    query = "T | evaluate bag_unpack(d) | project-away n, s, span, g, TimeGenerated"
    with Engine({"T": TABLE}) as engine:
        engine.ingest("T", [{"TimeGenerated": T0 + dt.timedelta(hours=n), "d": {f"k{n}": n}} for n in range(2)])
        assert engine.columns(query) == ["k0", "k1"]
        window = Window(until=T0)
        assert engine.query(query, window=window).columns == [Column("k0", "long")]
        engine.ingest("T", [{"TimeGenerated": T0, "d": {"late": "x"}}])
        assert engine.query(query, window=window).rows == [(0, ""), (None, "x")]
        assert engine.readings(query) == [(T0 + dt.timedelta(hours=n),) * 2 for n in (0, 1, 0)]
        assert engine.timed_rows(query) is None


def test_now_is_what_the_caller_says() -> None:
    with Engine({"T": TABLE}) as engine:
        engine.ingest("T", [{"n": 1, "TimeGenerated": T0}])
        for hours, rows in ((1, [(1,)]), (30, [])):
            assert (
                engine.query("T | where TimeGenerated > ago(1d) | project n", now=T0 + dt.timedelta(hours=hours)).rows
                == rows
            )


def test_ingesting_goes_on_after_a_query_and_clear_empties() -> None:
    with Engine({"T": TABLE}) as engine:
        engine.ingest("T", [{"n": 1}])
        assert engine.query("T | count").rows == [(1,)]
        engine.ingest("T", [{"n": 2}])
        assert engine.query("T | count").rows == [(2,)]
        engine.clear("T")
        assert engine.query("T | count").rows == [(0,)]


def test_stored_functions_and_watchlists() -> None:
    functions = [StoredFunction("Least", "(least: long = 2)", "T | where n >= least")]
    watchlists = {"Admins": [{"SearchKey": "eve", "Team": "blue"}]}
    with Engine({"T": TABLE}, functions, watchlists) as engine:
        engine.ingest("T", [{"n": 1, "s": "eve"}, {"n": 3, "s": "eve"}, {"n": 4, "s": "bob"}])
        query = "Least() | where s in ((_GetWatchlist('admins') | project SearchKey)) | project n"
        assert engine.query(query).rows == [(3,)]
        with pytest.raises(KqlError, match="no watchlist"):
            engine.query("_GetWatchlist('nope') | project SearchKey")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
        "SET memory_limit = '100GB'",
        "SELECT * FROM 'https://example.com/x.parquet'",
    ],
)
def test_the_database_reaches_nothing_outside(sql: str) -> None:
    database = Database()
    with pytest.raises(KqlError):
        database.execute(sql)
    database.close()


def test_a_query_that_names_a_file_is_a_query_of_an_unknown_table() -> None:
    with Engine() as engine, pytest.raises(KqlError, match="does not refer to any known"):
        engine.query("['/etc/passwd']")


def test_externaldata_reads_nothing_without_a_fixture() -> None:
    with Engine() as engine, pytest.raises(KqlError) as caught:
        engine.query("externaldata(x: string) ['https://example.com/x.csv']")
    assert caught.value.unsupported


def test_time_is_bounded() -> None:
    side = "range {} from 1 to 100000 step 1 | extend k = 1"
    query = f"{side.format('a')} | join kind=inner ({side.format('b')}) on k | summarize sum(a * b)"
    with Engine(time_limit=0.5) as engine:
        with pytest.raises(KqlError, match=r"longer than 0\.5 seconds"):
            engine.query(query)
        assert engine.query("print 1").rows == [(1,)]


def test_memory_is_bounded() -> None:
    query = (
        "range a from 1 to 5000000 step 1 | extend s = strcat(tostring(a), '"
        + "x" * 400
        + "') | summarize make_list(s)"
    )
    with Engine(time_limit=60) as engine:
        with pytest.raises(KqlError, match=r"memory|seconds"):
            engine.query(query)
        assert engine.query("print 1").rows == [(1,)]


def test_a_range_without_end_is_refused() -> None:
    with Engine() as engine:
        with pytest.raises(KqlError, match="5,000,000 rows"):
            engine.query("range x from 1 to 100000000000 step 1")
        with pytest.raises(KqlError, match="0"):
            engine.query("range x from 1 to 10 step 0")


def test_lets_that_double_are_refused() -> None:
    # Microsoft's binder unions the columns of both sides at every step; the engine's own SQL does not grow.
    fine = "let t0 = datatable(x:long)[1];\n" + "".join(f"let t{i} = union t{i - 1}, t{i - 1};\n" for i in range(1, 11))
    with Engine() as engine:
        assert engine.query(fine + "t10 | count").rows == [(1024,)]
        assert len(engine.sql(fine + "t10 | count")) < 10_000


def test_values_that_double_are_refused() -> None:
    doubling = "let v0 = rand();\n" + "".join(f"let v{i} = strcat(v{i - 1}, v{i - 1});\n" for i in range(1, 40))
    with Engine(time_limit=2) as engine, pytest.raises(KqlError):
        engine.query(doubling + "print strlen(v39)")


def test_an_error_shows_its_line_with_a_caret() -> None:
    with Engine({"T": TABLE}) as engine, pytest.raises(KqlError) as caught:
        engine.query("T\n| where nn > 1")
    error = caught.value
    assert (error.line, error.column, error.unsupported) == (2, 9, False)
    assert error.excerpt() == "| where nn > 1\n        ^^"


@pytest.mark.parametrize("query", ["T // \x0b\x0c\x1c\n| where nn > 1", "T // a\r\n| where nn > 1\r\n"])
def test_lines_are_those_that_its_place_counts(query: str) -> None:
    with Engine({"T": TABLE}) as engine, pytest.raises(KqlError) as caught:
        engine.query(query)
    assert caught.value.excerpt() == "| where nn > 1\n        ^^"


def test_python_ends_quietly_with_engines_left_open() -> None:
    program = (
        "from masthead.kql import Engine\n"
        "for _ in range(4):\n"
        "    rows = Engine().query(\"datatable(s:string)['1 Jan 2020'] | extend t = todatetime(s)\").rows\n"
        "print(len(rows))"
    )
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_of_very_many_tables_those_without_rows_are_not_run() -> None:
    everything = "union withsource=N * | summarize count() by N"
    with Engine({f"T{i:02}": {"a": "long", f"c{i}": "string"} for i in range(60)}) as engine:
        assert engine.query(everything).rows == []
        engine.ingest("T07", [{"a": 1}])
        assert engine.query(everything).rows == [("T07", 1)]
        engine.ingest("T08", [{"a": 2}, {"a": 3}])
        assert sorted(engine.query(everything).rows) == [("T07", 1), ("T08", 2)]
        assert [len(engine.query(q).columns) for q in ("union *", "search *")] == [61, 62]
        engine.clear("T07")
        assert engine.query(everything).rows == [("T08", 2)]
        assert len(engine.reads(everything)) == 60


def test_a_function_may_ask_when_rows_came_in() -> None:
    functions = [StoredFunction("Late", "()", "T | where ingestion_time() > TimeGenerated | project n")]
    with Engine({"T": {"TimeGenerated": "datetime", "n": "long"}}, functions=functions) as engine:
        rows = [{"n": n, "TimeGenerated": T0, "_ingestion_time": T0 + dt.timedelta(minutes=n)} for n in range(2)]
        engine.ingest("T", rows)
        assert engine.query("Late").rows == [(1,)]
        assert engine.query("Late | extend at = n").rows == [(1, 1)]

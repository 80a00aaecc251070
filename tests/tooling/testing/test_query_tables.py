"""`masthead query` over files and fixtures, its charts, and its end by Ctrl-C."""

from __future__ import annotations

import gzip
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import typer

from masthead.cli.query import Format, command
from masthead.content.project import Project

CSV = "TimeGenerated,Who,N,Code\n2026-01-01T00:00:00Z,a,1,007\n2026-01-01T01:00:00Z,b,5,\n"


@pytest.fixture(autouse=True)
def project(make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> Project:
    project = make_project()
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("COLUMNS", "60")
    Path("files").mkdir()
    Path("files/Foo.csv").write_text(CSV, encoding="utf-8")
    Path("files/Bar.ndjson.gz").write_bytes(gzip.compress(b'{"x": 1, "d": {"a": [1]}}\n{"x": 2.5}\n'))
    duckdb.sql("SELECT 7::BIGINT AS i, TIMESTAMP '2026-01-01' AS t").write_parquet("files/Baz.parquet")
    Path("files/notes.txt").write_text("no table", encoding="utf-8")
    return project


def test_a_folder_is_a_table_for_each_file(capsys: pytest.CaptureFixture[str]) -> None:
    query = "union (Foo | getschema), (Bar | getschema), (Baz | getschema) | project ColumnName, ColumnType"
    assert command(query, table=["files"], format=Format.CSV) == 0
    written = capsys.readouterr()
    assert sorted(written.out.splitlines()) == [
        "Code,string", "ColumnName,ColumnType", "N,long", "TimeGenerated,datetime", "Who,string", "d,dynamic", "i,long",
        "t,datetime", "x,real",
    ]  # fmt: skip
    assert "Bar: columns inferred from files/Bar.ndjson.gz: x: real, d: dynamic" in written.err.splitlines()


def test_a_table_of_the_catalog_keeps_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    Path("e.csv").write_text('TimeGenerated,Count,Detail\n2026-01-01,3,"{""a"": 1}"\n', encoding="utf-8")
    assert command("Events | project Count, Detail.a, Actor", table=["Events=e.csv"], format=Format.NDJSON) == 0
    assert capsys.readouterr() == ('{"Count": 3, "Detail_a": 1, "Actor": ""}\n', "")


def test_rows_as_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("print a = 'x|y', b = 1", format=Format.MARKDOWN) == 0
    assert capsys.readouterr().out == "| a | b |\n| --- | ---: |\n| x\\|y | 1 |\n"


def test_render_draws_bars_and_curves(capsys: pytest.CaptureFixture[str]) -> None:
    bars = "datatable(Who:string, N:long)['a', 4, 'bb', 8] | render barchart"
    assert command(bars) == 0
    assert capsys.readouterr().out == f" a │{'█' * 27} 4\nbb │{'█' * 54} 8\n"
    assert command("range x from 0 to 10 step 1 | extend y = x | render linechart") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("│")[0] for line in (lines[0], lines[8], lines[15])] == ["10 ", " 5 ", " 0 "]
    assert lines[-1].split() == ["0", "10"]
    assert command(bars, format=Format.CSV) == 0
    assert capsys.readouterr().out == "Who,N\na,4\nbb,8\n"


def test_a_fixture_stands_for_what_lies_outside(capsys: pytest.CaptureFixture[str]) -> None:
    query = "externaldata(N:long)['https://example.com/l?a=b'] with (format='txt')"
    Path("l.txt").write_text("5\n", encoding="utf-8")
    assert command(query) == 1
    assert "give its rows as the fixture https://example.com/l (" in capsys.readouterr().err
    assert command(query, fixture=["https://example.com/l=l.txt"], format=Format.CSV) == 0
    assert capsys.readouterr().out == "N\n5\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"table": ["nothing.csv"]}, "nothing.csv: there is no such file"),
        ({"table": ["files/notes.txt"]}, "does not end in one of"),
        ({"fixture": ["l.txt"]}, "is not NAME=PATH"),
        ({"file": Path("q.kql")}, "not both"),
    ],
)
def test_what_cannot_be_used_is_misuse(options: dict, message: str) -> None:
    with pytest.raises(typer.BadParameter, match=message):
        command("print 1", **options)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_control_c_ends_a_long_query_at_once() -> None:
    many = "(range a from 1 to 3000000 step 1 | extend k = 1)"
    query = f"{many} | join kind=inner {many} on k | summarize sum(a * a1)"
    process = subprocess.Popen(
        [sys.executable, "-m", "masthead.cli.main", "query", query], stderr=subprocess.PIPE, text=True
    )
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (130, "interrupted\n")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("T.csv", "a,b\n1,2\n3,4,5\n", "T.csv:3: the line has more values than the header names"),
        ("T.ndjson", '{"a": 1}\n\n{"a": }\n', "T.ndjson:3:7: this is not valid JSON: Expecting value"),
        ("T.ndjson", '{"a": 1}\n[2]\n', "T.ndjson:2:1: a row is a JSON object"),
        (
            "Events.csv",
            "TimeGenerated,Detail\n2026-01-01,{a\n",
            "Events.csv:2: Detail is dynamic, and its text is no JSON",
        ),
        ("T.csv", "a,b,a\n1,2,3\n", "T.csv:1: the header names a twice"),
        ("T.csv", "a,,b\n1,2,3\n", "T.csv:1: the header's value 2 is empty, and a column needs a name"),
        ("T.csv", 'a,b\n1,2\n1,"x\n2,3\n', "T.csv:3: this is not valid CSV: a quote is never closed"),
        ("T.csv", "a\n1\n\udce9\n", "T.csv:3: this is not UTF-8; save the file so"),
        ("T.ndjson", '{"": 1}\n', "T.ndjson:1:1: a key is empty, and a column needs a name"),
        ("T.ndjson", '{"a": ' + "[" * 50_000 + "]" * 50_000 + "}\n", "T.ndjson:1:1: this is nested too deeply"),
        ("T.ndjson", '{"a": 1}\n{"a": "\\ud800"}\n', "T.ndjson:2:1: half of a character"),
        ("T.ndjson", '{"a": ' + "9" * 5_000 + "}\n", "T.ndjson:1:1: a number of more than 4,300 digits"),
        ("T.ndjson", '{"a": 1}\n' * 10_001 + '\n{"a": "x"}\n', 'T.ndjson:10003: a is a long, and "x" is none (columns'),
        ("T.ndjson", '{"a": 1}\n' * 10_001 + '{"b": 2}\n', "T.ndjson:10002: T has no column b (columns are inferred"),
        ("Events.ndjson", '{"Count": 1}\n{"Count": "x"}\n', 'Events.ndjson:2: Count is a long, and "x" is none'),
        ("T.json", '[{"a": 1},\n {"a": }]', "T.json:2:8: this is not valid JSON: Expecting value"),
        ("T.json", '[{"a": 1}, 2]', "T.json: row 2: a row is a JSON object"),
        ("T.json", "5", "T.json: row 1: a row is a JSON object"),
    ],
)
def test_a_file_that_is_wrong_says_where(name: str, text: str, said: str) -> None:
    Path(name).write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(typer.BadParameter, match=re.escape(said)):
        command(Path(name).stem, table=[name])


def test_two_files_of_a_folder_are_not_one_table() -> None:
    Path("files/Foo.ndjson").write_text("{}", encoding="utf-8")
    with pytest.raises(typer.BadParameter, match=r"Foo\.csv and files/Foo\.ndjson would both be the table Foo"):
        command("Foo", table=["files"])


@pytest.mark.parametrize(
    ("text", "schema", "rows"),
    [
        ("a,b\n", "a,string\nb,string\n", ""),
        ("a,b,c\n1,\n", "a,long\nb,string\nc,string\n", "1,,\n"),
        ('\ufeffa,b\r\n1,"x ""y""\r\nz"\r\n', "a,long\nb,string\n", '1,"x ""y""\r\nz"\n'),
    ],
)
def test_the_header_says_which_columns_there_are(
    text: str, schema: str, rows: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("my logs.csv").write_text(text, encoding="utf-8", newline="")
    for query, written in (("getschema | project ColumnName, ColumnType", schema), ("where true", rows)):
        assert command(f"['my logs'] | {query}", table=["my logs.csv"], format=Format.CSV) == 0
        said = capsys.readouterr()
        assert said.out.partition("\n")[2] == written
        assert said.err.startswith('["my logs"]: columns inferred from my logs.csv: a: ')


def test_numbers_beyond_64_bits_keep_their_digits(capsys: pytest.CaptureFixture[str]) -> None:
    Path("T.ndjson").write_text('{"a": 1, "b": 18446744073709551615}\n{"a": ' + "9" * 30 + "}\n", encoding="utf-8")
    duckdb.sql("SELECT 18446744073709551615::UBIGINT AS c").write_parquet("U.parquet")
    assert (
        command("union T, U | project a, b, c = tostring(c)", table=["T.ndjson", "U.parquet"], format=Format.CSV) == 0
    )
    assert capsys.readouterr().out.splitlines() == [
        "a,b,c", "1,18446744073709551615,", f"{'9' * 30},,", ",,18446744073709551615",
    ]  # fmt: skip


def test_columns_of_parquet_that_differ_in_case_only_keep_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    duckdb.sql("SELECT 1 AS aaa, {'x': [2]} AS bbb, 3 AS ccc, {'d': 4} AS e").write_parquet("T.parquet")
    path = Path("T.parquet")
    path.write_bytes(path.read_bytes().replace(b"ccc", b"AAA"))  # DuckDB writes no such names
    assert command("T", table=["T.parquet"], format=Format.NDJSON) == 0
    assert capsys.readouterr().out == '{"aaa": 1, "bbb": {"x": [2]}, "AAA": 3, "e": {"d": 4}}\n'


def test_parquet_that_no_type_of_kusto_is_like_is_refused() -> None:
    duckdb.sql("SELECT 1 AS a, {'b': ['x'::BLOB]} AS c").write_parquet("T.parquet")
    with pytest.raises(typer.BadParameter, match=r"T.parquet: c is STRUCT\(b BLOB\[\]\), which no type of Kusto"):
        command("T", table=["T.parquet"])


def test_days_and_times_of_day_are_read_alike_beside_what_is_read_row_by_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    duckdb.sql("SELECT DATE '2024-01-02' AS a, TIME '01:02:03' AS b").write_parquet("T.parquet")
    for tables in (["T.parquet"], ["T.parquet", "T=more.ndjson"]):
        Path("more.ndjson").write_text("", encoding="utf-8")
        assert command("T", table=tables, format=Format.CSV) == 0
        assert capsys.readouterr().out == "a,b\n2024-01-02T00:00:00.0000000Z,01:02:03\n"

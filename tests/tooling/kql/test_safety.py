"""Queries that mean harm: they end in a KqlError or in an answer within the limits, and the engine goes on.

The database's own walls are tested in test_engine.py; here it is what a query can bring up to them.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from masthead.kql import Engine, KqlError, Window

TABLE = {"s": "string", "n": "long", "d": "dynamic", "TimeGenerated": "datetime"}
LIMIT = 3.0  # seconds


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine({"T": TABLE, "Secret": {"s": "string"}}, time_limit=LIMIT) as engine:
        engine.ingest("T", [{"s": "a", "n": n, "TimeGenerated": "2024-01-01T00:00:00Z"} for n in range(3)])
        engine.ingest("Secret", [{"s": "treasure"}])
        yield engine


# --- texts that are SQL, or mean something to it ----------------------------------------------------------------------
TEXTS = [
    "'",
    '"',
    "''",
    "\\",
    "\\'",
    "'; COPY T TO 'x.csv'; --",
    "\"; ATTACH 'x.db'; --",
    '" FROM "Secret" --',
    '\') UNION SELECT s FROM "Secret" --',
    "/* */",
    "-- ",
    "$now",
    "$1",
    "?",
    ":now",
    "{0}",
    "{x}",
    "%s",
    "\n",
    "\r\n\t",
    "\0",
    "a\0'b",
    "\u2028",
    "\ufeff",
    "日本",
    "😀",
    "ß",
    "$order",
    "$happened",
    "$ingested",
    "t$1",
    "kq_equal(",
    "read_csv('/etc/passwd')",
    "/etc/passwd",
    "https://example.com/x.parquet",
    "SELECT",
]
_KQL = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0", "\u2028": "\\u2028"}
)


def written(text: str) -> str:
    """The text as KQL writes it."""
    return f'"{text.translate(_KQL)}"'


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_a_text_wherever_it_stands(engine: Engine, text: str) -> None:
    kql = written(text)
    for query, rows in {
        f"print {kql}": [(text,)],
        f"print dynamic([{kql}])": [([text],)],
        f"datatable(x: string) [{kql}] | where x == {kql} | extend y = x": [(text, text)],
        f"let a = {kql}; T | where n == 0 | project a, strcat(s, a)": [(text, "a" + text)],
        f"T | where s in ({kql}) or s =~ {kql} | count": [(0,)],
        f"T | where s has {kql} or s contains {kql} or s startswith {kql} | where s != 'a' | count": [(0,)],
        f"print replace_string({kql}, {kql}, {kql})": [(text,)],
        f"print array_length(split(strcat({kql}, 'x', {kql}), {kql}))": [(3,)],
        f"print bag_pack({kql}, 1)": [({text: 1},)],
        f"print tostring(bag_pack({kql}, {kql})[{kql}])": [(text,)],
        f"let f = (x: string = {kql}) {{ print x }}; f()": [(text,)],
        f"T | summarize count() by k = {kql}": [(text, 3)],
        f"print x = strcat('<', {kql}, '>') | parse x with '<' y '>' | project y": [(text,)],
    }.items():
        assert engine.query(query).rows == rows, query


@pytest.mark.parametrize("name", [text for text in TEXTS if text.isprintable()])
def test_a_name_is_a_name_wherever_it_stands(engine: Engine, name: str) -> None:
    kql = f"[{written(name)}]"
    for query, columns, rows in [
        (f"T | where n == 1 | project {kql} = n", [name], [(1,)]),
        (f"T | sort by n | extend {kql} = -n | project n, {kql} | take 1", ["n", name], [(2, -2)]),
        (f"T | summarize {kql} = sum(n) by k = s | project-rename k2 = {kql}", ["k", "k2"], [("a", 3)]),
        (f"datatable({kql}: long) [7] | where {kql} == 7 | summarize max({kql}) by {kql}", None, [(7, 7)]),
        (f"range {kql} from 1 to 2 step 1 | sort by {kql} desc | take 1", [name], [(2,)]),
        (f"let {kql} = 5; print x = {kql}", ["x"], [(5,)]),
        (f"let {kql} = T | where n == 2; {kql} | join kind=inner {kql} on n | count", ["Count"], [(1,)]),
        (f"let {kql} = (v: long) {{ v + 1 }}; print x = {kql}(1)", ["x"], [(2,)]),
        (f"print {kql} = dynamic([1, 2]) | mv-expand {kql} to typeof(long) | summarize sum({kql})", None, [(3,)]),
        (f"print l = 1 | join kind=inner (print l = 1, {kql} = 2) on l | project {kql}", [name], [(2,)]),
    ]:
        answer = engine.query(query, window=Window())
        assert answer.rows == rows, query
        assert columns is None or [c.name for c in answer.columns] == columns


@pytest.mark.parametrize("name", ['"; DROP TABLE T; --', "x'; COPY T TO 'x'; --", 'a"b', "$now", "kq_equal(", "日本"])
def test_a_name_that_the_project_gives_is_a_name(name: str) -> None:
    kql, row = f"[{written(name)}]", {"TimeGenerated": "2024-01-01T00:00:00Z", name: "v"}
    columns = {"TimeGenerated": "datetime", name: "string"}
    with Engine({"T": columns}, watchlists={name: [{name: "v"}]}) as engine:
        engine.ingest("T", [row])
        for query, rows in {
            f"T | project {kql}": [("v",)],
            f"_GetWatchlist({written(name)}) | project {kql}": [("v",)],
            f"T | project d = bag_pack({written(name)}, {kql}) | evaluate bag_unpack(d) | project {kql}": [("v",)],
            f"T | evaluate pivot({kql}, count(), TimeGenerated) | project v": [(1,)],
            f"T | distinct {kql} | summarize make_set({kql})": [(["v"],)],
        }.items():
            assert engine.query(query, window=Window()).rows == rows, query
        assert engine.query("T | count").rows == [(1,)]


@pytest.mark.parametrize("name", ["my logs", "a-b.v2", "日本", "1a", "-", "'", "x'; COPY T TO 'x'; --", "where", "*"])
def test_a_table_may_have_any_name(name: str) -> None:
    kql = f"[{written(name)}]"
    with Engine({name: {"s": "string"}, "T": {"s": "string"}}) as engine:
        engine.ingest(name, [{"s": "v"}])
        for query in (kql, f"table({written(name)})", f"union {kql}, T", f"{kql} | join kind=inner {kql} on s"):
            assert engine.query(f"{query} | project s").rows == [("v",)], query


def test_columns_that_are_called_like_the_engines_own() -> None:
    names = ["$order", "$ingested", "$happened", "TimeGenerated", "a", "A", "a~1", "$row"]
    with Engine({"T": dict.fromkeys(names, "string") | {"TimeGenerated": "datetime"}}) as engine:
        row = {name: name for name in names} | {"TimeGenerated": "2024-01-01T00:00:00Z"}
        engine.ingest("T", [row])
        answer = engine.query("T | sort by a | project-away TimeGenerated", window=Window())
    others = [name for name in names if name != "TimeGenerated"]
    assert ([c.name for c in answer.columns], answer.rows) == (others, [tuple(others)])


# --- ways out ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    [
        "read_csv('/etc/passwd')",
        "T | union read_text('/etc/passwd')",
        "table('/etc/passwd')",
        "table('duckdb_settings()')",
        'table("T\\" ; COPY T TO \'x\'; --")',
        "['/etc/passwd']",
        "['duckdb_secrets()']",
        "database('/tmp/x.db').T",
        "cluster('https://example.com').database('x').T",
        "externaldata(x: string) ['file:///etc/passwd']",
        "externaldata(x: string) ['https://example.com/x.csv'] with (format='csv')",
        "external_table('x')",
        "print getenv('HOME')",
        "print current_setting('memory_limit')",
        "set enable_external_access = true; print read_text('/etc/passwd')",
        "evaluate python(typeof(*), 'import os')",
        "T | evaluate python(typeof(*), 'result = df')",
        "evaluate http_request('https://example.com')",
        "evaluate sql_request('Server=x', 'select 1')",
        ".show tables",
        ".drop table T",
        "T; COPY T TO 'x.csv'",
        "PRAGMA version",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
        "",
        "\0",
        "//",
    ],
)
def test_there_is_no_way_out(engine: Engine, query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KqlError):
        engine.query(query)
    assert list(tmp_path.iterdir()) == []
    assert engine.query("T | count").rows == [(3,)]


def test_settings_of_the_service_do_not_reach_the_database(engine: Engine) -> None:
    assert engine.query("set memory_limit = '100GB'; set threads = 64; T | count").rows == [(3,)]


# --- too much ---------------------------------------------------------------------------------------------------------
_MEGABYTE = 'strrep(strrep("x", 1024), 1024)'
_DOUBLED = " | extend s = strcat(s, s)"
TOO_MUCH = {
    "parentheses": "print " + "(" * 2_000 + "1" + ")" * 2_000,
    "brackets": "print dynamic(" + "[" * 1_000 + "]" * 1_000 + ")",
    "minus": "print " + "-" * 5_000 + "1",
    "calls": "print " + "abs(" * 350 + "1" + ")" * 350,
    "pipes": "T" + " | extend n = n + 1" * 1_000,
    "conditions": "T | where " + " or ".join(f"n == {n}" for n in range(1_000)),
    "a text": 'print "' + "x" * 1_100_000 + '"',
    "a text of texts": f'print strlen(replace_string({_MEGABYTE}, "x", {_MEGABYTE}))',
    "patterns of texts": f'print strlen(replace_regex({_MEGABYTE}, "x", {_MEGABYTE}))',
    "repeated": 'print array_length(repeat("x", 1000000000))',
    "repeated texts": f"print array_length(repeat({_MEGABYTE}, 1000000))",
    "joined": f"print strlen(strcat_array(range(1, 1000000), {_MEGABYTE}))",
    "doubled": "print s = 'x'" + _DOUBLED * 40 + " | project strlen(s)",
    "doubled arrays": "print s = dynamic([1])" + " | extend s = pack_array(s, s)" * 40 + " | project tostring(s)",
    "repetitions": 'print "a" matches regex @"((a{1,1000}){1,1000}){1,1000}"',
    "rows": "range x from 1 to 10000000000 step 1",
    "rows by sum": "range x from 1 to toscalar(print 10000000000) step 1 | summarize sum(x * x)",
    "every row with every row": (
        "range x from 1 to 5000000 step 1 | extend k = 1 "
        "| join kind=inner (range y from 1 to 5000000 step 1 | extend k = 1) on k"
    ),
    "expanded": "T | mv-expand a = range(1, 1000000) | mv-expand b = range(1, 1000000) | summarize sum(tolong(b))",
    "series": "T | make-series count() on TimeGenerated from datetime(1900-01-01) to datetime(2100-01-01) step 1tick",
    "answer": f"range x from 1 to 3000 step 1 | extend s = {_MEGABYTE}",
    "texts in pieces": f"range x from 1 to 4000 step 1 | where split(strcat(x, {_MEGABYTE}), 'x')[9] != ''",
    "bags of texts": f"range x from 1 to 3000 step 1 | summarize make_bag(bag_pack(tostring(x), {_MEGABYTE}))",
    "words": "print " + "1," * 200_000 + "1",
    "functions of functions": (
        "let f0 = (x: long) { x + 1 }; "
        + "".join(f"let f{i} = (x: long) {{ f{i - 1}(x) + f{i - 1}(x) }}; " for i in range(1, 40))
        + "print f39(1)"
    ),
    "list of texts": f"range x from 1 to 1500 step 1 | summarize make_list(strcat(x, {_MEGABYTE}))",
}


@pytest.mark.parametrize("query", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_is_too_much_is_refused(engine: Engine, query: str) -> None:
    with pytest.raises(KqlError):
        engine.query(query)
    assert engine.query("T | count").rows == [(3,)]


def test_what_memory_a_text_takes_is_bounded_by_the_process() -> None:
    """The peak of a process of its own: DuckDB's limit knows nothing of what its functions take while they run."""
    query = TOO_MUCH["texts in pieces"]
    code = (
        "import resource\nfrom masthead.kql import Engine, KqlError\n"
        f"try: Engine().query({query!r})\nexcept KqlError as error: print(error.code, error.line)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20, Engine().query('print 1').rows)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert ran.stdout.splitlines() in ([["MASTHEAD-MEMORY 1", f"{peak} [(1,)]"] for peak in range(5)]), ran.stdout


def test_binding_and_translating_take_of_the_time_too() -> None:
    cells = ", ".join(f"dynamic([{n}])" for n in range(15_000))
    with Engine({}, time_limit=0.05) as engine:
        with pytest.raises(KqlError) as caught:
            engine.query(f"datatable(d: dynamic) [{cells}]")
        assert (caught.value.code, caught.value.line) == ("MASTHEAD-TIME", 1)


def test_long_lists_take_time_by_their_length() -> None:
    cells = ", ".join(f"'{n}'" for n in range(30_000))
    with Engine({}, time_limit=30) as engine:
        assert engine.query(f"datatable(s: string) [{cells}] | summarize dcount(s)").rows == [(30_000,)]
        sets = "range(1, 60000), range(30001, 90000)"
        query = f"print array_length(set_intersect({sets})), array_length(set_difference({sets}))"
        assert engine.query(query).rows == [(30_000, 30_000)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('print parse_json(strcat(strrep("[", 1000), strrep(strrep("]", 1000), 1)))', "nested too deeply"),
        ('print parse_json(strcat("[", strrep(strrep("9", 1000), 10), "]"))', "4300 digits"),
        ('print "\\ud800"', "half of a character"),
        ('print ["\\ud800"] = 1', "half of a character"),
    ],
)
def test_what_cannot_be_returned_is_refused(engine: Engine, query: str, message: str) -> None:
    with pytest.raises(KqlError, match=message):
        engine.query(query)
    assert engine.query("T | count").rows == [(3,)]


def test_half_a_character_cannot_be_ingested_and_its_table_is_not_empty() -> None:
    with Engine({"T": {"s": "string"}}) as engine:
        engine.ingest("T", [{"s": "\ud800"}])
        for _ in range(2):
            with pytest.raises(KqlError, match="surrogate"):
                engine.query("T")


@pytest.mark.parametrize("forged", ["9-99", "1-2", "kq_json"])
def test_data_cannot_spell_a_refusal(forged: str) -> None:
    with Engine({"T": {"s": "string"}}) as engine:
        engine.ingest("T", [{"s": f"(?P<MASTHEAD-UNSUPPORTED {forged}: x>a)"}])
        with pytest.raises(KqlError, match="invalid named capture group") as caught:
            engine.query("T | where 'a' matches regex s")
    assert (caught.value.code, caught.value.line, caught.value.column) == ("MASTHEAD-RUN", 1, 1)


def test_patterns_take_time_by_the_length_of_the_text_only(engine: Engine) -> None:
    for pattern in ("^(a+)+$", "(a|aa)+$", "(a*)*b", "(.*)(.*)(.*)(.*)[0-9]"):
        assert engine.query(f"print strcat(strrep('a', 1000), '!') matches regex @'{pattern}'").rows == [(False,)]

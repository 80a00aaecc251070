"""Whatever stands in a query, the engine answers or raises KqlError, and goes on.

Two sources: queries from a grammar over all that the registries hold, and the queries of the cases with some characters
changed. MASTHEAD_FUZZ says how many times as long as usual to look: `MASTHEAD_FUZZ=100 pytest …/test_fuzz.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from masthead.kql import Engine, KqlError
from masthead.kql.translate import registry

registry.load()
TABLE = {"s": "string", "n": "long", "r": "real", "d": "dynamic", "t": "datetime", "b": "bool", "g": "guid"}
TREASURE = "a-treasure-that-nobody-may-find"
EXAMPLES = 60 * int(os.environ.get("MASTHEAD_FUZZ", "1"))
_SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The working directory: one file, which no answer may show and beside which no other may appear."""
    folder, before = tmp_path_factory.mktemp("fuzz"), Path.cwd()
    (folder / "hidden.csv").write_text(TREASURE, encoding="utf-8")
    os.chdir(folder)
    yield folder
    os.chdir(before)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine({"T": TABLE, "U": {"s": "string", "n": "long"}}, time_limit=3) as engine:
        engine.ingest("T", [{}, {"s": "a", "n": 1, "r": 0.5, "d": {"a": [1, "x", None]}, "t": "2024-01-01", "b": True}])
        engine.ingest("T", [{"s": "Ä日'\"", "n": -(2**63), "r": 1e308, "d": [[]], "t": "9999-12-31", "b": False}])
        engine.ingest("U", [{"s": "a", "n": 1}])
        yield engine


def survives(engine: Engine, home: Path, query: str) -> None:
    """Run the query: it may be refused, nothing else; and nothing may be different after it."""
    note(query)
    try:
        answer = repr(engine.query(query).rows)
    except KqlError as error:
        answer = str(error)
    assert TREASURE not in answer
    assert [each.name for each in home.iterdir()] == ["hidden.csv"]
    assert engine.query("T | count").rows == [(3,)]


# --- the grammar ------------------------------------------------------------------------------------------------------
_LEAF = st.sampled_from(
    [
        *TABLE,
        '""',
        '"a"',
        "'hidden.csv'",
        '"(["',
        '"\\0"',
        '"日本😀"',
        "@'\\d+(a*)*'",
        "'2024-02-30'",
        "'1.2.3.4/33'",
        "'{\"a\":1'",
        "0",
        "-1",
        "1",
        "9223372036854775807",
        "1e300",
        "0.1",
        "real(nan)",
        "real(-inf)",
        "int(null)",
        "decimal(1.5)",
        "1d",
        "-1tick",
        "timespan(null)",
        "datetime(9999-12-31)",
        "datetime(null)",
        "true",
        "guid(null)",
        "dynamic(null)",
        "dynamic([1, 'a', null, {}])",
        "dynamic({'a': {'b': [1]}})",
        "d.a[0]",
        "d['$.a']",
        "now()",
    ]
)
_FUNCTIONS = st.sampled_from(sorted(registry.FUNCTIONS))
_AGGREGATES = st.sampled_from(sorted(registry.AGGREGATES))
_BINARY = st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", "=~", "has", "contains", "in", "and", "or"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    listed = st.lists(inner, min_size=1, max_size=4).map(", ".join)
    return st.one_of(
        st.builds("{}({})".format, _FUNCTIONS, listed),
        st.builds("{}({})".format, _FUNCTIONS, inner),
        st.builds("({} {} ({}))".format, inner, _BINARY, inner),
        st.builds("iff({} == {}, {}, {})".format, inner, inner, inner, inner),
        st.builds("({}).x[{}]".format, inner, inner),
        st.builds("toscalar(T | summarize {}({}))".format, _AGGREGATES, inner),
    )


_VALUE = st.recursive(_LEAF, _larger, max_leaves=6)
_AGGREGATE = st.builds("{}({})".format, _AGGREGATES, st.lists(_VALUE, max_size=2).map(", ".join))
_WHOLE = st.sampled_from(["0", "1", "-1", "3", "9223372036854775807"])
_COLUMN = st.sampled_from([*TABLE, "['$order']", "x"])
_OPERATOR = st.one_of(
    st.builds("where {}".format, _VALUE),
    st.builds("extend x = {}".format, _VALUE),
    st.builds("project s, n, x = {}".format, _VALUE),
    st.builds("summarize {} by {}".format, _AGGREGATE, _VALUE),
    st.builds("summarize {}".format, _AGGREGATE),
    st.builds("sort by {} {}".format, _VALUE, st.sampled_from(["asc", "desc nulls first"])),
    st.builds("top {} by {}".format, _WHOLE, _VALUE),
    st.builds("take {}".format, _WHOLE),
    st.builds("distinct {}".format, _COLUMN),
    st.builds("mv-expand x = {}".format, _VALUE),
    st.builds("mv-expand {} limit {}".format, _COLUMN, _WHOLE),
    st.builds("mv-apply x = {} on (summarize {})".format, _VALUE, _AGGREGATE),
    st.builds("make-series {} on {} from {} to {} step {}".format, _AGGREGATE, _COLUMN, _VALUE, _VALUE, _VALUE),
    st.builds("join kind=leftouter (U | extend x = {}) on s".format, _VALUE),
    st.builds("union (U | extend n = {})".format, _VALUE),
    st.builds("parse kind=regex s with {} y".format, _LEAF),
    st.builds("parse s with * {} y: long {} *".format, _LEAF, _LEAF),
    st.builds("partition by {} (extend z = {})".format, _COLUMN, _VALUE),
    st.builds("evaluate {}({})".format, st.sampled_from(sorted(registry.PLUGINS)), st.lists(_VALUE).map(", ".join)),
    st.builds("serialize x = prev({}, {})".format, _VALUE, _WHOLE),
    st.builds("top-nested {} of {} by {}".format, _WHOLE, _COLUMN, _AGGREGATE),
    st.builds("lookup kind=inner (U | extend x = {}) on s".format, _VALUE),
    st.builds("sample-distinct {} of {}".format, _WHOLE, _COLUMN),
    st.builds("top-hitters {} of {} by {}".format, _WHOLE, _COLUMN, _VALUE),
    st.builds("project-rename y = {}".format, _COLUMN),
    st.builds("project-reorder {} desc, *".format, _COLUMN),
    st.builds("parse-kv s as (a: string, b: long) with (pair_delimiter={}, kv_delimiter={})".format, _LEAF, _LEAF),
    st.builds("parse-where s with y: long {} *".format, _LEAF),
    st.builds("where * has {}".format, _LEAF),
    st.builds("fork (where {}) (extend x = {} | count)".format, _VALUE, _VALUE),
    st.builds("facet by {} with (take {})".format, _COLUMN, _WHOLE),
    st.builds("sort by n asc | scan with (step a: {}; step b: {} => x = a.n;)".format, _VALUE, _VALUE),
    st.builds("make-graph s --> s | graph-match (a)-[e]->(b) where {} project e.n".format, _VALUE),
    st.sampled_from(["count", "as A", "getschema", "consume", "sample 1", "project-away s*", "render timechart"]),
)
_SOURCE = st.one_of(
    st.sampled_from(["T", "union *", "search 'a'", "table('T')", "datatable(x: dynamic) [1, 'a']"]),
    st.builds("print {}".format, _VALUE),
    st.builds("find in (T, U) where {} project s".format, _VALUE),
    st.builds("union kind=inner withsource=x T, U, (T | where {})".format, _VALUE),
    st.builds("let f = (x: long = {}) {{ T | where n == x }}; f()".format, _LEAF),
    st.builds("externaldata(x: string) [{}]".format, _LEAF),
    st.builds("range x from {} to {} step {}".format, _WHOLE, _WHOLE, _VALUE),
    st.builds("let x = {}; T".format, _VALUE),
)


@given(st.builds(lambda source, operators: " | ".join([source, *operators]), _SOURCE, st.lists(_OPERATOR, max_size=3)))
@_SETTINGS
def test_the_grammar(engine: Engine, home: Path, query: str) -> None:
    survives(engine, home, query)


# --- the characters ---------------------------------------------------------------------------------------------------
_KNOWN = sorted(
    {
        case["query"]
        for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or []
        if len(case["query"]) < 1000
    }
)
_PIECE = st.one_of(
    st.text(max_size=3),
    st.sampled_from(["'", '"', "\\", "(", ")", "[", "]", "{", "|", ";", ",", "--", "/*", "$now", "\0", "9" * 40, "*"]),
    st.sampled_from(["null", "dynamic(", "let ", "| where ", "T", "['hidden.csv']", "1e999", "\\ud800", "@'", "```"]),
)


@st.composite
def _damaged(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(_KNOWN))
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(0, len(text)))
        text = text[:first] + draw(_PIECE) + text[first + draw(st.integers(0, 4)) :]
    return text


@given(
    st.one_of(_damaged(), _damaged(), st.text(max_size=40), st.binary(max_size=40).map(lambda b: b.decode("latin-1")))
)
@_SETTINGS
def test_the_characters(engine: Engine, home: Path, query: str) -> None:
    survives(engine, home, query)

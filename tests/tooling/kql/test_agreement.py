"""A second opinion: where duckdb-kql answers a query too, its answer and the engine's must be the same.

Queries come from a small grammar, tables from what usually goes wrong: nulls, empty strings, other scripts, ties. One
difference is known and taken into account: DuckDB has null strings, which come from outer joins and union; Kusto's
strings have no null (its documentation of null values), so theirs count as empty.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from masthead.kql import Engine, KqlError

duckdb_kql = pytest.importorskip("duckdb_kql")

_COLUMNS = {"s": "string", "n": "long", "r": "real", "t": "datetime", "b": "bool"}
_SQL = {"string": "VARCHAR", "long": "BIGINT", "real": "DOUBLE", "datetime": "TIMESTAMP", "bool": "BOOLEAN"}
_START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)

# --- tables ----------------------------------------------------------------------------------------------------------
_VALUES = {
    "s": st.sampled_from(["", "a", "A", "ab", "a b", "Ä", "日本", "a-b", "1"]),
    "n": st.none() | st.integers(-3, 3),
    "r": st.none() | st.sampled_from([-1.5, 0.0, 0.25, 2.0, 1e6]),
    "t": st.none() | st.integers(0, 3).map(lambda h: _START + dt.timedelta(hours=12 * h)),
    "b": st.none() | st.booleans(),
}
_TABLE = st.lists(st.fixed_dictionaries(_VALUES), max_size=6)

# --- queries ---------------------------------------------------------------------------------------------------------
_TEXT = st.sampled_from(['"a"', '"A"', '"ab"', '""', '"b"', '"Ä"', '"本"'])
_WHOLE = st.integers(-2, 3).map(str)
_TEXTS = st.sampled_from(
    ["s", "tolower(s)", "toupper(s)", 'strcat(s, "-", tostring(n))', "tostring(b)", "substring(s, 1)"]
)
_NUMBERS = st.sampled_from(["n", "n + 1", "n * n", "n - 2", "strlen(s)", "n % 2", "n / 2", "abs(n)", "toint(b)"])
_REALS = st.sampled_from(["r", "r * 2", "r + n", "todouble(n)", "r / 4"])
_TIMES = st.sampled_from(["t", "bin(t, 1d)", "startofday(t)", "t + 1h", "t - 1d"])

_TEXT_TEST = st.sampled_from(
    [
        "==",
        "!=",
        "=~",
        "!~",
        "has",
        "!has",
        "contains",
        "!contains",
        "contains_cs",
        "startswith",
        "endswith",
        "!startswith",
    ]
)
_CONDITION = st.one_of(
    st.builds("{} {} {}".format, _TEXTS, _TEXT_TEST, _TEXT),
    st.builds("{} {} {}".format, _NUMBERS, st.sampled_from(["==", "!=", "<", ">="]), _WHOLE),
    st.builds(
        "{} {} {}".format, _REALS, st.sampled_from(["<", ">", "<=", "=="]), st.sampled_from(["0.0", "0.5", "2.0"])
    ),
    st.builds("{} {} datetime(2024-01-02)".format, _TIMES, st.sampled_from(["<", ">=", "==", "!="])),
    st.builds("s in ({}, {})".format, _TEXT, _TEXT),
    st.builds("s !in~ ({}, {})".format, _TEXT, _TEXT),
    st.builds("n {} ({}, 1)".format, st.sampled_from(["in", "!in"]), _WHOLE),
    st.builds("n between ({} .. 2)".format, _WHOLE),
    st.sampled_from(["b", "not(b)", "isempty(s)", "isnotempty(s)", "isnull(n)", "isnotnull(t)", "b==true", "b!=false"]),
)
_CONDITIONS = st.one_of(
    _CONDITION, st.builds("({}) {} ({})".format, _CONDITION, st.sampled_from(["and", "or"]), _CONDITION)
)
_EXPRESSION = st.one_of(
    _TEXTS,
    _NUMBERS,
    _REALS,
    _TIMES,
    st.builds("iff({}, {}, {})".format, _CONDITION, _NUMBERS, _WHOLE),
    st.builds("case({}, {}, {}, {}, {})".format, _CONDITION, _TEXT, _CONDITION, _TEXT, _TEXT),
    st.builds("coalesce({}, {})".format, _NUMBERS, _WHOLE),
)
_AGGREGATE = st.sampled_from(
    [
        "count()",
        "sum(n)",
        "min(n)",
        "max(t)",
        "avg(r)",
        "dcount(s)",
        "countif(n>0)",
        "sumif(n,b)",
        "make_set(n)",
        "min(r)",
        "max(s)",
        "make_list(n)",
        "percentile(n,50)",
        "stdev(r)",
        "variance(n)",
        "avgif(r,n>0)",
        "dcountif(s,b)",
    ]
)
_KEY = st.sampled_from(["s", "n", "b", "bin(t, 1d)", "tolower(s)", "isempty(s)"])


@st.composite
def _summarize(draw: st.DrawFn) -> str:
    aggregates = draw(st.lists(_AGGREGATE, min_size=1, max_size=3, unique=True))
    keys = draw(st.lists(_KEY, max_size=2, unique=True))
    listed = ", ".join(f"a{i} = {a}" for i, a in enumerate(aggregates))
    by = " by " + ", ".join(f"k{i} = {k}" for i, k in enumerate(keys)) if keys else ""
    return f"summarize {listed}{by}"


_ROWS = st.one_of(
    st.builds("where {}".format, _CONDITIONS),
    st.builds("extend x = {}".format, _EXPRESSION),
    st.builds("union {}".format, st.sampled_from(["U", "T, U"])),
    st.builds("mv-expand e = pack_array({}, {}) to typeof(long)".format, _NUMBERS, _WHOLE),
    st.builds("extend n = {}".format, _NUMBERS.filter(lambda e: "toint" not in e)),
)
_LAST = st.one_of(
    _summarize(),
    st.builds("project p = {}, q = {}".format, _EXPRESSION, _EXPRESSION),
    st.builds("distinct {}".format, st.sampled_from(["s", "s, n", "b, t", "*"])),
    st.builds(
        "join kind={} U on {}".format,
        st.sampled_from(
            ["inner", "leftouter", "rightouter", "fullouter", "leftsemi", "leftanti", "rightsemi", "rightanti"]
        ),
        st.sampled_from(["s", "n", "s, n"]),
    ),
    st.builds("lookup kind={} (U | distinct s, r) on s".format, st.sampled_from(["leftouter", "inner"])),
    st.builds("sort by {} {}, s | project s, n, r".format, st.sampled_from("nrtb"), st.sampled_from(["asc", "desc"])),
    st.builds("parse s with {} rest | project s, rest".format, st.sampled_from(['"a"', '* "a"', '* " "'])),
    st.sampled_from(["count", "project-away s, n", "project-rename u = s", "summarize arg_max(n, s) by b | project n"]),
)


@st.composite
def _query(draw: st.DrawFn) -> str:
    return " | ".join(["T", *draw(st.lists(_ROWS, max_size=2)), draw(_LAST)])


# --- answers ---------------------------------------------------------------------------------------------------------
def _normal(value: Any) -> Any:
    """A value as either side may give it, in one form that sorts."""
    if isinstance(value, dt.datetime):
        return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).isoformat()
    if isinstance(value, str) and value[:1] == "[":
        value = json.loads(value)
    if isinstance(value, list | tuple):
        return sorted(repr(_normal(v)) for v in value)
    if isinstance(value, float):
        return "nan" if math.isnan(value) else float(f"{value:.9g}") + 0.0
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _bag(rows: list[tuple[Any, ...]], kinds: list[str]) -> list[str]:
    """The rows in a form that compares, in an order of its own. A string has no null: theirs is the empty string."""
    missing = ["" if kind == "string" else None for kind in kinds]
    return sorted(repr([_normal(m if v is None else v) for v, m in zip(row, missing, strict=True)]) for row in rows)


@pytest.fixture(scope="module")
def sides() -> Any:
    theirs = duckdb_kql.connect()
    for table in "TU":
        theirs.execute(f"CREATE TABLE {table} ({', '.join(f'{c} {_SQL[k]}' for c, k in _COLUMNS.items())})")
    with Engine({"T": _COLUMNS, "U": _COLUMNS}) as mine:
        yield mine, theirs
    theirs.close()


def _fill(mine: Engine, theirs: Any, table: str, rows: list[dict[str, Any]]) -> None:
    mine.clear(table)
    mine.ingest(table, rows)
    theirs.execute(f"DELETE FROM {table}")
    for row in rows:
        cells = [row[c] for c in _COLUMNS]
        values = [v.replace(tzinfo=None) if isinstance(v, dt.datetime) else v for v in cells]
        theirs.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)


def _second_opinion(theirs: Any, query: str) -> tuple[list[str], list[tuple[Any, ...]]] | None:
    """Their columns and rows; None where they do not answer."""
    try:
        result = duckdb_kql.kql(theirs, query)
        return list(result.columns), result.fetchall()
    except Exception:
        return None


@given(query=_query(), left=_TABLE, right=_TABLE)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_answers_agree(sides: Any, query: str, left: list[dict[str, Any]], right: list[dict[str, Any]]) -> None:
    mine, theirs = sides
    _fill(mine, theirs, "T", left)
    _fill(mine, theirs, "U", right)
    note(query)
    try:
        answer = mine.query(query)
    except KqlError as error:
        assert error.unsupported, str(error)
        return
    other = _second_opinion(theirs, query)
    if other is None:
        return
    columns, rows = other
    assert [c.name for c in answer.columns] == columns
    kinds = [c.type for c in answer.columns]
    assert _bag(answer.rows, kinds) == _bag(rows, kinds)


# --- functions, one by one -------------------------------------------------------------------------------------------
_LISTED = yaml.safe_load((Path(__file__).parent / "agreement.yaml").read_text(encoding="utf-8"))
_ROWS_LISTED = [
    {"s": s, "n": n, "r": r, "t": None if n is None else _START + dt.timedelta(hours=12 * n), "b": b}
    for s, n, r, b in zip(
        ["", "a", "A", "ab", "a b", "Ä", "日本", "a-b", "1"],
        [1, 2, None, 3, -1, 0, 2, 1, 3],
        [0.25, None, -1.5, 2.0, 0.0, 1e6, 2.0, 0.25, 0.0],
        [True, False, None] * 3,
        strict=True,
    )
]


def _same(sides: Any, query: str) -> bool:
    """Whether both give the same columns and rows."""
    mine, theirs = sides
    for table in "TU":
        _fill(mine, theirs, table, _ROWS_LISTED)
    answer = mine.query(query)
    columns, rows = _second_opinion(theirs, query) or ([], [])
    kinds = [c.type for c in answer.columns]
    return [c.name for c in answer.columns] == columns and _bag(answer.rows, kinds) == _bag(rows, kinds)


@pytest.mark.parametrize("query", _LISTED["agree"])
def test_listed_answers_agree(sides: Any, query: str) -> None:
    assert _same(sides, query)


@pytest.mark.parametrize("query", [each["query"] for each in _LISTED["differ"]])
def test_known_differences_are_still_there(sides: Any, query: str) -> None:
    assert not _same(sides, query)

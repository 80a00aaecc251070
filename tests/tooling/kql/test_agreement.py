"""A second opinion: where duckdb-kql answers a query too, its answer and the engine's must be the same.

Queries come from a small grammar, tables from what usually goes wrong: nulls, empty strings, other scripts, ties. One
difference is known and taken into account: DuckDB has null strings, which come from outer joins and union; Kusto's
strings have no null (its documentation of null values), so theirs count as empty. Dynamic values are compared as the
JSON they spell: theirs come as texts of it.
"""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from masthead.kql import Engine, KqlError

duckdb_kql = pytest.importorskip("duckdb_kql")

_COLUMNS = {"s": "string", "n": "long", "r": "real", "t": "datetime", "b": "bool", "d": "dynamic", "p": "timespan"}
_COLUMNS |= {"c": "decimal", "g": "guid", "i": "int"}
_SQL = {"string": "VARCHAR", "long": "BIGINT", "real": "DOUBLE", "datetime": "TIMESTAMP", "bool": "BOOLEAN"}
_SQL |= {"dynamic": "JSON", "timespan": "INTERVAL", "decimal": "DECIMAL(38,18)", "guid": "UUID", "int": "INTEGER"}
_NO_SUCH_COLUMN = ("KS109", "KS142", "KS145")  # since an operator before took it away
_START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)

# --- tables ----------------------------------------------------------------------------------------------------------
_VALUES = {
    "s": st.sampled_from(["", "a", "A", "ab", "a b", "Ä", "日本", "a-b", "1"]),
    "n": st.none() | st.integers(-3, 3),
    "r": st.none() | st.sampled_from([-1.5, 0.0, 0.25, 2.0, 1e6]),
    "t": st.none() | st.integers(0, 3).map(lambda h: _START + dt.timedelta(hours=12 * h)),
    "b": st.none() | st.booleans(),
    "d": st.none()
    | st.sampled_from([1, 2.5, "x", [], [1, 2, 3], {"a": 1, "l": [1, 2], "s": "x"}, {"a": "q", "l": ["b", "a"]}])
    | st.sampled_from([{"a": 2.5, "l": []}, {"a": None}, {"l": [2, 2]}, {"a": "", "s": "Ä b"}]),
    "p": st.none() | st.integers(-3, 3).map(lambda h: dt.timedelta(hours=9 * h, seconds=3)),
    "c": st.none() | st.sampled_from(["-1.5", "0", "0.25", "12345.125"]).map(decimal.Decimal),
    "g": st.none() | st.integers(0, 2).map(lambda n: uuid.UUID(int=n)),
    "i": st.none() | st.integers(-2, 2),
}
_TABLE = st.lists(st.fixed_dictionaries(_VALUES), max_size=6)

_LISTED = yaml.safe_load((Path(__file__).parent / "agreement.yaml").read_text(encoding="utf-8"))
_WORDS = {name: st.sampled_from(listed) for name, listed in _LISTED["words"].items()}

# --- queries ---------------------------------------------------------------------------------------------------------
_TEXT = _WORDS["literals"]
_WHOLE = st.integers(-2, 3).map(str)
_TEXTS = _WORDS["texts"]
_NUMBERS = _WORDS["numbers"]
_REALS = _WORDS["reals"]
_TIMES = _WORDS["times"]
_SPANS = _WORDS["spans"]
_DECIMALS = _WORDS["decimals"]
_OTHERS = _WORDS["others"]

_TEXT_TEST = _WORDS["text tests"]
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
    st.builds("{} {} 9h".format, _SPANS, st.sampled_from(["<", ">=", "==", "!="])),
    st.builds("{} {} 1".format, _DECIMALS, st.sampled_from(["<", ">=", "==", "!="])),
    _WORDS["conditions"],
    st.builds("n between ({} .. 2)".format, _WHOLE),
)
_CONDITIONS = st.one_of(
    _CONDITION, st.builds("({}) {} ({})".format, _CONDITION, st.sampled_from(["and", "or"]), _CONDITION)
)
_EXPRESSION = st.one_of(
    _TEXTS,
    _NUMBERS,
    _REALS,
    _TIMES,
    _SPANS,
    _DECIMALS,
    _OTHERS,
    st.builds("iff({}, {}, {})".format, _CONDITION, _NUMBERS, _WHOLE),
    st.builds("case({}, {}, {}, {}, {})".format, _CONDITION, _TEXT, _CONDITION, _TEXT, _TEXT),
    st.builds("coalesce({}, {})".format, _NUMBERS, _WHOLE),
)
_AGGREGATE = _WORDS["aggregates"]
_KEY = _WORDS["keys"]


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
    st.builds("mv-expand e = pack_array({}, {}) to typeof(long)".format, _NUMBERS, _WHOLE),
    st.builds("extend n = {}".format, _NUMBERS.filter(lambda e: "toint" not in e)),
    _WORDS["rows"],
)
_LAST = st.one_of(
    _summarize(),
    st.builds("project p = {}, q = {}".format, _EXPRESSION, _EXPRESSION),
    st.builds("join kind={} U on {}".format, _WORDS["join kinds"], _WORDS["join keys"]),
    st.builds("sort by {} {}, s | project s, n, r".format, st.sampled_from("nrtb"), st.sampled_from(["asc", "desc"])),
    st.builds("sort by n {} nulls {} | project n".format, st.sampled_from(["asc", "desc"]), _WORDS["sides"]),
    st.builds("top {} by n {} | project n".format, st.integers(0, 3), st.sampled_from(["asc", "desc"])),
    _WORDS["last"],
)


@st.composite
def _query(draw: st.DrawFn) -> str:
    return " | ".join(["T", *draw(st.lists(_ROWS, max_size=2)), draw(_LAST)])


# --- answers ---------------------------------------------------------------------------------------------------------
def _normal(value: Any, kind: str = "", keep_order: bool = False) -> Any:
    """A value as either side may give it, in one form that sorts."""
    if isinstance(value, str) and (kind == "dynamic" or value[:1] in ("[", "{")):
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, dt.datetime):
        return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).isoformat()
    if isinstance(value, dt.timedelta):
        return f"{value.total_seconds()} s"
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list | tuple):
        elements = [_normal(v, "dynamic" if kind == "dynamic" else "", keep_order) for v in value]
        return elements if keep_order else sorted(map(repr, elements))
    if isinstance(value, dict):
        return {k: _normal(v, "", keep_order) for k, v in sorted(value.items())}
    if isinstance(value, int | float | decimal.Decimal) and not isinstance(value, bool):
        return "nan" if math.isnan(value) else float(f"{float(value):.9g}") + 0.0
    return value


def _bag(rows: list[tuple[Any, ...]], kinds: list[str], keep_order: bool = True) -> list[str]:
    """The rows in a form that compares, in an order of its own. A string has no null: theirs is the empty string.
    keep_order: of the elements of arrays."""
    missing = ["" if kind == "string" else None for kind in kinds]
    return sorted(
        repr([_normal(m if v is None else v, k, keep_order) for v, m, k in zip(row, missing, kinds, strict=True)])
        for row in rows
    )


def _ordered(query: str) -> bool:
    """Whether the order of arrays in the answer is defined: not of what unsorted rows, or sets, are collected in."""
    return not any(word in query for word in ("make_set", "set_union", "make_bag")) and (
        "make_list" not in query or "sort by" in query
    )


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
    mine.ingest(table, [{c: str(v) if c == "g" and v else v for c, v in row.items()} for row in rows])
    theirs.execute(f"DELETE FROM {table}")
    for row in rows:
        values = [_cell(row[c], kind) for c, kind in _COLUMNS.items()]
        theirs.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)


def _cell(value: Any, kind: str) -> Any:
    """A value as DuckDB takes it."""
    if kind == "dynamic":
        return None if value is None else json.dumps(value)
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


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
        assert error.unsupported or error.code in _NO_SUCH_COLUMN, str(error)
        return
    other = _second_opinion(theirs, query)
    if other is None:
        return
    columns, rows = other
    assert [c.name for c in answer.columns] == columns
    kinds = [c.type for c in answer.columns]
    ordered = _ordered(query)
    assert _bag(answer.rows, kinds, ordered) == _bag(rows, kinds, ordered)


# --- functions, one by one -------------------------------------------------------------------------------------------
_DYNAMICS = [{"a": 1, "l": [1, 2], "s": "x"}, [1, 2, 3], None, {"a": 2.5, "l": []}, "x", 5, {"a": "q", "l": ["b", "a"]}]
_ROWS_LISTED = [
    {
        **{"s": s, "n": n, "r": r, "b": b, "d": d, "i": n},
        "t": None if n is None else _START + dt.timedelta(hours=12 * n),
        "p": None if n is None else dt.timedelta(hours=5 * n, seconds=3),
        "c": None if r is None else decimal.Decimal(str(r)),
        "g": None if n is None else uuid.UUID(int=n + 1),
    }
    for s, n, r, b, d in zip(
        ["", "a", "A", "ab", "a b", "Ä", "日本", "a-b", "1"],
        [1, 2, None, 3, -1, 0, 2, 1, 3],
        [0.25, None, -1.5, 2.0, 0.0, 1e6, 2.0, 0.25, 0.0],
        [True, False, None] * 3,
        [*_DYNAMICS, [], _DYNAMICS[0]],
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
    kinds, ordered = [c.type for c in answer.columns], _ordered(query)
    if [c.name for c in answer.columns] != columns:
        return False
    return _bag(answer.rows, kinds, ordered) == _bag(rows, kinds, ordered)


@pytest.mark.parametrize("query", _LISTED["agree"])
def test_listed_answers_agree(sides: Any, query: str) -> None:
    assert _same(sides, query)


@pytest.mark.parametrize("query", [each["query"] for each in _LISTED["differ"]])
def test_known_differences_are_still_there(sides: Any, query: str) -> None:
    assert not _same(sides, query)

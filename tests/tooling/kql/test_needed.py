"""Columns that nothing names are left out of the SQL, and no answer changes by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.kql import Engine, Window
from masthead.kql.translate import needed
from masthead.kql.translate.needed import listed, with_needed

COLUMNS = {"TimeGenerated": "datetime", "a": "long", "b": "string", "c": "dynamic", "d": "string"}
NOW = datetime(2026, 11, 3, tzinfo=UTC)
WINDOW = Window(after=NOW - timedelta(days=2), until=NOW)
ROWS = [
    {"TimeGenerated": NOW - timedelta(hours=n), "a": n % 3, "b": "xyz"[n % 3], "c": {"k": n}, "d": "é"[: n % 2]}
    for n in range(6)
]


def select(*items: str, always: tuple[str, ...] = (), source: str = "T") -> str:
    """A SELECT of items, each `SQL AS name` or a name, with marks in it."""
    pairs = []
    for each in items:
        sql, _, name = each.rpartition(" AS ")
        pairs.append((name, f'{sql} AS "{name}"' if sql else f'"{name}"'))
    return f"SELECT {listed(pairs, always)} FROM {source}"


def test_items_stay_whose_columns_are_named_outside_or_by_an_item_that_stays() -> None:
    inner = select("a", "b", "c", "d", always=("1 AS t",))
    made = select('"a" AS x', '"b" AS y', '"y" AS z', source=f"({inner})")
    assert with_needed(f'SELECT "x" FROM ({made})') == (
        'SELECT "x" FROM (SELECT "a" AS "x" FROM (SELECT "a", 1 AS t FROM T))'
    )
    assert with_needed(f'SELECT "z" FROM ({made})') == (
        'SELECT "z" FROM (SELECT "b" AS "y", "y" AS "z" FROM (SELECT "b", 1 AS t FROM T))'
    )


def test_where_no_column_is_needed_there_is_one_all_the_same() -> None:
    assert with_needed(f"SELECT count(*) FROM ({select('a', 'b')})") == (
        "SELECT count(*) FROM (SELECT NULL AS nothing FROM T)"
    )
    assert with_needed(select()) == "SELECT NULL AS nothing FROM T"


def test_items_lie_within_items() -> None:
    inner = select("b", "c", source="S")
    outer = select(f'(SELECT "b" FROM ({inner})) AS a', f'(SELECT "c" FROM ({inner})) AS e')
    assert with_needed(f'SELECT "a" FROM ({outer})') == (
        'SELECT "a" FROM (SELECT (SELECT "b" FROM (SELECT "b" FROM S)) AS "a" FROM T)'
    )


@pytest.mark.parametrize(
    ("sql", "stays"),
    [
        ("""SELECT 'a "b" c'""", ""),
        ("""SELECT 'it''s "a"', "b", 'c'""", '"b", '),
        ("""SELECT 'one " only', "c" """, '"c", '),
        ('SELECT "say ""a""" ', ""),
        ('SELECT "a\x02i", "b" ', '"b", '),
    ],
)
def test_names_are_read_as_sql_reads_them(sql: str, stays: str) -> None:
    found = with_needed(f"{sql} FROM ({select('a', 'b', 'c', always=('1',))})")
    assert found == f"{sql} FROM (SELECT {stays}1 FROM T)"


def test_a_graph_keeps_all() -> None:
    assert with_needed(f'SELECT "$node" FROM ({select("a", "b")})') == 'SELECT "$node" FROM (SELECT "a", "b" FROM T)'


def test_a_text_of_the_query_is_none_of_the_marks() -> None:
    with Engine({"T": COLUMNS}) as engine:
        engine.ingest("T", ROWS)
        query = r'T | extend x = "\u0002i\u0002s\u0002e\u0002l" | join kind=inner (T | take 1) on a, b | project x'
        assert {row[0] for row in engine.query(query, now=NOW, window=WINDOW).rows} == {"\x02i\x02s\x02e\x02l"}


def test_only_what_a_query_names_comes_in() -> None:
    with Engine({"T": COLUMNS, "U": {**COLUMNS, "e": "string"}}) as engine:
        query = "union T, U | where b == 'x' | extend f = strcat(e, d) | project a, f | summarize count() by a"
        sql = engine._translation(query, True)[0].sql
        assert [name for name in ("a", "b", "c", "d", "e") if f'"{name}"' in sql] == ["a", "b"]


PIPES = st.sampled_from(
    [
        "where a > 0",
        'where b in ("x", "y")',
        "extend e = strcat(b, d)",
        "extend a = a + 1",
        "extend c = c.k",
        "project-away d",
        "project-rename f = b",
        "project TimeGenerated, a, b, d",
        "project a, b = strcat(d, b), c, d",
        "join kind=inner (T | project a, g = b) on a",
        "join kind=leftouter (T | where a == 1) on b",
        "join kind=leftanti (T | where a == 1) on b",
        "lookup (T | summarize n = count() by b) on b",
        "union T",
        "union (T | project a, h = d)",
        "sort by TimeGenerated asc, a asc",
        "top 3 by TimeGenerated desc",
        "distinct a, b",
        "summarize n = count(), d = max(d), b = min(b) by a",
        "summarize arg_max(TimeGenerated, *) by a",
        "mv-expand c to typeof(string)",
        "mv-apply c on (where a > 0 | project c)",
        "parse b with * 'x' p",
        "as V",
        "serialize r = row_number()",
        "where b in ((T | project d))",
    ]
)


@given(st.lists(PIPES, max_size=5), st.sampled_from(["", " | count", " | project a", " | summarize by a"]))
@settings(max_examples=60)
def test_the_answer_is_that_of_the_whole_sql(pipes: list[str], end: str) -> None:
    query = " | ".join(["T", *pipes]) + end
    answers = []
    for whole in (False, True):
        with Engine({"T": COLUMNS}) as engine, pytest.MonkeyPatch.context() as patched:
            if whole:
                patched.setattr(needed, "_needed", lambda root: None)
            engine.ingest("T", ROWS)
            try:
                rows = engine.query(query, now=NOW, window=WINDOW).rows
            except Exception as error:  # what is wrong is wrong with both
                rows = [type(error).__name__]
        answers.append(sorted(map(repr, rows)))
    assert answers[0] == answers[1]

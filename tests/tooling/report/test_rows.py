"""Rows as tables that fit the terminal."""

from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from masthead.report.rows import rows_csv, rows_json, rows_ndjson, table_lines


def test_numbers_stand_on_the_right_and_long_columns_share_what_there_is() -> None:
    lines = table_lines(
        ["Name", "Size", "First", "Second"], ["string", "long", "string", "dynamic"],
        [["a", 10, "x" * 60, ["y" * 60]], ["bb", 9, "x", None]], 70,
    )  # fmt: skip
    assert lines == [
        "Name  Size  First                         Second",
        "----  ----  ----------------------------  ----------------------------",
        f'a       10  {"x" * 27}…  ["{"y" * 25}…',
        "bb       9  x",
    ]


def test_what_does_not_fit_is_written_as_records() -> None:
    names = [f"Column{n}" for n in range(8)]
    rows = [[f"value {n} " * 9 for n in range(7)] + [""]]
    assert table_lines(names, ["string"] * 8, rows, 60)[:3] == [
        "row 1",
        "  Column0  value 0 value 0 value 0 value 0 value 0 value 0 …",
        "  Column1  value 1 value 1 value 1 value 1 value 1 value 1 …",
    ]


def test_what_a_terminal_would_obey_is_shown() -> None:
    assert table_lines(["A"], ["string"], [["\x1b[31mred\nline"]], 80)[-1] == "\\x1b[31mred\\nline"


@given(
    st.integers(1, 9).flatmap(
        lambda width: st.lists(st.lists(st.text(max_size=90), min_size=width, max_size=width), max_size=5)
    ),
    st.integers(80, 200),
)
def test_no_line_is_wider_than_the_terminal(rows: list[list[str]], width: int) -> None:
    columns = len(rows[0]) if rows else 1
    lines = table_lines([f"Column{n}" for n in range(columns)], ["string"] * columns, rows, width)
    assert all(len(line) <= width for line in lines)
    if lines[0] != "row 1":
        assert len(lines) == len(rows) + 2


def test_programs_get_values_as_they_are() -> None:
    rows = [[Decimal("1.5"), {"a": [1]}, None, "x,y"]]
    assert rows_json(["A"], [[Decimal("1.5")]]) == '[\n  {\n    "A": 1.5\n  }\n]'
    assert rows_csv(["A", "B", "C", "D"], rows) == 'A,B,C,D\n1.5,"{""a"":[1]}",,"x,y"\n'


def test_names_of_columns_are_shown_likewise() -> None:
    assert table_lines(["\x1b[31mA"], ["string"], [["a"]], 80)[0] == "\\x1b[31mA"


def test_numbers_that_json_lacks_are_texts() -> None:
    row = [float("nan"), float("inf"), float("-inf"), 1.5]
    written = {"a": "NaN", "b": "Infinity", "c": "-Infinity", "d": 1.5}
    assert json.loads(rows_json("abcd", [row])) == [written]
    assert json.loads(rows_ndjson("abcd", [row])) == written
    assert rows_csv("abcd", [row]) == "a,b,c,d\nNaN,Infinity,-Infinity,1.5\n"


def test_decimals_have_the_digits_that_count() -> None:
    values = [Decimal(text) for text in ("1.500000000000000000", "30.000000000000000000", "0E-18", "-0.5", "1E+3")]
    assert rows_csv("abcde", [values]).splitlines()[1] == "1.5,30,0,-0.5,1000"

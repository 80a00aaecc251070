"""Runs the KQL cases: tests/tooling/kql/cases/*.yaml.

A case is a query and its whole answer, or the error it must give:

    - name: a null is not equal to a value
      query: print x = int(null) == 1
      columns: [[x, bool]]        # names and types; names alone will do; optional
      rows: [[false]]             # datetimes as "2024-01-01T00:00:00Z", timespans as "1.00:00:00", dynamic as YAML
      others: [[[x, 1]]]          # the rows of each further result, in order; optional
      ordered: false              # rows are compared as a bag by default
      tables: {T: {columns: {A: long}, rows: [{A: 1}]}}     # optional
      fixtures: {'adx("c/d").T': {rows: [{A: 1}]}}           # optional; rows, columns, or text and its format
      now: "2024-01-01T00:00:00Z"                           # optional
      error: {unsupported: true, message: fragment, line: 1, column: 7}   # in place of rows
"""

from __future__ import annotations

import datetime as dt
import decimal
import math
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from masthead.kql import Engine, Fixture, KqlError

_FOLDER = Path(__file__).parent / "cases"
_CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted(_FOLDER.glob("*.yaml"))
    for case in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or []
]
_NOW = dt.datetime(2024, 6, 15, 12, 0, tzinfo=dt.UTC)


def _shown(value: Any) -> Any:
    """An engine's value as a case writes it."""
    if isinstance(value, dt.datetime):
        text = value.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
        return text + (f".{value.microsecond:06d}".rstrip("0") if value.microsecond else "") + "Z"
    if isinstance(value, dt.timedelta):
        micro = value // dt.timedelta(microseconds=1)
        sign, micro = ("-", -micro) if micro < 0 else ("", micro)
        seconds, fraction = divmod(micro, 1_000_000)
        days, seconds = divmod(seconds, 86_400)
        clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        return sign + (f"{days}." if days else "") + clock + (f".{fraction:06d}".rstrip("0") if fraction else "")
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list):
        return [_shown(v) for v in value]
    if isinstance(value, dict):
        return {k: _shown(v) for k, v in value.items()}
    return value


def _key(row: list[Any]) -> str:
    return repr([(round(v, 9) if isinstance(v, float) else v) for v in row])


def _same(expected: Any, actual: Any) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, str) and isinstance(actual, str) and expected in ("nan", "inf", "-inf"):
        return expected == actual
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return math.isclose(expected, actual, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(_same, expected, actual))
    if isinstance(expected, dict) and isinstance(actual, dict):
        return list(expected) == list(actual) and all(_same(v, actual[k]) for k, v in expected.items())
    return type(expected) is type(actual) and expected == actual


@pytest.mark.parametrize("case", _CASES)
def test_case(case: dict[str, Any]) -> None:
    tables = case.get("tables", {})
    fixtures = {name: Fixture(**given) for name, given in case.get("fixtures", {}).items()}
    with Engine({name: table["columns"] for name, table in tables.items()}, fixtures=fixtures) as engine:
        for name, table in tables.items():
            engine.ingest(name, table.get("rows", []))
        now = dt.datetime.fromisoformat(case["now"]) if "now" in case else _NOW
        if "error" in case:
            _expect_error(engine, case, now)
            return
        result = engine.query(case["query"], now=now)
    if "columns" in case:
        typed = any(isinstance(want, list) for want in case["columns"])
        assert [[c.name, c.type] if typed else c.name for c in result.columns] == case["columns"]
    assert len(result.others) == len(case.get("others", []))
    for each, expected_rows in zip((result, *result.others), (case["rows"], *case.get("others", [])), strict=True):
        _compare(each.rows, expected_rows, case.get("ordered", False))


def _compare(rows: list[tuple[Any, ...]], expected_rows: list[list[Any]], ordered: bool) -> None:
    actual_rows = [[_shown(v) for v in row] for row in rows]
    if not ordered:
        actual_rows, expected_rows = sorted(actual_rows, key=_key), sorted(expected_rows, key=_key)
    assert len(actual_rows) == len(expected_rows) and all(map(_same, expected_rows, actual_rows)), (
        f"expected {expected_rows}\nbut got  {actual_rows}"
    )


def _expect_error(engine: Engine, case: dict[str, Any], now: dt.datetime) -> None:
    want = case["error"]
    with pytest.raises(KqlError) as caught:
        engine.query(case["query"], now=now)
    error = caught.value
    assert error.unsupported is want.get("unsupported", False), str(error)
    assert want.get("message", "") in error.message
    if error.code != "MASTHEAD-FIXTURE":  # what is wrong is a place in the fixture
        assert error.line is not None and error.column is not None, str(error)
    for place in ("line", "column"):
        if place in want:
            assert getattr(error, place) == want[place]

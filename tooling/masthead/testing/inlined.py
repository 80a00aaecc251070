"""The rows that a question brings along: all that lie in its window, or as many as a query can hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from masthead.kql import Window
from masthead.kql.engine.values import ticks_of
from masthead.kql.inlining.datatable import quoted, size_of
from masthead.kql.inlining.leaves import text_of_table
from masthead.kql.inlining.query import Inlined, Inlining, Rows, Source
from masthead.testing.logs import Logs
from masthead.testing.questions import Question
from masthead.testing.workspace import Tables

COMFORTABLE = 250_000
"""Characters of rows up to which a question brings all of them. A service takes seconds to read more."""

MOST = 800_000
"""Characters of rows that a question brings at most. How long a query may be is not documented; the language service
that is built in here reads a million characters."""

_STEP = 10_000_000  # rows of one part, at most
_NUMBER, _HAPPENED, _ARRIVED = "masthead_number", "masthead_happened", "masthead_arrived_at"


class TooLarge(Exception):
    """The rows that matter to a question do not fit into a query: how many, and about how many characters."""

    def __init__(self, rows: int, size: int) -> None:
        super().__init__(f"{rows:,} rows, {size // 1000:,} KB")
        self.rows, self.size = rows, size


@dataclass(frozen=True, slots=True)
class Brought:
    """A question with its rows. left_out: those that it does not bring, as its first filters drop them here."""

    inlined: Inlined
    left_out: int = 0


def bring(question: Question, inlining: Inlining) -> Brought:
    """The question with its rows, its clock standing at its time.

    Where they are too many, those that pass the first filters of the query here, and as many of the others, spread
    evenly, as there is room for. Raises TooLarge when those that pass are too many, and KqlError.
    """
    whole = {name: _rows(question, source) for name, source in inlining.sources.items()}
    if sum(map(size_of, whole.values())) <= COMFORTABLE:
        return Brought(inlining.at(question.now, whole))
    passing = _passing(question, inlining)
    chosen: dict[str, Rows] = {}
    others: dict[str, Rows] = {}
    for name, source in inlining.sources.items():
        if source.table is None:
            chosen[name], others[name] = whole[name], []
        else:
            chosen[name], others[name] = _parted(question, source, passing)
    size = sum(map(size_of, chosen.values()))
    if size > MOST:
        raise TooLarge(sum(map(len, chosen.values())), size)
    left = _spread(others, COMFORTABLE - size)
    rows = {name: [*chosen[name], *left[name]] for name in chosen}
    missing = sum(len(whole[name]) - len(rows[name]) for name in rows)
    return Brought(inlining.at(question.now, rows), missing)


def _rows(question: Question, source: Source) -> Rows:
    """The rows of a source that lie in the question's window."""
    logs = question.logs
    return logs.workspace.values(logs.tables, source.question, question.now, question.window)[1]


def _passing(question: Question, inlining: Inlining) -> frozenset[datetime]:
    """The numbers of the rows that pass the first filters of the query."""
    logs = question.logs
    found = logs.workspace.readings(_numbered(logs), inlining.clocked(question.now))
    return frozenset(number for _, number in found if number is not None)


def _numbered(logs: Logs) -> Tables:
    """The rows of the logs, each with a number of its own in place of the time it came in."""
    tables: dict[str, list[Any]] = {}
    count = 0
    for table, parts in logs.tables.items():
        for part in parts:
            tables.setdefault(table, []).append(replace(part, delay=None, mark=count * _STEP, numbered=True))
            count += 1
    return tables


def _parted(question: Question, source: Source, passing: frozenset[datetime]) -> tuple[Rows, Rows]:
    """The rows of a table in the question's window: those whose number is among `passing`, and the others."""
    logs, table = question.logs, source.table or ""
    ask = logs.workspace.values
    timed = any(column.name == "TimeGenerated" for column in source.columns)
    happened = "TimeGenerated" if timed else "datetime(null)"
    kept = ", ".join(quoted(column.name) for column in source.kept)
    kql = f"{source.kql} | project {kept}, {_HAPPENED} = {happened}, {_ARRIVED} = ingestion_time()"
    rows = ask(logs.tables, kql, question.now)[1]
    numbers = ask(_numbered(logs), f"{text_of_table(table)} | project {_NUMBER} = ingestion_time()", question.now)[1]
    parted: tuple[list[Any], list[Any]] = [], []
    wanted = {ticks_of(number) for number in passing}
    for (*row, happened_at, arrived_at), (number,) in zip(rows, numbers, strict=True):
        if _lies_in(question.window, happened_at if timed else None, arrived_at):
            parted[number not in wanted].append(row)
    return parted


def _lies_in(window: Window | None, happened: int | None, arrived: int | None) -> bool:
    if window is None:
        return True
    bounds = window.parameters()
    if arrived is None or not bounds["ingested_after"] < arrived <= bounds["ingested_until"]:
        return False
    return happened is None or bounds["after"] < happened <= bounds["until"]


def _spread(rows: Mapping[str, Rows], room: int) -> dict[str, Rows]:
    """As many of the rows as there is room for, in characters, evenly spread."""
    size = sum(map(size_of, rows.values()))
    if size <= 0 or room <= 0:
        return {name: [] for name in rows}
    every = max(1, math.ceil(size / room))
    return {name: each[::every] for name, each in rows.items()}

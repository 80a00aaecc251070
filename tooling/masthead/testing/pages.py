"""Runs a case of a workbook: every query of the page on the case's logs, with values in place of its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from masthead.content.cases import Case
from masthead.content.document import ValuePath
from masthead.content.durations import parse_duration
from masthead.content.finding import ContentError
from masthead.content.schema import closest
from masthead.content.workbooks import ParameterType, QueryPart, Workbook
from masthead.kql import KqlError, Window
from masthead.simulate.values import Row
from masthead.testing.bench import Bench
from masthead.testing.compare import Comparison, compare_lists, row_mismatches
from masthead.testing.complaints import Count, Listing, Verdict, unequal
from masthead.testing.findings import kql_problem, problem
from masthead.testing.logs import Logs, rows_of
from masthead.workbooks.substitution import Substituted, example_values, substitute, time_range


def judge_page(case: Case, workbook: Workbook, bench: Bench, now: datetime) -> Verdict:
    """Run the case for the workbook at a time. Raises ContentError for what keeps a query from running."""
    _refuse_unknown(case, {each.name for each in workbook.questions}, workbook)
    _refuse_no_durations(case, workbook)
    answers = dict(_answers(case, workbook, bench.logs(case), now))
    rows = tuple(row for each in answers.values() for row in each)
    return Verdict(case, tuple(_complaints(case.expect, answers)), rows)


def _refuse_unknown(case: Case, names: set[str], workbook: Workbook) -> None:
    """Raise ContentError, MH954, for a name in the case that nothing in the workbook has."""
    parameters = workbook.defined()
    for path, name in _names(case):
        known = parameters if path[2] == "parameters" else names
        if name not in known:
            near = closest(name, known)
            hint = f'Did you mean "{near}"?' if near else f"There are {', '.join(sorted(known)) or 'none'}."
            # What stands as a key is named there; a list has no keys.
            span = case.document.span(path) if isinstance(path[-1], int) else case.document.key_span(path)
            message = f'the workbook has no "{name}"'
            raise ContentError(problem("MH954", message, case.document, span=span, hint=hint))


def _refuse_no_durations(case: Case, workbook: Workbook) -> None:
    """Raise ContentError, MH953, for a time range that the case gives and that is no duration."""
    for parameter in workbook.parameters:
        given = case.parameters.get(parameter.name)
        if parameter.type is ParameterType.TIME and given is not None:
            try:
                parse_duration(given if isinstance(given, str) else str(given))
            except ValueError as error:
                path = (*case.at, "parameters", parameter.name)
                raise ContentError(problem("MH953", str(error), case.document, path)) from None


def _names(case: Case) -> Iterator[tuple[ValuePath, str]]:
    """What the case calls queries and parameters, each with its place."""
    for key in ("shown", "empty"):
        yield from (((*case.at, "expect", key, index), each) for index, each in enumerate(case.expect.get(key) or ()))
    yield from (((*case.at, "expect", "queries", each), each) for each in case.expect.get("queries") or ())
    yield from (((*case.at, "parameters", each), each) for each in case.parameters)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of a page with values in it: its name, its place in the file, and the rows that its time range shows."""

    name: str
    at: ValuePath
    query: Substituted
    window: Window | None


def asked_of_page(case: Case, workbook: Workbook, now: datetime) -> Iterator[Asked]:
    """What the page asks at a time, with the case's values."""
    values = example_values(workbook, case.parameters)
    for each in workbook.questions:
        window = None
        if isinstance(each.asker, QueryPart) and (parameter := each.asker.time_parameter):
            # What a time range bounds, the service bounds: the query need not say it.
            window = Window(after=now - time_range(workbook, parameter, case.parameters), until=now)
        yield Asked(each.name, each.at, substitute(each.query, values), window)


def _answers(case: Case, workbook: Workbook, logs: Logs, now: datetime) -> Iterator[tuple[str, list[Row]]]:
    """The rows of every query over logs, by its name."""
    for asked in asked_of_page(case, workbook, now):
        yield asked.name, _answer(asked, workbook, logs, now)


def _answer(asked: Asked, workbook: Workbook, logs: Logs, now: datetime) -> list[Row]:
    query = asked.query
    try:
        return rows_of(logs.query(query.text, now, asked.window))
    except KqlError as error:
        if error.start is not None:
            start, end = query.original(error.start), query.original(error.end or error.start)
            error = KqlError(error.message, code=error.code, start=start, end=end, unsupported=error.unsupported)
        raise ContentError(kql_problem("MH951", error, workbook.document, asked.at)) from None


def _complaints(expect: Mapping[str, Any], answers: Mapping[str, list[Row]]) -> Iterator[Listing | Count]:
    for name in expect.get("shown") or ():
        if not answers[name]:
            yield Count(f"{name} rows", f"rows of {name}", 0)
    for name in expect.get("empty") or ():
        if answers[name]:
            yield Count(f"{name} rows", 0, len(answers[name]))
    for name, wanted in (expect.get("queries") or {}).items():
        rows = answers[name]
        if "count" in wanted and len(rows) != wanted["count"]:
            yield Count(f"{name} rows", wanted["count"], len(rows))
        if "rows" in wanted:
            yield from unequal(f"{name} rows", wanted["rows"], [dict(row) for row in rows], row_mismatches)
        if "includes" in wanted:
            yield from _not_included(name, wanted["includes"], rows)


def _not_included(name: str, wanted: list[dict[str, Any]], rows: list[Row]) -> Iterator[Listing]:
    """The complaint about rows that are not among those that came; others may be there."""
    found = compare_lists(wanted, [dict(row) for row in rows], row_mismatches)
    if found.differing or found.missing:
        near = Comparison(found.matching, found.differing, found.missing, ())
        yield Listing(f"{name} rows", wanted, [dict(row) for row in rows], near)

"""Runs a case: the content on its logs, and what came out against what the case expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from masthead.content.cases import Case
from masthead.content.finding import ContentError
from masthead.content.model import Detection, HuntingQuery, Query
from masthead.content.workbooks import Workbook
from masthead.kql import KqlError
from masthead.simulate.simulator import Outcome, SimulationError, simulate
from masthead.simulate.values import Row
from masthead.testing.bench import Bench
from masthead.testing.compare import alert_mismatches, row_mismatches
from masthead.testing.complaints import Count, Listing, Verdict, unequal
from masthead.testing.facts import alert_facts, incident_facts
from masthead.testing.findings import kql_problem, problem
from masthead.testing.logs import rows_of
from masthead.testing.pages import judge_page
from masthead.testing.settings import semantics_of


def judge(case: Case, content: Query | Workbook, bench: Bench) -> Verdict:
    """Run the case for the detection, hunting query or workbook. Raises ContentError for what keeps it from running."""
    if isinstance(content, Workbook):
        return judge_page(case, content, bench, clock_of(case, bench)[1])
    if isinstance(content, Detection):
        return _judge_detection(case, content, bench)
    assert isinstance(content, HuntingQuery)
    return _judge_hunting(case, content, bench)


def _judge_detection(case: Case, rule: Detection, bench: Bench) -> Verdict:
    semantics = semantics_of(case)
    start, end = clock_of(case, bench)
    logs = bench.logs(case)
    try:
        outcome = simulate(
            rule,
            start,
            end,
            lambda run: logs.ask(rule.query, run),
            latest_ingestion=logs.last_arrival(rule.query),
            semantics=semantics,
        )
    except KqlError as error:
        raise ContentError(kql_problem("MH951", error, rule.document, ("query",))) from None
    except SimulationError as error:
        raise ContentError(problem("MH955", str(error), case.document, case.at)) from None
    rows = tuple(row for ran in outcome.runs for row in ran.rows)
    return Verdict(case, tuple(_detection_complaints(case, outcome, rows)), rows, outcome)


def _detection_complaints(case: Case, outcome: Outcome, rows: Sequence[Row]) -> Iterator[Listing | Count]:
    if "alerts" in case.expect:
        alerts = outcome.alerts
        facts = [alert_facts(alert) for alert in alerts]
        yield from unequal(
            "alerts",
            _repeated(case.expect["alerts"], len(facts)),
            facts,
            alert_mismatches,
            [each.notes for each in alerts],
        )
    if "fires" in case.expect and not outcome.alerts:
        yield Count("alerts", "some alert", 0)
    expected = case.expect.get("incidents")
    if isinstance(expected, int) and expected != len(outcome.incidents):
        yield Count("incidents", expected, len(outcome.incidents))
    elif isinstance(expected, list):
        yield from unequal(
            "incidents", expected, [incident_facts(each) for each in outcome.incidents], alert_mismatches
        )
    if "rows" in case.expect:
        yield from unequal("rows", case.expect["rows"], [dict(row) for row in rows], row_mismatches)


def _judge_hunting(case: Case, hunt: HuntingQuery, bench: Bench) -> Verdict:
    end = clock_of(case, bench)[1]
    logs = bench.logs(case)
    try:
        result = logs.query(hunt.query, end)
    except KqlError as error:
        raise ContentError(kql_problem("MH951", error, hunt.document, ("query",))) from None
    columns, rows = [column.name for column in result.columns], rows_of(result)
    return Verdict(case, tuple(_hunting_complaints(case, columns, rows)), tuple(rows))


def _hunting_complaints(case: Case, columns: Sequence[str], rows: Sequence[Row]) -> Iterator[Listing | Count]:
    expect = case.expect
    if "columns" in expect and list(columns) != expect["columns"]:
        yield Count("columns", expect["columns"], list(columns))
    if "count" in expect and len(rows) != expect["count"]:
        yield Count("rows", expect["count"], len(rows))
    if "rows" in expect:
        yield from unequal("rows", expect["rows"], [dict(row) for row in rows], row_mismatches)


def _repeated(alerts: Sequence[Mapping[str, Any]], actual: int) -> list[dict[str, Any]]:
    """Each expected alert as often as its `count` says, but at most once more than there are alerts at all."""
    return [
        {key: value for key, value in alert.items() if key != "count"}
        for alert in alerts
        for _ in range(min(alert.get("count", 1), actual + 1))
    ]


def clock_of(case: Case, bench: Bench) -> tuple[datetime, datetime]:
    """From when to when the case plays: as it says, else while its recordings last."""
    recordings = bench.project.recordings_of(case)
    start = case.clock.start or min((each.start for each in recordings), default=None)
    end = case.clock.end or max((each.end for each in recordings), default=None)
    if start is None or end is None:
        hint = "Name recordings under logs, or set clock: {from: …, to: …}."
        raise ContentError(
            problem("MH955", "the case has no recordings and no clock", case.document, case.at, hint=hint)
        )
    if end < start:
        raise ContentError(problem("MH955", "the clock ends before it starts", case.document, (*case.at, "clock")))
    return start, end

"""From the API server's audit events to rows of AKSAudit and AKSAuditAdmin; the events stand in audit_events.yaml."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from recorder.audit_rows import MAX_BODY, SKIPPED, audit_row, audit_tables
from recorder.timeline import Timeline

CASES = yaml.safe_load(Path(__file__).with_name("audit_events.yaml").read_text(encoding="utf-8"))
EVENTS = [case["event"] for case in CASES]
TIMELINE = Timeline([(datetime(2031, 5, 6, 12, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC))])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_an_event_becomes_a_row(case):
    [row] = audit_tables([case["event"]], TIMELINE)["AKSAudit"]

    assert row == case["row"]
    assert list(row) == list(case["row"]), "the columns are not in the catalog's order"


def test_rows_are_in_order_of_time_and_reads_are_left_out_of_the_second_table():
    assert audit_tables(EVENTS, TIMELINE) == {
        "AKSAudit": [case["row"] for case in reversed(CASES)],
        "AKSAuditAdmin": [{**CASES[0]["row"], "Type": "AKSAuditAdmin"}],
    }


def test_events_of_one_millisecond_stay_in_their_order():
    events = [{**EVENTS[0], "auditID": str(number)} for number in range(9)]
    assert [row["AuditId"] for row in audit_tables(events, TIMELINE)["AKSAudit"]] == list("012345678")


def test_a_body_that_is_too_large_is_skipped():
    overhead = len('{"data":""}')
    largest, larger = ({"data": "a" * (size - overhead)} for size in (MAX_BODY, MAX_BODY + 1))
    row = audit_row({**EVENTS[0], "requestObject": largest, "responseObject": larger})

    assert (row["RequestObject"], row["ResponseObject"]) == (largest, SKIPPED)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({**EVENTS[0], "apiVersion": "audit.k8s.io/v1beta1"}, "not an event of audit.k8s.io/v1: {"),
        ({"kind": "Event", "apiVersion": "v1"}, "not an event of audit.k8s.io/v1: {"),
        (
            {name: value for name, value in EVENTS[1].items() if name != "stageTimestamp"},
            "the audit event 9d0c7b1a-55e2-4f64-8f0e-1a2b3c4d5e6f has no 'stageTimestamp'",
        ),
    ],
    ids=["another version", "an event of the cluster", "no time"],
)
def test_what_is_no_audit_event_is_refused(event, message):
    with pytest.raises(ValueError) as refused:
        audit_row(event)
    assert str(refused.value).startswith(message)

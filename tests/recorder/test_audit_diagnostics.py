"""From the API server's audit events to rows of AzureDiagnostics; the events stand in audit_events.yaml."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from recorder.audit_diagnostics import diagnostics_rows
from recorder.audit_rows import MAX_BODY, SKIPPED, moved
from recorder.timeline import Timeline

CASES = yaml.safe_load(Path(__file__).with_name("audit_events.yaml").read_text(encoding="utf-8"))
EVENTS = [case["event"] for case in CASES]
TIMELINE = Timeline([(datetime(2031, 5, 6, 12, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC))])


def test_a_row_is_about_the_cluster_and_holds_the_whole_event_as_text():
    impersonated = {"username": "system:admin", "groups": ["system:masters"]}
    event = {**EVENTS[0], "impersonatedUser": impersonated}
    [row] = diagnostics_rows([event], TIMELINE)

    text = row.pop("log_s")
    assert json.loads(text) == moved(event, TIMELINE)
    assert '"impersonatedUser":{"username":"system:admin","groups":["system:masters"]}' in text
    assert row == {
        "Category": "kube-audit",
        "OperationName": "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
        "pod_s": "kube-apiserver-7d9c5b6f88-2xk4q",
        "Resource": "AKS-SHOP",
        "ResourceGroup": "RG-SHOP",
        "ResourceId": (
            "/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/RG-SHOP"
            "/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/AKS-SHOP"
        ),
        "ResourceProvider": "MICROSOFT.CONTAINERSERVICE",
        "ResourceType": "MANAGEDCLUSTERS",
        "SourceSystem": "Azure",
        "SubscriptionId": "00000000-0000-0000-0000-000000000001",
        "TimeGenerated": CASES[0]["row"]["TimeGenerated"],
        "Type": "AzureDiagnostics",
        "_ResourceId": CASES[0]["row"]["_ResourceId"],
        "_SubscriptionId": "00000000-0000-0000-0000-000000000001",
    }


def test_reads_are_there_too_and_rows_are_in_order_of_time():
    assert [json.loads(row["log_s"])["auditID"] for row in diagnostics_rows(EVENTS, TIMELINE)] == [
        event["auditID"] for event in reversed(EVENTS)
    ]


def test_a_body_that_is_too_large_is_skipped():
    [row] = diagnostics_rows([{**EVENTS[0], "requestObject": {"data": "a" * MAX_BODY}}], TIMELINE)
    assert json.loads(row["log_s"])["requestObject"] == SKIPPED


def test_what_is_no_audit_event_is_refused():
    with pytest.raises(ValueError, match=r"^not an event of audit\.k8s\.io/v1: \{"):
        diagnostics_rows([{"kind": "Event", "apiVersion": "v1"}], TIMELINE)

"""Audit events become rows of AzureDiagnostics, the table of diagnostic settings in the older mode.

A row holds the whole event as JSON text in `log_s`, so nothing is lost: who impersonated whom is told here and not in
AKSAudit. The columns of a cluster's rows are those that Azure's own queries for kube-audit use
(https://learn.microsoft.com/azure/aks/monitor-aks); the setting is one with the category kube-audit alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from recorder.audit_rows import audit_row, logged_body, moved
from recorder.azure import API_SERVER_POD, CLUSTER_ID, CLUSTER_NAME, RESOURCE_GROUP, SUBSCRIPTION, row_of
from recorder.timeline import Timeline

ABOUT_THE_CLUSTER = {
    "Category": "kube-audit",
    "OperationName": "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
    "ResourceId": CLUSTER_ID.upper(),
    "Resource": CLUSTER_NAME.upper(),
    "ResourceGroup": RESOURCE_GROUP.upper(),
    "ResourceProvider": "MICROSOFT.CONTAINERSERVICE",
    "ResourceType": "MANAGEDCLUSTERS",
    "SubscriptionId": SUBSCRIPTION,
    "pod_s": API_SERVER_POD,
}


def diagnostics_rows(events: Iterable[Mapping[str, Any]], timeline: Timeline) -> list[dict[str, Any]]:
    """The rows of AzureDiagnostics, by time, with times and addresses moved as in AKSAudit.

    Raises ValueError, naming the event, for one that is not an audit event.
    """
    rows = [_row(moved(event, timeline)) for event in events]
    return sorted(rows, key=lambda row: row["TimeGenerated"])


def _row(event: dict[str, Any]) -> dict[str, Any]:
    generated = audit_row(event)["TimeGenerated"]
    bodies = {name: logged_body(event[name]) for name in ("requestObject", "responseObject") if name in event}
    text = json.dumps({**event, **bodies}, ensure_ascii=False, separators=(",", ":"))
    return row_of("AzureDiagnostics", "Azure", {"TimeGenerated": generated, **ABOUT_THE_CLUSTER, "log_s": text})

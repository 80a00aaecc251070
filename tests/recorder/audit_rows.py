"""Audit events, as kube-apiserver writes them, become rows of AKSAudit and AKSAuditAdmin.

An event is of audit.k8s.io/v1 (https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/), a row has the
columns of https://learn.microsoft.com/azure/azure-monitor/reference/tables/aksaudit. Fields without a column are lost:
`kind`, `apiVersion`, `authenticationMetadata` and `impersonatedUser`. Of a request made in somebody else's name the
table keeps who really made it (User), and whom the authoriser let in, as far as the annotation
authorization.k8s.io/reason names them. That impersonating was itself allowed has no row of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from recorder import addresses
from recorder.azure import API_SERVER_POD, row_of
from recorder.timeline import Timeline

SKIPPED = "skipped-too-big-size-object"
MAX_BODY = 32 * 1024
"""How long a body may be, in characters of its JSON text, before AKS replaces it by `SKIPPED`.

AKS says "32K", the limit of a column when that was written (notes of its release 2022-08-14).
"""


def audit_tables(events: Iterable[Mapping[str, Any]], timeline: Timeline) -> dict[str, list[dict[str, Any]]]:
    """The rows of both tables, by time; events of one millisecond stay in the order in which they came.

    Times and addresses anywhere in an event are moved to recorded ones. AKSAuditAdmin has all but get and list, as the
    two categories of the diagnostic setting do when both are on. Raises ValueError, naming the event, for one that is
    not an audit event.
    """
    rows = sorted((audit_row(moved(event, timeline)) for event in events), key=lambda row: row["TimeGenerated"])
    changes = [{**row, "Type": "AKSAuditAdmin"} for row in rows if row["Verb"] not in ("get", "list")]
    return {"AKSAudit": rows, "AKSAuditAdmin": changes}


def moved(event: Mapping[str, Any], timeline: Timeline) -> dict[str, Any]:
    """The event with recorded times, and with documentation addresses instead of loopback ones."""
    text = json.dumps(event, ensure_ascii=False)
    result = json.loads(addresses.move_text(timeline.move_text(text)))
    if "sourceIPs" in result:
        result["sourceIPs"] = [addresses.source_of(each) for each in result["sourceIPs"]]
    return result


def audit_row(event: Mapping[str, Any]) -> dict[str, Any]:
    """The row of AKSAudit for an event. TimeGenerated is when its stage was reached, to the millisecond.

    Raises ValueError for what is not an event of audit.k8s.io/v1.
    """
    if (event.get("kind"), event.get("apiVersion")) != ("Event", "audit.k8s.io/v1"):
        raise ValueError(f"not an event of audit.k8s.io/v1: {json.dumps(event)[:200]}")
    try:
        values = {
            "TimeGenerated": _milliseconds(event["stageTimestamp"]),
            "AuditId": event["auditID"],
            "Level": event["level"],
            "Stage": event["stage"],
            "RequestReceivedTime": event["requestReceivedTimestamp"],
            "StageReceivedTime": event["stageTimestamp"],
            "Verb": event["verb"],
            "RequestUri": event["requestURI"],
            "User": event["user"],
        }
    except KeyError as missing:
        raise ValueError(f"the audit event {event.get('auditID', '')} has no {missing}") from None
    optional = {
        "SourceIps": event.get("sourceIPs"),
        "UserAgent": event.get("userAgent"),
        "ObjectRef": event.get("objectRef"),  # requests that are not about a resource have none
        "ResponseStatus": event.get("responseStatus"),
        "RequestObject": logged_body(event.get("requestObject")),
        "ResponseObject": logged_body(event.get("responseObject")),
        "Annotations": event.get("annotations"),
    }
    return row_of("AKSAudit", "Azure", {**values, **optional, "PodName": API_SERVER_POD})


def logged_body(body: Any) -> Any:
    """A body as AKS logs it: one that is too long is replaced by `SKIPPED`."""
    if body is None:
        return None
    return SKIPPED if len(json.dumps(body, ensure_ascii=False, separators=(",", ":"))) > MAX_BODY else body


def _milliseconds(instant: str) -> str:
    # The digits of a second differ in number from text to text; rows that are sorted by text need the same number.
    return datetime.fromisoformat(instant).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

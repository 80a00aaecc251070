"""Who changed what, as the tables AzureActivity and SentinelAudit tell it; here at once, there after some minutes.

https://learn.microsoft.com/azure/azure-monitor/reference/tables/azureactivity and
https://learn.microsoft.com/azure/sentinel/audit-table-reference
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from stand_in.state import Change

_PROVIDERS = {
    "Microsoft.OperationalInsights/savedSearches": "MICROSOFT.OPERATIONALINSIGHTS/WORKSPACES/SAVEDSEARCHES",
    "Microsoft.SecurityInsights/watchlists/watchlistItems": "MICROSOFT.SECURITYINSIGHTS/WATCHLISTS",
}
_ADDRESS = "203.0.113.10"


def azure_activity(changes: Iterable[Change], tenant: str) -> Iterator[dict[str, Any]]:
    """Two rows for each change, of its start and its success."""
    for change in changes:
        operation = f"{_PROVIDERS.get(change.type, change.type.upper())}/{change.operation.upper()}"
        parts = change.id.split("/")
        correlation = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{change.at.isoformat()} {change.id}"))
        for status in ("Start", "Success"):
            yield {
                "TimeGenerated": change.at,
                "OperationNameValue": operation,
                "OperationName": operation.title(),
                "ActivityStatusValue": status,
                "ActivityStatus": "Started" if status == "Start" else "Succeeded",
                "CategoryValue": "Administrative",
                "Category": "Administrative",
                "Level": "Informational",
                "Caller": change.by,
                "CallerIpAddress": _ADDRESS,
                "Claims": json.dumps({"http://schemas.microsoft.com/identity/claims/objectidentifier": change.by_id}),
                "Claims_d": {"http://schemas.microsoft.com/identity/claims/objectidentifier": change.by_id},
                "CorrelationId": correlation,
                "OperationId": correlation,
                "EventDataId": str(uuid.uuid5(uuid.UUID(correlation), status)),
                "EventSubmissionTimestamp": change.at,
                "ResourceProviderValue": operation.split("/")[0],
                "ResourceGroup": parts[4] if len(parts) > 4 else "",
                "SubscriptionId": parts[2] if len(parts) > 2 else "",
                "ResourceId": change.id,
                "_ResourceId": change.id.lower(),
                "Properties": json.dumps({"entity": change.id, "message": operation}),
                "Properties_d": {"entity": change.id, "message": operation},
                "TenantId": tenant,
                "SourceSystem": "Azure",
                "Type": "AzureActivity",
            }


def sentinel_audit(changes: Iterable[Change], tenant: str) -> Iterator[dict[str, Any]]:
    """A row for each change of an analytics rule: its state before and after, and who made it."""
    for change in changes:
        if change.type != "Microsoft.SecurityInsights/alertRules":
            continue
        kept = change.after or change.before or {}
        deleted = change.operation == "delete"
        before, after = ((each or {}).get("properties") for each in (change.before, change.after))
        differing = sorted(
            name for name in {*(before or {}), *(after or {})} if (before or {}).get(name) != (after or {}).get(name)
        )
        yield {
            "TimeGenerated": change.at,
            "OperationName": "Microsoft.SecurityInsights/alertRules/" + ("Delete" if deleted else "Write"),
            "Description": "Analytics rule deleted" if deleted else "Create or update analytics rule.",
            "SentinelResourceId": change.id,
            "SentinelResourceName": kept["properties"].get("displayName", change.name),
            "SentinelResourceType": "Analytic Rule",
            "SentinelResourceKind": kept["kind"],
            "Status": "Success",
            "CorrelationId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{change.at.isoformat()} {change.id}")),
            "ExtendedProperties": {
                "CallerName": change.by,
                "CallerIpAddress": _ADDRESS,
                "OriginalResourceState": json.dumps(change.before),
                "UpdatedResourceState": json.dumps(change.after),
                "ResourceDiffMemberNames": [f"Properties.{name[:1].upper()}{name[1:]}" for name in differing],
                "ResourceId": change.id,
                "ResourceKind": kept["kind"],
            },
            "TenantId": tenant,
            "WorkspaceId": tenant,
            "SourceSystem": "Azure",
            "Type": "SentinelAudit",
        }

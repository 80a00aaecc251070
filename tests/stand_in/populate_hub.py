"""Solutions and connectors of a workspace in use: some connected, some installed only, some switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stand_in.stand_in import StandIn

CLUSTER = "aks-production"
"""A cluster, in the resource group of the workspace, that sends its logs to it."""

_SOLUTIONS = (
    ("Azure kubernetes Service", "azuresentinel.azure-sentinel-solution-azurekubernetes", "2.0.2"),
    ("Microsoft Defender for Cloud", "azuresentinel.azure-sentinel-solution-microsoftdefenderforcloud", "3.0.3"),
    ("Microsoft Entra ID", "azuresentinel.azure-sentinel-solution-azureactivedirectory", "3.3.11"),
    ("Azure Activity", "azuresentinel.azure-sentinel-solution-azureactivity", "3.0.3"),
    ("GitHub", "microsoftcorporation1622712991604.sentinel4github", "3.5.2"),
)
"""Solutions of the content hub: name, id, version."""


def populate_hub(stand_in: StandIn, by: str) -> None:
    """Put it there."""
    make = stand_in.portal.make
    make("onboardingStates", "default", {"properties": {"customerManagedKey": False}}, by)
    for name, id, version in _SOLUTIONS:
        make("contentPackages", id, {"properties": _package(name, id, version)}, by)
        kind = {"contentKind": "DataConnector", "packageId": id, "packageName": name, "packageKind": "Solution"}
        template = {"contentId": f"{name} connector", "displayName": name, "version": version, **kind}
        make("contentTemplates", f"{id}-dc", {"properties": template}, by)
    for name, title, table in (
        ("GitHubAuditDefinitionV2", "GitHub Enterprise Audit Log", "GitHubAuditLogsV3_CL"),
        ("GitHubAuditBlobConnector", "GitHub Enterprise Audit Log (storage)", "GitHubAuditLogsV3_CL"),
    ):
        body = {"kind": "Customizable", "properties": {"connectorUiConfig": _page(name, title, table)}}
        make("dataConnectorDefinitions", name, body, by)
    for name, kind, properties in _connected(stand_in):
        make("dataConnectors", name, {"kind": kind, "properties": properties}, by)
    _diagnostics(stand_in, by)


def _package(name: str, id: str, version: str) -> dict[str, Any]:
    return {
        "contentId": id,
        "contentProductId": f"{id}-sl-{version}",
        "contentKind": "Solution",
        "contentSchemaVersion": "3.0.0",
        "displayName": name,
        "version": version,
        "publisherDisplayName": "Microsoft",
        "source": {"kind": "Solution", "name": name, "sourceId": id},
        "support": {"tier": "Microsoft", "name": "Microsoft Corporation"},
        "isDeprecated": "false",
        "isPreview": "false",
    }


def _page(name: str, title: str, table: str) -> dict[str, Any]:
    """The page of a connector, as far as it says how to see whether it is connected."""
    newest = f"{table}\n| summarize Time = max(TimeGenerated)\n| where isnotempty(Time)"
    return {
        "id": name,
        "title": title,
        "publisher": "Microsoft",
        "descriptionMarkdown": title,
        "graphQueries": [{"metricName": "Events", "legend": table, "baseQuery": table}],
        "dataTypes": [{"name": table, "lastDataReceivedQuery": newest}],
        "connectivityCriteria": [{"type": "HasDataConnectors"}],
        "permissions": {},
        "instructionSteps": [],
    }


def _connected(stand_in: StandIn) -> list[tuple[str, str, dict[str, Any]]]:
    tenant = {"tenantId": stand_in.directory.tenant}
    enabled, disabled = {"state": "Enabled"}, {"state": "Disabled"}
    poller = {
        "connectorDefinitionName": "GitHubAuditDefinitionV2",
        "dataType": "GitHubAuditLogsV3_CL",
        "isActive": True,
        "auth": {"type": "APIKey"},
        "request": {"apiEndpoint": "https://api.github.com/enterprises/contoso/audit-log", "queryWindowInMin": 15},
        "response": {"eventsJsonPaths": ["$"]},
    }
    subscription = {"subscriptionId": stand_in.azure.subscription}
    return [
        ("defender-for-cloud", "AzureSecurityCenter", {**subscription, "dataTypes": {"alerts": enabled}}),
        ("entra-protection", "AzureActiveDirectory", {**tenant, "dataTypes": {"alerts": enabled}}),
        ("defender-xdr", "MicrosoftThreatProtection", {**tenant, "dataTypes": {"incidents": disabled}}),
        ("github-audit", "RestApiPoller", poller),
    ]


def _diagnostics(stand_in: StandIn, by: str) -> None:
    """The cluster sends some categories to the tables of their own."""
    group = stand_in.azure.group_id(stand_in.live.resource_group)
    cluster = f"{group}/providers/Microsoft.ContainerService/managedClusters/{CLUSTER}"
    on = ("kube-apiserver", "kube-audit-admin", "guard")
    categories = (*on, "kube-audit", "kube-controller-manager", "kube-scheduler", "cluster-autoscaler")
    settings = {
        "workspaceId": stand_in.scope,
        "logAnalyticsDestinationType": "Dedicated",
        "logs": [{"category": each, "categoryGroup": None, "enabled": each in on} for each in categories],
        "metrics": [],
    }
    type = "Microsoft.Insights/diagnosticSettings"
    id = f"{cluster}/providers/{type}/to-sentinel"
    stand_in.state.put(cluster, type, "to-sentinel", {"properties": settings}, (by, ""), id=id, quiet=True)

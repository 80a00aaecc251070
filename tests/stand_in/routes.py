"""Which path is what: the resource providers, their types, the actions that they need, and the API versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stand_in import operations
from stand_in.alert_rules import AlertRules
from stand_in.automation_rules import AutomationRules
from stand_in.collection import Collection
from stand_in.hub import (
    ContentPackages,
    ContentTemplates,
    DataConnectorDefinitions,
    DataConnectors,
    DiagnosticSettings,
    OnboardingStates,
)
from stand_in.messages import Refusal, Request, Response
from stand_in.metadata import Metadata
from stand_in.place import Place
from stand_in.resources import list_resources
from stand_in.saved_searches import SavedSearches
from stand_in.tables import Tables
from stand_in.watchlist_items import WatchlistItems
from stand_in.watchlists import Watchlists
from stand_in.workbooks import Workbooks

Endpoint = Callable[[Request, Place], Response]

_READ = {"GET": "get"}
_WRITE = {"GET": "get", "PUT": "put", "DELETE": "delete"}
_VERBS = {"GET": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete", "POST": "action"}

VERSIONS = {
    "microsoft.securityinsights": {"2025-10-01-preview", "2025-07-01-preview"},
    "microsoft.operationalinsights": {"2025-07-01", "2025-02-01", "2023-09-01", "2022-10-01", "2020-08-01"},
    "microsoft.insights": {"2023-06-01", "2022-04-01", "2021-05-01-preview"},
    "microsoft.resources": {"2022-12-01", "2021-04-01", "2022-09-01"},
}
"""Those that the stand-in answers. NRT rules and sub-techniques are in preview versions of SecurityInsights only."""


@dataclass(frozen=True, slots=True)
class Route:
    """A form of a path. methods: which collection's method answers. action: without the verb. sentinel: needs it."""

    pattern: re.Pattern[str]
    methods: Mapping[str, Endpoint]
    action: str
    provider: str
    sentinel: bool = False
    needs_group: bool = True
    scope: str = "workspace"


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path), re.IGNORECASE)


_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}"
_WORKSPACE = f"{_GROUP}/providers/Microsoft.OperationalInsights/workspaces/{{workspace}}"
_INSIGHTS = f"{_WORKSPACE}/providers/Microsoft.SecurityInsights"


def _both(base: str, collection: Collection, verbs: Mapping[str, str], action: str, **more: Any) -> list[Route]:
    """The list of a collection, and one member."""
    provider = action.split("/")[0].lower()
    one = {method: getattr(collection, name) for method, name in verbs.items()}
    return [
        Route(_pattern(base), {"GET": collection.list}, action, provider, **more),
        Route(_pattern(f"{base}/{{name}}"), one, action, provider, **more),
    ]


def _sentinel(name: str, collection: Collection, verbs: Mapping[str, str] = _WRITE) -> list[Route]:
    action = f"Microsoft.SecurityInsights/{name}"
    return _both(f"{_INSIGHTS}/{name}", collection, verbs, action, sentinel=True)


def _get_workspace(request: Request, place: Place) -> Response:
    return Response(200, workspace_body(place))


def workspace_body(place: Place) -> dict[str, Any]:
    """A workspace as clients get it."""
    assert place.workspace is not None
    workspace = place.workspace
    return {
        "id": place.scope,
        "name": workspace.name,
        "type": "Microsoft.OperationalInsights/workspaces",
        "location": workspace.location,
        "etag": f'"{workspace.customer_id[:8]}-0000-0d00-0000-{workspace.customer_id[-12:]}"',
        "tags": {},
        "properties": {
            "customerId": workspace.customer_id,
            "provisioningState": "Succeeded",
            "sku": {"name": "PerGB2018", "lastSkuUpdate": "2026-01-01T00:00:00.0000000Z"},
            "retentionInDays": 90,
            "features": {"enableLogAccessUsingOnlyResourcePermissions": True},
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
        },
    }


def _list_workspaces(request: Request, place: Place) -> Response:
    azure = place.azure
    found = [
        workspace_body(Place(azure, azure.workspace_id(each), each))
        for each in azure.workspaces.values()
        if place.scope.lower() in azure.workspace_id(each).lower()
    ]
    return Response(200, {"value": found})


_METADATA = Metadata()
_INSIGHTS_PROVIDER = "microsoft.securityinsights"
_LOGS_PROVIDER = "microsoft.operationalinsights"

ROUTES: list[Route] = [
    Route(_pattern(_WORKSPACE), {"GET": _get_workspace}, "Microsoft.OperationalInsights/workspaces", _LOGS_PROVIDER),
    Route(
        _pattern(f"{_GROUP}/providers/Microsoft.OperationalInsights/workspaces"),
        {"GET": _list_workspaces},
        "Microsoft.OperationalInsights/workspaces",
        _LOGS_PROVIDER,
        scope="group",
    ),
    Route(
        _pattern("/subscriptions/{subscription}/providers/Microsoft.OperationalInsights/workspaces"),
        {"GET": _list_workspaces},
        "Microsoft.OperationalInsights/workspaces",
        _LOGS_PROVIDER,
        scope="subscription",
    ),
    *_both(
        f"{_WORKSPACE}/savedSearches",
        SavedSearches(),
        _WRITE,
        "Microsoft.OperationalInsights/workspaces/savedSearches",
    ),
    *_both(f"{_WORKSPACE}/tables", Tables(), _READ, "Microsoft.OperationalInsights/workspaces/tables"),
    *_sentinel("alertRules", AlertRules()),
    *_sentinel("automationRules", AutomationRules()),
    *_sentinel("metadata", _METADATA, {**_WRITE, "PATCH": "patch"}),
    *_sentinel("watchlists", Watchlists()),
    *_both(
        f"{_INSIGHTS}/watchlists/{{parent}}/watchlistItems",
        WatchlistItems(),
        _WRITE,
        "Microsoft.SecurityInsights/watchlists",
        sentinel=True,
    ),
    *_sentinel("contentPackages", ContentPackages(), _READ),
    *_sentinel("contentTemplates", ContentTemplates(), _READ),
    *_sentinel("dataConnectors", DataConnectors(), _READ),
    *_sentinel("dataConnectorDefinitions", DataConnectorDefinitions(), _READ),
    *_both(f"{_INSIGHTS}/onboardingStates", OnboardingStates(), _READ, "Microsoft.SecurityInsights/onboardingStates"),
    Route(
        _pattern(f"{_INSIGHTS}/operationStatuses/{{name}}"),
        {"GET": operations.status},
        "Microsoft.SecurityInsights/watchlists",
        _INSIGHTS_PROVIDER,
    ),
    Route(
        _pattern(f"{_INSIGHTS}/operationStatuses/{{name}}/result"),
        {"GET": operations.result},
        "Microsoft.SecurityInsights/watchlists",
        _INSIGHTS_PROVIDER,
    ),
    *_both(
        f"{_GROUP}/providers/Microsoft.Insights/workbooks",
        Workbooks(),
        _WRITE,
        "Microsoft.Insights/workbooks",
        scope="group",
    ),
    Route(
        _pattern("/subscriptions/{subscription}/providers/Microsoft.Insights/workbooks"),
        {"GET": Workbooks().list},
        "Microsoft.Insights/workbooks",
        "microsoft.insights",
        scope="subscription",
    ),
    Route(
        _pattern("/subscriptions/{subscription}/resources"),
        {"GET": list_resources},
        "Microsoft.ContainerService/managedClusters",
        "microsoft.resources",
        scope="subscription",
    ),
    Route(
        re.compile(
            r"(?P<resource>/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/.+)"
            r"/providers/Microsoft\.Insights/diagnosticSettings",
            re.IGNORECASE,
        ),
        {"GET": DiagnosticSettings().list},
        "Microsoft.Insights/diagnosticSettings",
        "microsoft.insights",
        scope="resource",
    ),
]


@dataclass(frozen=True, slots=True)
class Found:
    """The route of a request, and what its path names."""

    route: Route
    endpoint: Endpoint
    action: str
    names: Mapping[str, str] = field(default_factory=dict)


def find(request: Request) -> Found:
    """Which route the request takes. Raises Refusal: 404 for a path that nothing answers, 405 for a method."""
    for route in ROUTES:
        match = route.pattern.fullmatch(request.path)
        if match is None:
            continue
        endpoint = route.methods.get(request.method)
        if endpoint is None:
            message = f"The requested resource does not support http method '{request.method}'."
            raise Refusal(405, "MethodNotAllowed", message)
        _check_version(request, route.provider)
        return Found(route, endpoint, f"{route.action}/{_VERBS[request.method]}", match.groupdict())
    raise Refusal(404, "InvalidResourceType", f"The stand-in knows no resource at '{request.path}'.")


def _check_version(request: Request, provider: str) -> None:
    version = request.query.get("api-version")
    if not version:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        raise Refusal(400, "MissingApiVersionParameter", message)
    known = VERSIONS[provider]
    if version not in known:
        message = (
            f"No registered resource provider found for API version '{version}'; the stand-in has {sorted(known)}."
        )
        raise Refusal(400, "NoRegisteredProviderFound", message)


COLLECTIONS: dict[str, Collection] = {
    collection.type.rsplit("/", 1)[1].lower(): collection
    for collection in (
        AlertRules(),
        AutomationRules(),
        ContentPackages(),
        ContentTemplates(),
        DataConnectorDefinitions(),
        DataConnectors(),
        DiagnosticSettings(),
        Metadata(),
        OnboardingStates(),
        SavedSearches(),
        Tables(),
        Watchlists(),
        Workbooks(),
    )
}
"""By the last part of their types, in lower case."""

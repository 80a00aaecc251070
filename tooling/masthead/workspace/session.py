"""A signed-in connection to one workspace: Microsoft's clients, made when they are needed."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any

from masthead.content.workspaces import Workspace
from masthead.workspace.clouds import CLOUDS, Endpoints
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.refusals import translated

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.mgmt.applicationinsights import ApplicationInsightsManagementClient
    from azure.mgmt.loganalytics import LogAnalyticsManagementClient
    from azure.mgmt.securityinsight import SecurityInsightsMgmtClient
    from azure.monitor.query import LogsQueryClient

INSTALL = "Install Microsoft's clients: pip install 'masthead[azure]'."

ATTEMPTS = 5
"""How often a request is sent before its failure counts: what is throttled, lost or answered with 5xx is sent again,
after as long as the service asks for (Retry-After), or longer each time."""


class Session:
    """The clients for one workspace.

    credential: None signs in as DefaultAzureCredential finds the account: in GitHub Actions after azure/login, with the
    Azure CLI, a managed identity, or the variables AZURE_CLIENT_ID and so on. backoff: the factor of the pause between
    attempts, in seconds. Raises WorkspaceError when the clients are not installed.
    """

    def __init__(
        self,
        workspace: Workspace,
        endpoints: Endpoints | None = None,
        credential: TokenCredential | None = None,
        *,
        attempts: int = ATTEMPTS,
        backoff: float = 0.8,
    ) -> None:
        self.workspace = workspace
        self.endpoints = endpoints or CLOUDS[workspace.cloud]
        self._credential = credential
        self._attempts, self._backoff = attempts, backoff

    @cached_property
    def credential(self) -> TokenCredential:
        """Who the session acts as."""
        if self._credential is not None:
            return self._credential
        identity = imported("azure.identity")
        # What each way to sign in lacks is told at length on standard error by the library itself, error or not.
        logging.getLogger("azure").addHandler(logging.NullHandler())
        tenant = {"additionally_allowed_tenants": ["*"]} if self.workspace.tenant is None else {}
        if self.workspace.tenant:
            tenant = {
                "interactive_browser_tenant_id": self.workspace.tenant,
                "workload_identity_tenant_id": self.workspace.tenant,
            }
        return identity.DefaultAzureCredential(authority=self.endpoints.authority, **tenant)

    @cached_property
    def sentinel(self) -> SecurityInsightsMgmtClient:
        """The client of Microsoft.SecurityInsights."""
        client = imported("azure.mgmt.securityinsight").SecurityInsightsMgmtClient
        return client(self.credential, self.workspace.subscription, self.endpoints.resource_manager, **self._options)

    @cached_property
    def log_analytics(self) -> LogAnalyticsManagementClient:
        """The client of Microsoft.OperationalInsights: saved searches and tables."""
        client = imported("azure.mgmt.loganalytics").LogAnalyticsManagementClient
        return client(self.credential, self.workspace.subscription, self.endpoints.resource_manager, **self._options)

    @cached_property
    def insights(self) -> ApplicationInsightsManagementClient:
        """The client of Microsoft.Insights: workbooks."""
        client = imported("azure.mgmt.applicationinsights").ApplicationInsightsManagementClient
        return client(
            self.credential,
            self.workspace.subscription,
            api_version="2023-06-01",
            base_url=self.endpoints.resource_manager,
            **self._options,
        )

    @cached_property
    def logs(self) -> LogsQueryClient:
        """The client that runs queries. It wants `workspace_id`, the GUID that `customer_id` tells."""
        client = imported("azure.monitor.query").LogsQueryClient
        options = self._options | {"credential_scopes": [f"{self.endpoints.logs}/.default"]}
        return client(self.credential, endpoint=self.endpoints.logs, **options)

    @cached_property
    def customer_id(self) -> str:
        """The GUID by which queries name the workspace. Raises WorkspaceError when there is no such workspace."""
        with translated(self.workspace, "read the workspace"):
            found = self.log_analytics.workspaces.get(self.workspace.resource_group, self.workspace.workspace)
        return str(found.customer_id)

    @cached_property
    def location(self) -> str:
        """The region of the workspace. Raises WorkspaceError when there is no such workspace."""
        if self.workspace.location:
            return self.workspace.location
        with translated(self.workspace, "read the workspace"):
            found = self.log_analytics.workspaces.get(self.workspace.resource_group, self.workspace.workspace)
        return str(found.location)

    @property
    def scope(self) -> tuple[str, str]:
        """Resource group and workspace, with which nearly every call begins."""
        return self.workspace.resource_group, self.workspace.workspace

    @cached_property
    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            "credential_scopes": [self.endpoints.scope],
            "retry_total": self._attempts,
            "retry_status": self._attempts,
            "retry_connect": self._attempts,
            "retry_read": self._attempts,
            "retry_backoff_factor": self._backoff,
            # Nothing that a request says may reach a log: headers hold tokens.
            "logging_enable": False,
        }
        if self.endpoints.certificate:
            options["connection_verify"] = str(self.endpoints.certificate)
        return options

    def close(self) -> None:
        """Close the connections."""
        for name in ("sentinel", "log_analytics", "insights", "logs"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()


def imported(name: str) -> Any:
    """A module of Microsoft's clients. Raises WorkspaceError when it is not installed."""
    import importlib

    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise WorkspaceError(f"{name} is not installed", INSTALL) from None

"""The addresses of Microsoft's clouds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from masthead.content.workspaces import Cloud


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where requests go.

    resource_manager, logs: base addresses of Azure Resource Manager and of the query service. scope: what a token for
    the former is asked for; for the latter it is its address. authority: the host that signs accounts in. portal: for
    links. certificate: what to trust instead of the system's certificates, which only the stand-in for Sentinel needs.
    """

    resource_manager: str
    scope: str
    logs: str
    authority: str
    portal: str
    certificate: Path | None = None


CLOUDS = {
    Cloud.PUBLIC: Endpoints(
        "https://management.azure.com",
        "https://management.azure.com/.default",
        "https://api.loganalytics.io",
        "login.microsoftonline.com",
        "https://portal.azure.com",
    ),
    Cloud.US_GOVERNMENT: Endpoints(
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net/.default",
        "https://api.loganalytics.us",
        "login.microsoftonline.us",
        "https://portal.azure.us",
    ),
    Cloud.CHINA: Endpoints(
        "https://management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn/.default",
        "https://api.loganalytics.azure.cn",
        "login.chinacloudapi.cn",
        "https://portal.azure.cn",
    ),
}
"""Of each cloud, as the SDKs for Python have them."""

"""Which resources send their logs to a workspace by a diagnostic setting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from masthead.content.connecting import SUBSCRIPTION, TENANT, DiagnosticSetting
from masthead.workspace.session import Session

MOST = 100
"""How many resources of a type are looked at."""

_RESOURCES = "2021-04-01"
_SETTINGS = "2021-05-01-preview"
_DEDICATED = "dedicated"


@dataclass(frozen=True, slots=True)
class Sender:
    """A resource, and what it sends to the workspace.

    setting: the name of the diagnostic setting that goes there, if one does. dedicated: whether rows go to tables of
    their own rather than to AzureDiagnostics. categories: the enabled ones.
    """

    id: str
    setting: str | None = None
    dedicated: bool = False
    categories: frozenset[str] = frozenset()

    def fills(self, table: str, setting: DiagnosticSetting) -> bool:
        """Whether it sends what `table` is filled from."""
        return self.dedicated and not self.categories.isdisjoint(setting.categories.get(table, ()))


def look_at_senders(session: Session, setting: DiagnosticSetting) -> tuple[Sender, ...] | None:
    """The resources of the subscription that could have such a setting, with what they send to the workspace.

    None when it cannot be told: the account may not look, or it is the tenant that has the setting. The answer is an
    aid for whoever connects; rows alone prove that logs arrive. Raises nothing.
    """
    if setting.of in (SUBSCRIPTION, TENANT):
        return None
    query = f"$filter=resourceType eq '{setting.of}'&api-version={_RESOURCES}"
    listed = _get(session, f"/subscriptions/{session.workspace.subscription}/resources?{query}")
    if listed is None:
        return None
    ids = [str(each["id"]) for each in listed[:MOST] if isinstance(each.get("id"), str)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda id: _sender(session, id), ids))
    return None if any(each is None for each in found) else tuple(each for each in found if each is not None)


def _sender(session: Session, id: str) -> Sender | None:
    settings = _get(session, f"{id}/providers/Microsoft.Insights/diagnosticSettings?api-version={_SETTINGS}")
    if settings is None:
        return None
    ours = session.workspace.resource_id.lower()
    for each in settings:
        properties = each.get("properties") or {}
        if str(properties.get("workspaceId", "")).lower() == ours:
            dedicated = str(properties.get("logAnalyticsDestinationType", "")).lower() == _DEDICATED
            return Sender(id, str(each.get("name")), dedicated, frozenset(_enabled(properties.get("logs") or ())))
    return Sender(id)


def _enabled(logs: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    return (str(each["category"]) for each in logs if each.get("enabled") and each.get("category"))


def _get(session: Session, path: str) -> list[dict[str, Any]] | None:
    """The members of a list of Resource Manager; None when it does not give them."""
    from azure.core.exceptions import AzureError
    from azure.core.rest import HttpRequest

    try:
        answer = session.sentinel.send_request(HttpRequest("GET", path))
        answer.raise_for_status()
        found = answer.json().get("value")
    except (AzureError, ValueError, AttributeError):
        return None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else None

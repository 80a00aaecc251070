"""Where a request goes: the workspace or resource group, with what all endpoints need to answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stand_in.quirks import Quirks
from stand_in.state import State

if TYPE_CHECKING:
    from stand_in.queries import Queries


@dataclass(slots=True)
class LiveWorkspace:
    """A Log Analytics workspace. sentinel: whether it was onboarded."""

    name: str
    resource_group: str
    customer_id: str
    location: str
    sentinel: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer of the query service may hold: more rows or bytes make it partial.

    https://learn.microsoft.com/azure/azure-monitor/service-limits#log-queries-and-language
    """

    rows: int = 500_000
    size: int = 64 * 1024 * 1024


@dataclass(slots=True)
class Azure:
    """All that there is: one subscription, its resource groups and workspaces, and what is kept in them."""

    subscription: str
    state: State
    quirks: Quirks
    clock: Callable[[], datetime]
    page_size: int
    queries: Queries
    workspaces: dict[str, LiveWorkspace] = field(default_factory=dict)
    groups: set[str] = field(default_factory=set)
    limits: Limits = field(default_factory=Limits)
    operations: dict[str, int] = field(default_factory=dict)

    def workspace_id(self, workspace: LiveWorkspace) -> str:
        """The resource id of a workspace."""
        return (
            f"{self.group_id(workspace.resource_group)}/providers/Microsoft.OperationalInsights"
            f"/workspaces/{workspace.name}"
        )

    def group_id(self, name: str) -> str:
        """The resource id of a resource group."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{name}"


@dataclass(frozen=True, slots=True)
class Place:
    """What a path names: below `scope`, perhaps `name`, below `parent` where there are two levels.

    scope: the resource id of the workspace or resource group, as Azure spells it.
    """

    azure: Azure
    scope: str
    workspace: LiveWorkspace | None
    name: str | None = None
    parent: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

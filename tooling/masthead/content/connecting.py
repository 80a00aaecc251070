"""How a log source is connected to a workspace, and how one sees that it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SUBSCRIPTION, TENANT = "subscription", "tenant"
"""What a diagnostic setting may belong to besides resources of a type."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The solution of Sentinel's content hub that brings a connector: its name there, and its content id."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class ConnectorResource:
    """The resource of the workspace that a connector becomes once it is connected.

    `kind` is that of a data connector. definition: the name of the connector's page, where several share a kind.
    """

    kind: str
    definition: str | None


@dataclass(frozen=True, slots=True)
class DiagnosticSetting:
    """The diagnostic setting that sends the logs.

    of: a type of resource, such as Microsoft.ContainerService/managedClusters, each of which has its own; or the
    subscription, or the tenant. categories: those that fill a table.
    """

    of: str
    categories: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do by hand: `do` says what, `run` is a command for it.

    tables: for which of the source's tables; all of them if empty. A command may name {subscription}, {resource_group},
    {workspace}, {workspace_id} (of the resource) and {location}.
    """

    do: str
    run: str | None
    tables: tuple[str, ...]


def read_solution(data: dict[str, Any] | None) -> Solution | None:
    """What a connector of the catalog says under `solution`."""
    return Solution(data["name"], data["id"]) if data else None


def read_resource(data: dict[str, Any] | None) -> ConnectorResource | None:
    """What a connector of the catalog says under `resource`."""
    return ConnectorResource(data["kind"], data.get("definition")) if data else None


def read_setting(data: dict[str, Any] | None) -> DiagnosticSetting | None:
    """What a log source of the catalog says under `diagnosticSetting`."""
    if not data:
        return None
    categories = {
        table: (names,) if isinstance(names, str) else tuple(names) for table, names in data["categories"].items()
    }
    return DiagnosticSetting(data["of"], categories)


def read_steps(data: list[dict[str, Any]] | None) -> tuple[Step, ...]:
    """What a log source of the catalog says under `connect`."""
    return tuple(Step(each["do"], each.get("run"), tuple(each.get("tables") or ())) for each in data or ())

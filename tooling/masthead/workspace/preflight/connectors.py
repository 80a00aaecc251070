"""Which solutions are installed in a workspace, and which connectors are connected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from masthead.content.catalog import Connector, LogSource
from masthead.workspace.preflight.permission import if_permitted
from masthead.workspace.session import Session


@dataclass(frozen=True, slots=True)
class Installed:
    """What the workspace says of its solutions and connectors; None where the account may not look.

    packages: content ids of the installed solutions. connectors: the data connectors, as (kind, name of the connector's
    page or "", properties). unknown: why something could not be looked at.
    """

    packages: frozenset[str] | None
    connectors: tuple[tuple[str, str, Mapping[str, Any]], ...] | None
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """How a connector of the catalog stands.

    installed: whether its solution is; None when that is not known, or it needs none. connected: by its resource, or
    where it has none by the rows of its tables; None when that is not known.
    """

    connector: Connector
    source: str
    installed: bool | None
    connected: bool | None


def look_at_connectors(session: Session) -> Installed:
    """What is installed and connected. Raises WorkspaceError."""
    packages, no_packages = if_permitted(
        session, "list the installed solutions", lambda: frozenset(_package_ids(session))
    )
    connectors, no_connectors = if_permitted(session, "list the data connectors", lambda: tuple(_connectors(session)))
    return Installed(packages, connectors, no_packages or no_connectors)


def connector_states(
    sources: Iterable[LogSource], installed: Installed, filled: Collection[str]
) -> dict[str, tuple[ConnectorState, ...]]:
    """The connectors of each log source, by its slug. filled: the tables whose rows arrive."""
    return {
        source.slug: tuple(_state(each, source, installed, filled) for each in source.connectors) for source in sources
    }


def _state(connector: Connector, source: LogSource, installed: Installed, filled: Collection[str]) -> ConnectorState:
    has = None
    if connector.solution is not None and installed.packages is not None:
        has = connector.solution.id.lower() in installed.packages
    return ConnectorState(connector, source.slug, has, _connected(connector, source, installed, filled))


def _connected(connector: Connector, source: LogSource, installed: Installed, filled: Collection[str]) -> bool | None:
    wanted = connector.resource
    if wanted is None:
        own = [table for table in connector.data_types if table in source.tables] or source.tables
        return any(table in filled for table in own)
    if installed.connectors is None:
        return None
    return any(
        kind.lower() == wanted.kind.lower()
        and (wanted.definition is None or page.lower() == wanted.definition.lower())
        and _is_on(properties)
        for kind, page, properties in installed.connectors
    )


def _is_on(properties: Mapping[str, Any]) -> bool:
    """Whether it brings anything: pollers can be paused, and older kinds have a state for each type of data."""
    if properties.get("isActive") is False:
        return False
    states = [str(each.get("state", "")) for each in (properties.get("dataTypes") or {}).values() if each]
    return not states or any(state.lower() == "enabled" for state in states)


def _package_ids(session: Session) -> Iterable[str]:
    for each in session.sentinel.content_packages.list(*session.scope):
        properties = each.as_dict().get("properties") or {}
        yield str(properties.get("contentId", "")).lower()


def _connectors(session: Session) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    for each in session.sentinel.data_connectors.list(*session.scope):
        data = each.as_dict()
        properties = data.get("properties") or {}
        yield str(data.get("kind", "")), str(properties.get("connectorDefinitionName") or ""), properties

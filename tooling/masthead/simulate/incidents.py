"""Alerts to incidents: one each, or grouped by what they have in common."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime

from masthead.content.model import Detection, Grouping
from masthead.simulate.alerts import Alert
from masthead.simulate.details import SEVERITIES
from masthead.simulate.entities import Entity
from masthead.simulate.semantics import Semantics


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident and its alerts, in the order of their creation. `reopened`: how often an alert opened it again."""

    title: str
    severity: str
    created: datetime
    alerts: tuple[Alert, ...]
    closed: bool = False
    reopened: int = 0

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The entities of all its alerts, each once."""
        return tuple(dict.fromkeys(entity for alert in self.alerts for entity in alert.entities))


def incidents_of(rule: Detection, alerts: Iterable[Alert], semantics: Semantics) -> list[Incident]:
    """The incidents that the rule's alerts, in the order of their creation, make; none if it creates none."""
    configuration = rule.incident_configuration
    if configuration and not configuration.create_incident:
        return []
    grouping = configuration.grouping if configuration else None
    open_: list[_Open] = []
    last = None
    for alert in alerts:
        last = alert.created
        found = _home(alert, open_, grouping, semantics) if grouping and grouping.enabled else None
        if found:
            found.add(alert, semantics)
        else:
            open_.append(_Open([alert], alert.created))
    return [_finished(each, last, semantics) for each in open_]


@dataclass(slots=True)
class _Open:
    """An incident while alerts still come in; `since` is when it was opened last."""

    alerts: list[Alert]
    since: datetime
    reopened: int = 0

    def add(self, alert: Alert, semantics: Semantics) -> None:
        if self.closed_at(alert.created, semantics):
            self.since = alert.created
            self.reopened += 1
        self.alerts.append(alert)

    def closed_at(self, moment: datetime, semantics: Semantics) -> bool:
        return semantics.close_incidents_after is not None and moment >= self.since + semantics.close_incidents_after


def _home(alert: Alert, open_: list[_Open], grouping: Grouping, semantics: Semantics) -> _Open | None:
    """The incident that takes the alert in: the latest with something in common, room, and young enough."""
    key = _key(alert, grouping, semantics)
    for incident in reversed(open_):
        first = incident.alerts[0]
        if (
            key is not None
            and _key(first, grouping, semantics) == key
            and alert.created - first.created <= grouping.lookback_duration
            and len(incident.alerts) < semantics.alerts_per_incident
            and (grouping.reopen_closed_incident or not incident.closed_at(alert.created, semantics))
        ):
            return incident
    return None


def _key(alert: Alert, grouping: Grouping, semantics: Semantics) -> Hashable:
    """What the alerts of one incident have in common; None when the alert joins no other."""
    if grouping.matching_method == "AnyAlert":
        return "any"
    if grouping.matching_method == "AllEntities":
        return frozenset(alert.entities) if alert.entities or semantics.group_without_entities else None
    details = {"DisplayName": alert.title, "Severity": alert.severity}
    return (
        frozenset(entity for entity in alert.entities if entity.type in grouping.by_entities),
        tuple(details[name] for name in grouping.by_alert_details),
        tuple(frozenset(alert.custom_details.get(name, ())) for name in grouping.by_custom_details),
    )


def _finished(incident: _Open, last: datetime | None, semantics: Semantics) -> Incident:
    first = incident.alerts[0]
    highest = max((alert.severity for alert in incident.alerts), key=SEVERITIES.index)
    return Incident(
        title=first.title,
        severity=highest if semantics.incident_severity == "highest" else first.severity,
        created=first.created,
        alerts=tuple(incident.alerts),
        closed=last is not None and incident.closed_at(last, semantics),
        reopened=incident.reopened,
    )

"""Alerts, incidents and rows as plain mappings, under the names that cases use for what they expect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from masthead.simulate.alerts import Alert
from masthead.simulate.entities import Entity
from masthead.simulate.incidents import Incident

Facts = dict[str, Any]


def alert_facts(alert: Alert) -> Facts:
    """All that a case can expect of an alert."""
    return {
        "severity": alert.severity,
        "title": alert.title,
        "description": alert.description,
        "tactics": list(alert.tactics),
        "techniques": list(alert.techniques),
        "entities": entity_facts(alert.entities),
        "customDetails": {name: list(values) for name, values in alert.custom_details.items()},
    }


def incident_facts(incident: Incident) -> Facts:
    """All that a case can expect of an incident."""
    return {
        "title": incident.title,
        "severity": incident.severity,
        "alerts": len(incident.alerts),
        "entities": entity_facts(incident.entities),
    }


def entity_facts(entities: Iterable[Entity]) -> Facts:
    """The entities by type, each as its identifiers."""
    facts: Facts = {}
    for entity in entities:
        facts.setdefault(entity.type, []).append(entity.as_dict())
    return facts

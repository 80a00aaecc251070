"""The alerts of a run: its rows together, or one alert each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from masthead.content.model import Detection
from masthead.simulate.custom_details import custom_details_of
from masthead.simulate.details import details_of
from masthead.simulate.entities import Entity, entities_of
from masthead.simulate.semantics import Semantics
from masthead.simulate.values import Row


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert.

    `rows` are the results it stands for; `first_event` and `last_event` the earliest and latest TimeGenerated among
    them (None when they have none); `notes` what Sentinel left out or replaced, and why. `summary` marks the alert that
    sums up a run with more results than it may have alerts.
    """

    title: str
    description: str
    severity: str
    tactics: tuple[str, ...]
    techniques: tuple[str, ...]
    entities: tuple[Entity, ...]
    custom_details: dict[str, tuple[str, ...]]
    properties: dict[str, str]
    created: datetime
    first_event: datetime | None
    last_event: datetime | None
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    summary: bool = False


def alerts_of(rule: Detection, rows: Sequence[Row], created: datetime, semantics: Semantics) -> list[Alert]:
    """The alerts of a run that triggered the rule with these rows."""
    if rule.event_grouping != "AlertPerResult" or not rows:
        return [_alert(rule, rows, created, semantics)]
    limit = semantics.nrt_alerts_per_run if rule.is_nrt else semantics.alerts_per_run
    if len(rows) <= limit:
        return [_alert(rule, [row], created, semantics) for row in rows]
    single = [_alert(rule, [row], created, semantics) for row in rows[: limit - 1]]
    return [*single, _alert(rule, rows, created, semantics, summary=True)]


def _alert(
    rule: Detection, rows: Sequence[Row], created: datetime, semantics: Semantics, *, summary: bool = False
) -> Alert:
    details, about_details = details_of(rule, rows, semantics)
    custom, about_custom = custom_details_of(rule.custom_details, rows, semantics)
    entities, about_entities = entities_of(rule.entity_mappings, rows, semantics)
    times = [time for row in rows if isinstance(time := row.get("TimeGenerated"), datetime)]
    return Alert(
        title=details.title,
        description=details.description,
        severity=details.severity,
        tactics=details.tactics,
        techniques=details.techniques,
        entities=entities,
        custom_details=custom,
        properties=details.properties,
        created=created,
        first_event=min(times, default=None),
        last_event=max(times, default=None),
        rows=tuple(rows),
        notes=(*about_details, *about_custom, *about_entities),
        summary=summary,
    )

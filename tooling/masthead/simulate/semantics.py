"""How Sentinel behaves, in numbers and choices that a project or a case can change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Semantics:
    """Every number and choice that the simulation rests on, each with what is known about it.

    "Documented" means Microsoft's pages on scheduled rules, NRT rules, entity mapping, custom details, alert details
    and service limits. The others are not documented: the default is the best evidence there is, and a case may say
    otherwise under `settings`.
    """

    run_delay: timedelta = timedelta(minutes=5)
    """How late a scheduled run is executed. Documented: five minutes, to let late rows arrive."""

    run_at_start: bool = False
    """Whether a rule also runs at the very start of the clock. Documented: it runs as soon as it is created. A clock
    starts where the recording does, with nothing before it, so that run would only make rules that alert on absence
    alert; the first run is therefore one frequency later."""

    window_includes_start: bool = False
    """Whether a row exactly queryPeriod old belongs to a run. Not documented. If it did, two runs whose windows touch
    would both see it."""

    now_is_execution: bool = False
    """Whether now() in a run is the moment of execution and not the end of its window. Not documented; alerts carry
    the value, as query_now, and there it is the end of the window."""

    suppression_includes_end: bool = False
    """Whether a run that falls exactly on the end of the suppression is skipped too. Not documented."""

    nrt_interval: timedelta = timedelta(minutes=1)
    """How often an NRT rule runs, and how much it reads. Documented: a minute of ingested rows."""

    nrt_delay: timedelta = timedelta(minutes=2)
    """How late an NRT run is executed. Documented: two minutes."""

    alerts_per_run: int = 150
    """Alerts of one scheduled run; beyond, all but the last stand for one row and the last sums up. Documented."""

    nrt_alerts_per_run: int = 30
    """The same for a run of an NRT rule. Documented."""

    details_from: Literal["first", "last"] = "first"
    """The row that gives an alert of many rows its title and other details. Not documented."""

    details_ignore_case: bool = True
    """Whether severities and tactics in columns count whatever their capitals. Not documented."""

    title_bytes: int = 256
    """The size of a title, and of every simple property, in UTF-8; longer ones are cut. Documented, the cut is not."""

    description_bytes: int = 5 * 1024
    """The size of a description, and of every property that is a collection. Documented, the cut is not."""

    custom_details: int = 20
    """Custom details of a rule. Documented; a rule with more is refused, so the rest is left out."""

    values_per_detail: int = 50
    """Values of one custom detail. Documented; values beyond are left out."""

    custom_details_bytes: int = 2 * 1024
    """The size of all custom details of an alert as JSON. Documented: what goes beyond is dropped."""

    entity_mappings: int = 10
    """Entity mappings of a rule. Documented; a rule with more is refused, so the rest is left out."""

    identifiers_per_mapping: int = 3
    """Identifiers of one mapping. Documented; likewise."""

    entities_per_alert: int = 500
    """Entities of an alert, shared equally among the rule's mappings. Documented."""

    entities_bytes: int = 64 * 1024
    """The size of an alert's entities as JSON; they are added one by one until it is reached. Documented."""

    drop_generic_accounts: bool = True
    """Whether an Account known only by a name such as ADMIN or ROOT is dropped. Documented, though not whether other
    identifiers save it; here a strong one does."""

    alerts_per_incident: int = 150
    """Alerts of one incident; the next one opens another. Documented."""

    group_without_entities: bool = True
    """Whether AllEntities puts alerts that have no entities at all into one incident. Not documented: equal sets of
    entities match, and empty ones are equal."""

    incident_severity: Literal["highest", "first"] = "highest"
    """Which of its alerts gives an incident its severity. Not documented."""

    close_incidents_after: timedelta | None = None
    """When an analyst closes an incident, counted from its creation; None: never within a case. It is a choice of the
    case, to show what reopenClosedIncident does."""


DEFAULT = Semantics()
"""What holds where nothing else is said."""

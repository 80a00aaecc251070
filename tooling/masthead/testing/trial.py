"""A rule tried over days of logs: its alerts and incidents, how loud it is, and where it met a limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from masthead.content.durations import short_duration
from masthead.content.model import Detection
from masthead.simulate.alerts import Alert
from masthead.simulate.schedule import Run
from masthead.simulate.semantics import DEFAULT, Semantics
from masthead.simulate.simulator import Ask, Outcome, simulate

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=14)
"""Of frequency and period, as Sentinel takes them."""

_LONG = timedelta(days=2)
_SLOW = timedelta(hours=1)


class TrialError(Exception):
    """A rule that cannot be tried like this; the message says why, the hint what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Settings:
    """What a rule is tried with instead of its own; None leaves it."""

    threshold: int | None = None
    frequency: timedelta | None = None
    period: timedelta | None = None

    def __bool__(self) -> bool:
        return any(each is not None for each in (self.threshold, self.frequency, self.period))

    def of(self, rule: Detection) -> Detection:
        """The rule with these settings. Raises TrialError for those that Sentinel would not take."""
        if self and rule.is_nrt:
            raise TrialError("an NRT rule has no threshold, frequency or period", "Try it as it is.")
        changed = replace(
            rule,
            trigger_threshold=rule.trigger_threshold if self.threshold is None else self.threshold,
            query_frequency=self.frequency or rule.query_frequency,
            query_period=self.period or rule.query_period,
        )
        frequency, period = changed.query_frequency, changed.query_period
        if not self or frequency is None or period is None:
            return changed
        for name, value in (("frequency", frequency), ("period", period)):
            if not SHORTEST <= value <= LONGEST:
                raise TrialError(f"a {name} of {short_duration(value)} is outside of 5m to 14d, which Sentinel takes")
        if frequency > period:
            what = f"a frequency of {short_duration(frequency)} is longer than the period of {short_duration(period)}"
            raise TrialError(what, "Rows between two runs would never be seen.")
        if period >= _LONG and frequency < _SLOW:
            raise TrialError("with a period of two days or more Sentinel takes no frequency below 1h")
        return changed

    def __str__(self) -> str:
        said = [] if self.threshold is None else [f"threshold {self.threshold}"]
        said += [] if self.frequency is None else [f"each {short_duration(self.frequency)}"]
        said += [] if self.period is None else [f"over {short_duration(self.period)}"]
        return ", ".join(said) or "as it is"


@dataclass(frozen=True)
class Trial:
    """What came of a rule. reasons: why runs failed, by when they were due."""

    rule: Detection
    start: datetime
    end: datetime
    outcome: Outcome
    label: str = "as it is"
    reasons: Mapping[datetime, str] = field(default_factory=dict)

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """All alerts, in the order of their creation."""
        return self.outcome.alerts

    @cached_property
    def alerts_by_day(self) -> dict[date, int]:
        """How many alerts there are on each day of the time, in UTC."""
        last = max([self.end, *(alert.created for alert in self.alerts)])
        days = (last.date() - self.start.date()).days
        counts = Counter(alert.created.date() for alert in self.alerts)
        return {day: counts[day] for day in (self.start.date() + timedelta(days=n) for n in range(days + 1))}

    @cached_property
    def titles(self) -> list[tuple[str, int]]:
        """How often alerts have each title, the most frequent first."""
        return _ranked(Counter(alert.title for alert in self.alerts))

    @cached_property
    def entities(self) -> list[tuple[str, int]]:
        """How many alerts each entity is in, the most frequent first."""
        named = (
            f"{entity.type} {', '.join(value for _, value in entity.identifiers)}"
            for alert in self.alerts
            for entity in dict.fromkeys(alert.entities)
        )
        return _ranked(Counter(named))

    @cached_property
    def left_out(self) -> list[tuple[str, int]]:
        """What Sentinel leaves out of alerts or replaces, and in how many alerts."""
        return _ranked(Counter(note for alert in self.alerts for note in dict.fromkeys(alert.notes)))

    @cached_property
    def limited(self) -> tuple[Run, ...]:
        """The runs with more results than alerts: the last alert of each sums up the rest."""
        return tuple(ran.run for ran in self.outcome.runs if any(alert.summary for alert in ran.alerts))

    @cached_property
    def alerting(self) -> int:
        """Runs with an alert."""
        return sum(bool(ran.alerts) for ran in self.outcome.runs)

    @cached_property
    def failures(self) -> list[tuple[str, int]]:
        """Why runs failed, and how many did so."""
        return _ranked(Counter(self.reasons.get(run.due, "it has no answer") for run in self.outcome.failed))


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def try_rule(
    rule: Detection,
    start: datetime,
    end: datetime,
    ask: Ask,
    *,
    label: str = "as it is",
    latest: datetime | None = None,
    reasons: Mapping[datetime, str] | None = None,
    semantics: Semantics = DEFAULT,
) -> Trial:
    """Run the rule's schedule from `start` to `end`. Raises SimulationError and what `ask` raises.

    latest: when the last row came in, if later than `end`. reasons: why runs failed, which `ask` fills.
    """
    outcome = simulate(rule, start, end, ask, latest_ingestion=latest, semantics=semantics)
    return Trial(rule, start, end, outcome, label, reasons if reasons is not None else {})


def assumptions(rule: Detection, semantics: Semantics = DEFAULT) -> list[str]:
    """What a trial of this rule rests on that Microsoft does not document, in words.

    `simulate.semantics.Semantics` has the evidence for each.
    """
    said = ["Runs are counted from the start of the time shown; Sentinel counts them from the creation of the rule."]
    if not rule.is_nrt:
        said.append("A row exactly as old as the period is not seen, and now() is the end of the window.")
    if rule.alert_details_override and rule.event_grouping != "AlertPerResult":
        said.append(f"The {semantics.details_from} row of a run gives the alert its title and other details.")
    if rule.suppression_enabled:
        said.append("A run that falls exactly on the end of a suppression is executed.")
    configuration = rule.incident_configuration
    if configuration and configuration.create_incident and configuration.grouping and configuration.grouping.enabled:
        said.append("Nobody closes an incident; one has the severity of its highest alert.")
        if configuration.grouping.matching_method == "AllEntities":
            said.append("Alerts without entities belong together.")
    return said


def detection_named(detections: Iterable[Detection], name: str) -> Detection | None:
    """The detection with this name or id; None without one."""
    return next((each for each in detections if name.lower() in (each.name.lower(), each.id.lower())), None)

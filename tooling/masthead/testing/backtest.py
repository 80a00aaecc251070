"""A rule tried over days of logs, as it is and with other settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from masthead.content.finding import ContentError
from masthead.content.model import Detection
from masthead.kql import KqlError
from masthead.simulate.simulator import SimulationError
from masthead.testing.findings import kql_problem
from masthead.testing.trial import Settings, Trial, TrialError, assumptions, try_rule
from masthead.testing.trial_logs import Held, TrialLogs


@dataclass(frozen=True, slots=True)
class Backtest:
    """What came of it. name: what the logs are called. held: the rows of the tables that the rule reads.

    trials: as it is first, then with other settings, if any. assumptions: what Microsoft does not document and this
    rests on, in words. questions: how many a workspace was asked; None where nobody was.
    """

    rule: Detection
    name: str
    start: datetime
    end: datetime
    held: tuple[Held, ...]
    trials: tuple[Trial, ...]
    assumptions: tuple[str, ...]
    questions: int | None = None


def variants(rule: Detection, settings: Settings) -> list[tuple[str, Detection]]:
    """The rule as it is, and with the settings if there are any. Raises TrialError for those that cannot be."""
    listed = [(str(Settings()), rule)]
    return [*listed, (str(settings), settings.of(rule))] if settings else listed


def backtest_here(
    rule: Detection, logs: TrialLogs, days: int, until: datetime | None = None, settings: Settings | None = None
) -> Backtest:
    """Try the rule on logs, over their last days or those before `until`.

    Raises TrialError, and ContentError for a query that cannot be run, at its place.
    """
    try:
        rules = variants(rule, settings or Settings())
        held = logs.held(rule)
        start, end = logs.time(held, days, until)
        latest = None if until else logs.latest(rule)
        trials = [
            try_rule(each, start, end, lambda run, each=each: logs.ask(each, run), label=label, latest=latest)
            for label, each in rules
        ]
    except KqlError as error:
        raise ContentError(kql_problem("MH951", error, rule.document, ("query",))) from None
    except SimulationError as error:
        raise TrialError(str(error)) from None
    return backtest_of(rule, logs.name, held, trials)


def backtest_of(
    rule: Detection, name: str, held: Sequence[Held], trials: Sequence[Trial], questions: int | None = None
) -> Backtest:
    """The backtest of which these are the trials."""
    first = trials[0]
    return Backtest(rule, name, first.start, first.end, tuple(held), tuple(trials), tuple(assumptions(rule)), questions)

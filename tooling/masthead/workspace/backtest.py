"""A rule tried over the days of a workspace, where its rows are."""

from __future__ import annotations

from datetime import datetime, timedelta

from masthead.content.finding import ContentError
from masthead.content.model import Detection
from masthead.content.project import Project
from masthead.content.watchlists import Watchlist
from masthead.content.workspaces import Workspace as LiveWorkspace
from masthead.kql import Fixture, KqlError
from masthead.simulate.simulator import SimulationError, runs_of
from masthead.testing.backtest import Backtest, backtest_of, variants
from masthead.testing.findings import kql_problem
from masthead.testing.trial import Settings, TrialError, try_rule
from masthead.testing.workspace import Workspace
from masthead.workspace.contents import overridden, overrides
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.fetching import Fetching
from masthead.workspace.trial_there import LATEST, TrialThere


def rule_for(rule: Detection, live: LiveWorkspace, project: Project) -> Detection:
    """The rule as the workspace's overrides have it."""
    changed = overridden(rule, live, project)
    assert isinstance(changed, Detection)
    return changed


def surroundings_for(project: Project, live: LiveWorkspace) -> Workspace:
    """The functions of the project, and its watchlists with the rows that they have there. Raises ContentError."""
    fixtures = {}
    for watchlist in project.watchlists.readable():
        if overrides(watchlist, live):
            changed = overridden(watchlist, live, project)
            assert isinstance(changed, Watchlist)
            key = changed.items_search_key
            rows = [{**row, "SearchKey": row[key]} for row in changed.rows]
            fixtures[f'_GetWatchlist("{changed.alias}")'] = Fixture(rows=rows)
    return Workspace(project, fixtures)


def backtest_there(
    rule: Detection, fetching: Fetching, live: LiveWorkspace, project: Project, days: int,
    until: datetime, settings: Settings | None = None,
) -> Backtest:  # fmt: skip
    """Try the rule, as it is given, on a workspace, over the days before `until`.

    Raises TrialError when there is nothing or it cannot be; ContentError for a query that is wrong or that the
    workspace refuses, at its place; WorkspaceError for a workspace that does not answer.
    """
    surroundings = surroundings_for(project, live)
    there = TrialThere(fetching, live.name, project, surroundings)
    start = until - timedelta(days=days)
    try:
        rules = variants(rule, settings or Settings())
        longest = max(each.query_period or LATEST for _, each in rules)
        held = there.held(rule, start - longest, until)
        trials = []
        for label, each in rules:
            runs = runs_of(each, start, until)
            there.reasons = {}
            there.prepare(each, runs)
            ask, reasons = (lambda run, each=each: there.ask(each, run)), there.reasons
            trial = try_rule(each, start, until, ask, label=label, reasons=reasons)
            if runs and len(trial.outcome.failed) == len(runs):
                raise WorkspaceError(f"every run failed: {trial.failures[0][0]}")
            trials.append(trial)
    except KqlError as error:
        raise ContentError(kql_problem("MH951", error, rule.document, ("query",))) from None
    except SimulationError as error:
        raise TrialError(str(error)) from None
    finally:
        surroundings.close()
    return backtest_of(rule, live.name, held, trials, fetching.counted.expected)

"""masthead backtest on a workspace: the same alerts as over the same rows here, in few questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from stand_in import StandIn
from tooling.workspace.logs_project import FILES, rule, write_project

from masthead.content.finding import ContentError
from masthead.content.model import Detection
from masthead.content.project import Project
from masthead.testing.backtest import Backtest, backtest_here
from masthead.testing.bench import Bench
from masthead.testing.facts import alert_facts
from masthead.testing.trial import Settings, Trial, TrialError
from masthead.testing.trial_logs import TrialLogs
from masthead.workspace.asking import Answer, QueryRefused, ask
from masthead.workspace.backtest import backtest_there
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.fetching import Fetching

START, END = datetime(2026, 11, 3, 9, tzinfo=UTC), datetime(2026, 11, 3, 11, tzinfo=UTC)
UNITED = """\
union withsource = From Events, (Events | where Actor == "nobody")
| where From == "Events" and Action == "delete\""""
JOINED = """\
Events
| where Action == "delete"
| join kind=inner (Events | where Count > 0) on Actor
| project Actor"""
NEAR = 'Events | where Action == "delete" | summarize Times = count() by Actor'


def near_real_time(text: str) -> str:
    """A scheduled rule as one that is near real time."""
    without = ("queryF", "queryP", "trigger")
    return "\n".join(line for line in text.replace("Scheduled", "NRT").splitlines() if not line.startswith(without))


RULES = {
    "deleted": FILES["detections/rbac/deleted.yaml"],
    "often": FILES["detections/rbac/often.yaml"],
    "projected": rule(3, "Projected", "Deletions | extend Who = Actor | project Actor = Who, TimeGenerated, Detail"),
    "united": rule(4, "United", UNITED),
    "absent": rule(5, "Absent", "Events | where Actor == 'bob' | summarize N = count() | where N == 0"),
    "arrived": rule(6, "Arrived", 'Events | where Action == "delete" and ingestion_time() > TimeGenerated - 1h'),
    "joined": rule(7, "Joined", JOINED, "2h"),
    "near": near_real_time(rule(8, "Near", NEAR)),
}


@dataclass
class Live:
    """A project whose recording a stand-in has, as it was recorded, and what asks it. alter: changes its answers."""

    project: Project
    stand_in: StandIn
    questions: list[str]
    alter: Any = None

    def rule(self, name: str) -> Detection:
        found = self.project.detections.get(name)
        assert found is not None
        return found

    def there(self, rule: Detection, settings: Settings | None = None, until: datetime = END) -> Backtest:
        session = self.stand_in.session()

        def asks(kql: str, *, start: datetime | None = None, end: datetime | None = None) -> Answer:
            self.questions.append(kql)
            answer = ask(session, kql, start=start, end=end)
            return self.alter(kql, answer) if self.alter else answer

        return backtest_there(rule, Fetching(asks), session.workspace, self.project, 1, until, settings)

    def here(self, rule: Detection, settings: Settings | None = None) -> Backtest:
        logs = TrialLogs.recorded(Bench(self.project), ["attack"])
        return backtest_here(rule, logs, 1, None, settings)


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, StandIn]]:
    changes = {f"detections/rbac/{name}.yaml": text for name, text in RULES.items()}
    project = write_project(tmp_path_factory.mktemp("backtest"), changes)
    with StandIn(project, ["attack"], now=False, populated=False) as stand_in:
        yield project, stand_in


@pytest.fixture
def live(stand: tuple[Project, StandIn]) -> Live:
    return Live(*stand, [])


def facts(trial: Trial) -> list[Any]:
    """The alerts of the time that both know: here the clock begins where the recording does."""
    return [(each.created, alert_facts(each)) for each in trial.alerts if each.created > START + timedelta(minutes=30)]


@pytest.mark.parametrize("name", [name for name in RULES if name != "absent"])
def test_a_workspace_gives_the_alerts_of_its_rows(live: Live, name: str) -> None:
    there, here = live.there(live.rule(name)), live.here(live.rule(name))
    assert there.trials[0].alerts
    assert facts(there.trials[0]) == facts(here.trials[0])
    assert there.held == here.held


def test_a_rule_about_absence_alerts_in_every_run(live: Live) -> None:
    trial = live.there(live.rule("absent")).trials[0]
    assert (len(trial.outcome.runs), len(trial.alerts)) == (24, 24)


@pytest.mark.parametrize(
    ("name", "most"),
    # How many rows there are; then one for all runs, or: the times that matter, one over nothing, each that sees some.
    [("deleted", 2), ("projected", 2), ("united", 2), ("joined", 8), ("near", 6)],
)
def test_few_questions_do_for_many_runs(live: Live, name: str, most: int) -> None:
    backtest = live.there(live.rule(name))
    assert len(live.questions) <= most
    assert backtest.questions == len(live.questions)


def test_other_settings_are_tried_beside_its_own(live: Live) -> None:
    backtest = live.there(live.rule("joined"), Settings(period=timedelta(hours=1)))
    assert [trial.label for trial in backtest.trials] == ["as it is", "over 1h"]
    assert [len(trial.alerts) for trial in backtest.trials] == [3, 2]


def test_what_the_workspace_refuses_stands_at_its_line(live: Live) -> None:
    def alter(kql: str, answer: Answer) -> Answer:
        if "Deletions" in kql:
            raise QueryRefused("the service refuses the query: no column named 'Times'", "SEM0100")
        return answer

    live.alter = alter
    with pytest.raises(ContentError) as error:
        live.there(live.rule("often"))
    (finding,) = error.value.findings
    assert finding.span is not None
    assert (finding.path, finding.span.start.line) == ("detections/rbac/often.yaml", 16)


def test_runs_without_an_answer_are_told_and_give_no_alert(live: Live) -> None:
    def alter(kql: str, answer: Answer) -> Answer:
        if "datetime(2026-11-03T11:00:00" in kql:
            raise WorkspaceError("the query took longer than 10 minutes")
        return replace(answer, partial="64 MB") if "datetime(2026-11-03T10:00:00" in kql else answer

    live.alter = alter
    trial = live.there(live.rule("often")).trials[0]
    assert trial.failures == [("the answer is not whole: 64 MB", 1), ("the query took longer than 10 minutes", 1)]
    assert trial.alerts == ()


def test_when_every_run_fails_nothing_is_shown(live: Live) -> None:
    def alter(kql: str, answer: Answer) -> Answer:
        if "summarize count()" in kql or "distinct" in kql:
            return answer
        raise WorkspaceError("no answer")

    live.alter = alter
    with pytest.raises(WorkspaceError, match="every run failed: no answer"):
        live.there(live.rule("often"))


def test_more_rows_than_an_answer_holds_come_in_pieces(live: Live) -> None:
    def alter(kql: str, answer: Answer) -> Answer:
        if "masthead_happened" in kql and len(answer.rows) > 1:
            return replace(answer, partial="too many")
        return answer

    live.alter = alter
    there = live.there(live.rule("deleted"))
    assert facts(there.trials[0]) == facts(live.here(live.rule("deleted")).trials[0])
    assert len(live.questions) > 4


def test_no_rows_in_the_time(live: Live) -> None:
    with pytest.raises(TrialError, match="has no row of Events from 2019-12-30 23:00 to 2020-01-01"):
        live.there(live.rule("deleted"), until=datetime(2020, 1, 1, tzinfo=UTC))


def test_a_query_that_is_wrong_is_told_before_anybody_is_asked(live: Live, tmp_path: Path) -> None:
    text = FILES["detections/rbac/deleted.yaml"].replace("where Action", "where Acton")
    live.project = write_project(tmp_path, {"detections/rbac/deleted.yaml": text})
    with pytest.raises(ContentError) as error:
        live.there(live.rule("deleted"))
    (finding,) = error.value.findings
    assert finding.span is not None
    assert (finding.path, finding.span.start.line, live.questions) == ("detections/rbac/deleted.yaml", 15, [])

"""What running a case asks: its queries, each at a time and of the rows that it may see then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from masthead.content.cases import Case
from masthead.content.document import ValuePath
from masthead.content.model import Detection, Query
from masthead.content.workbooks import Workbook
from masthead.kql import Result, Window
from masthead.kql.inlining.query import Inlining
from masthead.simulate.schedule import Run
from masthead.simulate.simulator import Ran
from masthead.simulate.values import datetime_text
from masthead.testing.bench import Bench
from masthead.testing.complaints import Verdict
from masthead.testing.logs import Logs
from masthead.testing.pages import asked_of_page
from masthead.testing.verdict import clock_of
from masthead.workbooks.substitution import Substituted


@dataclass(frozen=True, slots=True)
class Question:
    """A query of a case, at a time, of the rows of its logs that lie in a window.

    about: for people, which of the case's questions it is. path: where the query stands in its file. substituted: of a
    workbook's query, how its text was made. runs: the runs of a rule that it stands for, and whether they found rows.
    """

    about: str
    kql: str
    now: datetime
    window: Window | None
    logs: Logs
    path: ValuePath = ("query",)
    substituted: Substituted | None = None
    runs: tuple[Run, ...] = field(default=(), repr=False)
    finds: bool = True

    def answer(self) -> Result:
        """What our engine answers. Raises KqlError."""
        return self.logs.query(self.kql, self.now, self.window)

    def inlining(self, answer: Result) -> Inlining:
        """How it brings its rows along. Raises CannotInline."""
        workspace = self.logs.workspace
        returned = [column.name for each in (answer, *answer.others) for column in each.columns]
        return Inlining(self.kql, workspace.binding.functions, workspace.bound, returned)


def questions_of(case: Case, content: Query | Workbook, verdict: Verdict, bench: Bench) -> list[Question]:
    """What running the case asked, each question once. Raises ContentError like `judge`, which gave the verdict."""
    logs = bench.logs(case)
    end = clock_of(case, bench)[1]
    if isinstance(content, Workbook):
        return [
            Question(asked.name, asked.query.text, end, asked.window, logs, asked.at, asked.query)
            for asked in asked_of_page(case, content, end)
        ]
    if isinstance(content, Detection):
        return list(_of_runs(content.query, verdict.outcome.runs if verdict.outcome else (), logs))
    return [Question("", content.query, end, None, logs)]


def _of_runs(kql: str, ran: Sequence[Ran], logs: Logs) -> Iterator[Question]:
    """A question for all runs that see the same; a single one if the query takes each row by itself."""
    if not ran:
        return
    if logs.takes_rows_alone(kql):
        yield Question("all rows", kql, ran[-1].run.now, Window(), logs, runs=tuple(each.run for each in ran))
        return
    finding = {each.run.due for each in ran if each.rows}
    for alike in logs.alike(kql, [each.run for each in ran]):
        about = f"run due {datetime_text(alike[0].due)[:19]}Z"
        if len(alike) > 1:
            about += f" and {len(alike) - 1} that see{'s' if len(alike) == 2 else ''} the same"
        finds = any(run.due in finding for run in alike)
        yield Question(about, kql, alike[0].now, alike[0].window, logs, runs=tuple(alike), finds=finds)


def chosen(questions: Sequence[Question], most: int) -> list[Question]:
    """At most so many of the questions: those that find something first, and of each sort evenly over the time."""
    if len(questions) <= most:
        return list(questions)
    finding = [each for each in questions if each.finds]
    others = [each for each in questions if not each.finds]
    some = _evenly(finding, most - 1 if others else most)
    kept = {id(each) for each in [*some, *_evenly(others, most - len(some))]}
    return [each for each in questions if id(each) in kept]


def _evenly(questions: Sequence[Question], most: int) -> list[Question]:
    count = len(questions)
    return list(questions) if count <= most else [questions[number * count // most] for number in range(most)]

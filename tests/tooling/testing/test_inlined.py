"""Questions of this repository's cases bring their rows along, and have the same answer where there are no tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from masthead.content.cases import Case
from masthead.content.model import Query
from masthead.content.project import Project
from masthead.content.workbooks import Workbook
from masthead.kql import Engine, Result
from masthead.testing import inlined
from masthead.testing.bench import Bench
from masthead.testing.inlined import TooLarge, bring
from masthead.testing.questions import Question, chosen, questions_of
from masthead.testing.verdict import judge

ROOT = Path(__file__).parents[3]
CONTENT = [
    "detections/rbac/cluster-admin-granted.yaml",  # a watchlist
    "detections/ci-cd/branch-protection-overridden.yaml",  # functions, and when rows came in
    "detections/pod-security/shell-in-running-pod.yaml",  # tables united in a function
    "detections/compliance/posture-export-stopped.yaml",  # names of sources, and the clock
    "hunting/compliance/recommendations-that-come-back.yaml",
    "workbooks/audit-logging/audit-trail.yaml",  # parameters, and when rows of a union came in
]
"""What stands for all: the first case of each is tried."""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    bench = Bench(Project.load(ROOT))
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def nothing() -> Iterator[Engine]:
    with Engine({}) as engine:
        yield engine


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions with few rows, which are read quickly."""
    monkeypatch.setattr(inlined, "COMFORTABLE", 40_000)
    monkeypatch.setattr(inlined, "MOST", 300_000)


def content_of(project: Project, path: str) -> Query | Workbook:
    found = project.detections.at(path) or project.hunting_queries.at(path) or project.workbooks.at(path)
    assert found is not None
    return found


def case_of(project: Project, content: Query | Workbook, recording: str | None = None) -> Case:
    """The first case of the content, or that of a recording."""
    file = project.cases_for(content)
    assert file is not None
    return next(case for case in file.cases if recording is None or case.recording == recording)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("path", CONTENT)
def test_the_answer_is_the_same_without_tables(bench: Bench, nothing: Engine, path: str) -> None:
    content = content_of(bench.project, path)
    case = case_of(bench.project, content)
    questions = chosen(questions_of(case, content, judge(case, content, bench), bench), 8)
    for question in questions:
        answer = question.answer()
        sent = bring(question, question.inlining(answer)).inlined.text
        assert as_set(nothing.query(sent, question.now + timedelta(days=1000))) == as_set(answer), question.about
    assert any(question.answer().rows for question in questions)


def as_set(result: Result) -> tuple[object, Counter[str]]:
    """Columns and rows, whatever their order."""
    return result.columns, Counter(map(repr, result.rows))


def a_question(bench: Bench) -> Question:
    """A detection on the changes of a whole day."""
    rule = content_of(bench.project, CONTENT[0])
    case = case_of(bench.project, rule, "kubernetes/working-day")
    return questions_of(case, rule, judge(case, rule, bench), bench)[0]


@pytest.mark.usefixtures("small")
def test_of_too_many_rows_those_come_along_that_matter_and_some_of_the_others(bench: Bench, nothing: Engine) -> None:
    question = a_question(bench)
    answer = question.answer()
    brought = bring(question, question.inlining(answer))
    assert (brought.left_out > 20, brought.inlined.rows > 20, brought.inlined.size < 100_000) == (True, True, True)
    assert as_set(nothing.query(brought.inlined.text)) == as_set(answer)


def test_too_many_rows_that_matter_are_refused_with_their_number(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    question = a_question(bench)
    inlining = question.inlining(question.answer())
    monkeypatch.setattr(inlined, "COMFORTABLE", 10)
    monkeypatch.setattr(inlined, "MOST", 20)
    with pytest.raises(TooLarge, match=r"^[\d,]+ rows?, \d+ KB$"):
        bring(question, inlining)


def test_of_many_questions_those_that_find_something_come_first(bench: Bench) -> None:
    question = a_question(bench)
    many = [
        Question(str(number), question.kql, question.now, question.window, question.logs, finds=number in (3, 90))
        for number in range(100)
    ]
    some = chosen(many, 5)
    assert [each.about for each in some] == ["0", "3", "33", "66", "90"]
    assert chosen(many[:4], 5) == many[:4]
    assert len(chosen([Question(str(n), "", question.now, None, question.logs) for n in range(50)], 7)) == 7

"""Asks a workspace what cases ask our engine, and holds the answers against each other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from masthead.content.cases import Case
from masthead.content.finding import ContentError
from masthead.content.model import Detection, Query
from masthead.content.workbooks import Workbook
from masthead.kql import KqlError, Result
from masthead.kql.inlining.query import Inlining
from masthead.kql.inlining.refusals import CannotInline
from masthead.testing.bench import Bench
from masthead.testing.complaints import Told, Verdict
from masthead.testing.inlined import Brought, TooLarge, bring
from masthead.testing.questions import Question, chosen, questions_of
from masthead.testing.verdict import judge
from masthead.workspace.agreement import disagreement
from masthead.workspace.asking import Answer, QueryRefused
from masthead.workspace.asking_many import Askers
from masthead.workspace.disagreement_words import disagreement_lines
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.refused_query import refused_query

QUESTIONS = 10
"""Questions of one case that the workspace is asked, unless all are wanted: a rule of many runs has one for each."""


@dataclass(slots=True)
class Compared:
    """What became of the comparison of a case.

    asked: questions that were answered by both. total: all that the case has. differ: of those asked, with another
    answer. left_out: rows that did not fit, and that their first filters drop here. reasons: why others were not asked.
    """

    case: Case
    total: int = 0
    asked: int = 0
    differ: int = 0
    left_out: int = 0
    reasons: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Pending:
    """A question on its way."""

    question: Question
    answer: Result
    inlining: Inlining
    brought: Brought
    there: Future[Answer]


@dataclass(slots=True)
class Prepared:
    """A case that was judged here, and whose questions are on their way. error: what kept it from being judged."""

    case: Case
    content: Query | Workbook
    bench: Bench
    compared: Compared
    verdict: Verdict | None = None
    error: Exception | None = None
    pending: list[_Pending] = field(default_factory=list)


class Comparing:
    """Compares cases. ask: puts a query to the workspace, from several threads at a time. name: the workspace's.

    most: questions that are asked of one case.
    """

    def __init__(
        self, ask: Callable[[str], Answer], name: str, most: int = QUESTIONS, askers: Askers | None = None
    ) -> None:
        self._ask, self._name, self._most = ask, name, most
        self._askers = askers or Askers()
        self._inlinings: dict[tuple[object, ...], Inlining | CannotInline] = {}
        self._asked: dict[bytes, Future[Answer]] = {}
        self.compared: list[Compared] = []

    def prepare(self, case: Case, content: Query | Workbook, bench: Bench) -> Prepared:
        """Judge the case here, and send its questions."""
        prepared = Prepared(case, content, bench, Compared(case))
        try:
            prepared.verdict = judge(case, content, bench)
            questions = questions_of(case, content, prepared.verdict, bench)
        except ContentError as error:
            prepared.error = error
            prepared.compared.reasons["it does not run here"] = None
            return prepared
        prepared.compared.total = len(questions)
        some = chosen(questions, self._most) if isinstance(content, Detection) else questions
        if len(some) < len(questions):
            prepared.compared.reasons[f"{len(some)} of {len(questions)} runs are asked"] = None
        for question in some:
            try:
                prepared.pending.append(self._send(question))
            except CannotInline as error:
                prepared.compared.reasons[str(error)] = None
            except TooLarge as error:
                prepared.compared.reasons[f"its rows do not fit into a query: {error}"] = None
            except KqlError as error:
                prepared.compared.reasons[f"it does not run here: {error}"] = None
        return prepared

    def _send(self, question: Question) -> _Pending:
        answer = question.answer()
        if answer.others:
            raise CannotInline("it returns several results")
        names = tuple(column.name for column in answer.columns)
        key = (question.logs.workspace, question.kql, names)
        if key not in self._inlinings:
            try:
                self._inlinings[key] = question.inlining(answer)
            except CannotInline as error:
                self._inlinings[key] = error
        inlining = self._inlinings[key]
        if isinstance(inlining, CannotInline):
            raise inlining
        brought = bring(question, inlining)
        text = brought.inlined.text
        digest = hashlib.blake2b(text.encode()).digest()
        if digest not in self._asked:
            self._asked[digest] = self._askers.ask(lambda: self._ask(text))
        return _Pending(question, answer, inlining, brought, self._asked[digest])

    def finish(self, prepared: Prepared) -> Verdict:
        """The verdict on the case, with what the workspace answers otherwise among its complaints.

        Raises what kept the case from being judged, and ContentError for a query that the workspace refuses.
        """
        self.compared.append(prepared.compared)
        if prepared.verdict is None:
            raise prepared.error or RuntimeError("the case was not judged")
        told = [each for pending in prepared.pending for each in self._compare(prepared, pending)]
        verdict = prepared.verdict
        return replace(verdict, complaints=(*verdict.complaints, *told)) if told else verdict

    def _compare(self, prepared: Prepared, pending: _Pending) -> Iterator[Told]:
        compared, question = prepared.compared, pending.question
        try:
            there = pending.there.result()
        except QueryRefused as error:
            compared.asked += 1
            compared.differ += 1
            original = question.substituted.original if question.substituted else lambda offset: offset
            finding = refused_query(
                error.message,
                pending.brought.inlined.traced,
                prepared.content.document,
                question.path,
                prepared.bench.project,
                original,
            )
            raise ContentError(finding) from None
        except WorkspaceError as error:
            compared.reasons[error.message] = None
            return
        if there.partial:
            compared.reasons[f"the answer is not whole: {there.partial}"] = None
            return
        compared.asked += 1
        compared.left_out += pending.brought.left_out
        found = disagreement(
            pending.answer.columns,
            pending.answer.rows,
            there.columns,
            there.rows,
            sorted_by=pending.inlining.sorted_by,
            arrays_in_any_order=pending.inlining.arrays_in_any_order,
        )
        if found:
            compared.differ += 1
            yield Told(tuple(disagreement_lines(found, pending.answer.columns, self._name, question.about)))

"""Cases on the real engine: a pytest plugin that puts every query of a case to a workspace as well."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest

from masthead.content.cases import Case
from masthead.content.model import Query
from masthead.content.workbooks import Workbook
from masthead.testing.bench import Bench
from masthead.testing.complaints import Verdict
from masthead.testing.items import JUDGE, CaseItem, CasesCollector
from masthead.workspace.comparing import Compared, Comparing, Prepared

AHEAD = 15
"""Questions that are on their way while a case waits for its answers."""


class RealEngine:
    """The plugin. name: the workspace's."""

    def __init__(self, comparing: Comparing, name: str) -> None:
        self._comparing, self._name = comparing, name
        self._items: deque[CaseItem] = deque()
        self._ahead: deque[Prepared] = deque()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Judge the cases of the session here. Raises UsageError for a session of several processes."""
        if config.getoption("numprocesses", None):
            raise pytest.UsageError("--on compares in one process; take -n away")
        config.stash[JUDGE] = self.judge

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """What will run, so that questions can be asked ahead."""
        self._items = deque(item for item in session.items if isinstance(item, CaseItem))

    def judge(self, case: Case, content: Query | Workbook, bench: Bench) -> Verdict:
        """The verdict of both engines on a case. Raises ContentError for what one of them cannot run."""
        while self._ahead and self._ahead[0].case is not case:
            self._ahead.popleft()
        while self._items and self._items[0].case is not case:
            self._items.popleft()
        if self._items:
            self._items.popleft()
        mine = self._ahead.popleft() if self._ahead else self._comparing.prepare(case, content, bench)
        self._look_ahead()
        verdict = self._comparing.finish(mine)
        if verdict.passed and not mine.compared.asked and mine.compared.total:
            pytest.skip(f"not compared: {'; '.join(mine.compared.reasons)}")
        return verdict

    def _look_ahead(self) -> None:
        known = len(self._ahead)
        for item in list(self._items)[known:]:
            waiting = sum(not each.there.done() for prepared in self._ahead for each in prepared.pending)
            if waiting >= AHEAD:
                return
            assert isinstance(item.parent, CasesCollector)
            self._ahead.append(self._comparing.prepare(item.case, item.content, item.parent.bench))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """How many cases were compared, how many differ, and which were not compared and why."""
        terminalreporter.section(f"compared with {self._name}")
        for line in summary_lines(self._comparing.compared):
            terminalreporter.line(line)


def summary_lines(compared: list[Compared]) -> Iterator[str]:
    """What became of the comparisons, for people."""
    whole = [each for each in compared if each.asked and not each.reasons]
    partly = [each for each in compared if each.asked and each.reasons]
    without = [each for each in compared if not each.asked]
    differ = sum(bool(each.differ) for each in compared)
    asked = sum(each.asked for each in compared)
    yield (
        f"{_plural(len(whole) + len(partly), 'case')} compared in {_plural(asked, 'question')}, {differ} "
        f"differ{'s' if differ == 1 else ''}; {len(partly)} of them in part; {len(without)} not compared"
    )
    if left_out := sum(each.left_out for each in compared):
        yield f"{_plural(left_out, 'row')} left out where not all fit; first filters drop such rows here"
    for title, cases in (("not compared:", without), ("compared in part:", partly)):
        if cases:
            yield title
        for each in cases:
            reasons = "; ".join(each.reasons) or "it asks nothing"
            yield f"  {each.case.document.source.path}:{each.case.span.start.line} {each.case.name}: {reasons}"


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"

"""Cases that passed, and of which nothing has changed since, pass without being run."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from masthead.testing.ingredients import code_digest
from masthead.testing.passed import Passed

UNCHANGED = pytest.StashKey["Unchanged"]()
"""The memory of a session that has one."""

_TELL = pytest.StashKey[list[Any]]()
_TOLD = "masthead_case"  # the attribute of a report that says what became of a case


class Unchanged:
    """The plugin of a session that remembers cases.

    Where several processes run cases, each looks into the memory, and the one that they report to writes it. forget:
    run every case, and only remember.
    """

    def __init__(self, forget: bool) -> None:
        self._forget = forget
        self._passed: dict[Path, Passed] = {}
        self._code = code_digest()
        self._unchanged = 0

    def passed_before(self, item: pytest.Item, root: Path, key: str | None) -> bool:
        """Whether the item's case, of the project at `root`, passed when its key was the same; None: it has none."""
        if key is None:
            return False
        before = not self._forget and key in self._of(root)
        item.stash[_TELL] = [root.as_posix(), key, before]
        return before

    def _of(self, root: Path) -> Passed:
        if root not in self._passed:
            self._passed[root] = Passed(root)
        return self._passed[root]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Write on the report what the one who remembers must know."""
        report = yield
        if call.when == "call" and (tell := item.stash.get(_TELL, None)):
            setattr(report, _TOLD, tell)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember how a case ended."""
        if told := getattr(report, _TOLD, None):
            root, key, unchanged = told
            self._of(Path(root)).tell(key, report.passed)
            self._unchanged += unchanged

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """With -v, say which cases were not run."""
        told = getattr(report, _TOLD, None)
        return ("passed", ".", "UNCHANGED") if told and told[2] and report.passed else None

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write down what passed, unless Masthead itself changed meanwhile: who knows which of it was run."""
        if not hasattr(session.config, "workerinput") and code_digest() == self._code:
            for passed in self._passed.values():
                passed.save()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say how many cases were not run."""
        if self._unchanged:
            cases = f"{self._unchanged:,} cases have" if self._unchanged > 1 else "1 case has"
            terminalreporter.line(f"{cases} not changed since they passed; --no-cache runs them too")

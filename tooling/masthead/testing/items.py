"""Cases as pytest items, and their failures in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from masthead.content.cases import Case, CaseFile
from masthead.content.finding import ContentError, Finding
from masthead.content.layout import CASES, NOTEBOOK_SUFFIXES, SUFFIXES, ContentFile, Kind, content_path, kind_of
from masthead.content.model import Detection, Query
from masthead.content.project import Project, find_root
from masthead.content.workbooks import Workbook
from masthead.testing.bench import Bench
from masthead.testing.complaints import Verdict
from masthead.testing.diff import diff_lines
from masthead.testing.everywhere import FIRING, HINT, firing, firings_json, unforeseen
from masthead.testing.findings import lines_of, problem
from masthead.testing.ledger import HINT as LEDGER_HINT
from masthead.testing.ledger import Ledger
from masthead.testing.together import Together
from masthead.testing.unchanged import UNCHANGED
from masthead.testing.verdict import judge

_PROJECTS = pytest.StashKey["_Projects"]()
_LEDGER = pytest.StashKey[Ledger]()

Judge = Callable[[Case, Query | Workbook, Bench], Verdict]
JUDGE = pytest.StashKey[Judge]()
"""Who judges the cases of a session, if not `verdict.judge`."""


class _Projects:
    """The projects of a session: the root above each folder, and the bench of each root."""

    def __init__(self) -> None:
        self._roots: dict[Path, Path | None] = {}
        self._benches: dict[Path, Bench] = {}
        self._together: dict[Path, Together] = {}

    def root_of(self, folder: Path) -> Path | None:
        if folder not in self._roots:
            try:
                self._roots[folder] = find_root(folder)
            except ContentError:
                self._roots[folder] = None
        return self._roots[folder]

    def add(self, bench: Bench) -> None:
        self._benches[bench.project.root] = bench

    def bench_of(self, root: Path) -> Bench:
        if root not in self._benches:
            self._benches[root] = Bench(Project.load(root))
        return self._benches[root]

    def together_of(self, root: Path) -> Together:
        if root not in self._together:
            self._together[root] = Together(self.bench_of(root))
        return self._together[root]

    def close(self) -> None:
        for bench in self._benches.values():
            bench.close()


class Ready:
    """The plugin of a session whose project has been read already."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def pytest_configure(self, config: pytest.Config) -> None:
        """Use it."""
        _projects_of(config).add(self._bench)


def _projects_of(config: pytest.Config) -> _Projects:
    if _PROJECTS not in config.stash:
        config.stash[_PROJECTS] = _Projects()
        config.add_cleanup(config.stash[_PROJECTS].close)
    return config.stash[_PROJECTS]


def collect(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The collector for the file of cases at `path`; None when it is none of a Masthead project."""
    projects = _projects_of(parent.config)
    root = projects.root_of(path.parent)
    resolved = path.resolve()
    if root is None or not resolved.is_relative_to(root):
        return None
    kind = kind_of(resolved.relative_to(root).as_posix())
    if kind not in CASES:
        return None
    return CasesCollector.from_parent(
        parent, path=path, bench=projects.bench_of(root), together=projects.together_of(root), kind=kind
    )


def use_ledger(config: pytest.Config, path: Path) -> None:
    """Hold what detections do against the ledger at `path`. Raises pytest.UsageError for one that cannot be read."""
    try:
        config.stash[_LEDGER] = Ledger.read(path)
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"the ledger {path} cannot be read: {error}") from None


class CasesCollector(pytest.File):
    """A file of cases."""

    def __init__(self, *, bench: Bench, together: Together, kind: Kind, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bench = bench
        self.together = together
        self.kind = kind
        self.told: set[Finding] = set()

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each case; a single one that fails when the file cannot be used, so that others still run."""
        project = self.bench.project
        file = ContentFile(self.path.resolve().relative_to(project.root).as_posix(), self.kind)
        try:
            cases = project.read(file)
            assert isinstance(cases, CaseFile)
            content = content_of(cases, project)
        except ContentError as error:
            yield BrokenFile.from_parent(self, name="the file can be used", error=error)
            return
        for case in cases.cases:
            yield CaseItem.from_parent(self, name=case.name, case=case, content=content)
        if isinstance(content, Detection) and self.config.getoption("masthead_everywhere"):
            for case in unforeseen(cases, content, self.bench):
                yield EverywhereItem.from_parent(self, name=case.name, case=case, content=content)


def content_of(cases: CaseFile, project: Project) -> Query | Workbook:
    """The content that the cases are for. Raises ContentError, MH954 when there is none."""
    path = content_path(cases.path) or ""
    for content in (project.detections, project.hunting_queries, project.workbooks):
        for suffix in (*SUFFIXES, *NOTEBOOK_SUFFIXES):
            if found := content.at(path.rsplit(".", 1)[0] + suffix):
                return found
    hint = "Cases lie at the path of their content below tests/: move the file, or write the content."
    raise ContentError(problem("MH954", f"there is no {path}", cases.document, ("cases",), hint=hint))


def key_of(case: Case, content: Query | Workbook, bench: Bench, ledger: Ledger | None) -> str | None:
    """The digest of all that decides whether the case passes; None where nobody can say."""
    written = ledger.written(content, case.recording) if ledger and isinstance(content, Detection) else None
    return bench.ingredients.key(case, content, written)


class NotAsExpected(Exception):
    """A case whose content did something else than it expects."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.case.name)
        self.verdict = verdict


class NotAsWritten(Exception):
    """A detection whose cases pass, and that fires otherwise than the ledger says."""

    def __init__(self, verdict: Verdict, contradiction: str) -> None:
        super().__init__(contradiction)
        self.verdict = verdict


class _Item(pytest.Item):
    line = 1
    foreseen = True

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong, in words; a traceback only for a defect of Masthead."""
        error = excinfo.value
        if isinstance(error, NotAsExpected):
            rows = not self.foreseen or self.config.get_verbosity() > 0
            return "\n".join([self._where(), "", *diff_lines(error.verdict, rows=rows)]).rstrip()
        if isinstance(error, NotAsWritten):
            lines = [self._where(), "", str(error), "", *diff_lines(error.verdict, rows=True), LEDGER_HINT]
            return "\n".join(lines)
        if isinstance(error, ContentError):
            return "\n".join(line for finding in error.findings for line in self._told(finding))
        return super().repr_failure(excinfo, style)

    def _where(self) -> str:
        return f"{self.path.relative_to(self.session.config.rootpath).as_posix()}:{self.line}: {self.name}"

    def _told(self, finding: Finding) -> list[str]:
        """The finding; only its first line when another case of the file has shown it."""
        assert isinstance(self.parent, CasesCollector)
        lines = lines_of(finding)
        if finding in self.parent.told:
            return [f"{lines[0]} (as above)"]
        self.parent.told.add(finding)
        return lines

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the line (from 0) and the name of the case."""
        return self.path, self.line - 1, self.name


class CaseItem(_Item):
    """One case; `foreseen` if it stands in the file."""

    def __init__(self, *, case: Case, content: Query | Workbook, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.content = content
        self.line = case.span.start.line

    def runtest(self) -> None:
        """Run the case; raises NotAsExpected or ContentError."""
        assert isinstance(self.parent, CasesCollector)
        rule = self.content if isinstance(self.content, Detection) else None
        ledger = self.config.stash.get(_LEDGER, None)
        if (memory := self.config.stash.get(UNCHANGED, None)) and JUDGE not in self.config.stash:
            key = key_of(self.case, self.content, self.parent.bench, ledger)
            if memory.passed_before(self, self.parent.bench.project.root, key):
                return
        judged = self.config.stash.get(JUDGE, judge)
        verdict = judged(self.case, self.content, self.parent.bench)
        if rule and (fires := firing(verdict, rule, foreseen=self.foreseen)):
            self.user_properties.append((FIRING, firings_json([fires])))
        if not verdict.passed:
            raise NotAsExpected(verdict)
        if ledger and rule and (contradiction := ledger.contradiction(verdict, rule)):
            raise NotAsWritten(verdict, contradiction)


class EverywhereItem(CaseItem):
    """A detection on a recording of which its cases do not speak."""

    foreseen = False

    def runtest(self) -> None:
        """Run the case, unless the detection certainly sees nothing; raises NotAsExpected or ContentError."""
        assert isinstance(self.parent, CasesCollector)
        assert isinstance(self.content, Detection)
        ledger = self.config.stash.get(_LEDGER, None)
        awaited = ledger is not None and ledger.speaks_of(self.content, self.case.recording)
        if awaited or not self.parent.together.sees_nothing(self.content, self.case):
            super().runtest()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong, and what can be done about it."""
        text = super().repr_failure(excinfo, style)
        return f"{text}\n{HINT}" if isinstance(excinfo.value, NotAsExpected) else text


class BrokenFile(_Item):
    """Stands for the cases of a file that cannot be used, or whose content cannot."""

    def __init__(self, *, error: ContentError, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error = error

    def runtest(self) -> None:
        """Fails with what is wrong."""
        raise self.error

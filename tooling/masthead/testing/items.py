"""Cases as pytest items, and their failures in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from masthead.content.cases import Case, CaseFile
from masthead.content.finding import ContentError
from masthead.content.layout import ContentFile, Kind, content_path, kind_of
from masthead.content.model import Query
from masthead.content.project import Project, find_root
from masthead.testing.bench import Bench
from masthead.testing.diff import diff_lines
from masthead.testing.findings import lines_of, problem
from masthead.testing.verdict import Verdict, judge

_BENCHES = pytest.StashKey[dict[Path, Bench]]()
_CASES = (Kind.DETECTION_CASES, Kind.HUNTING_CASES)


def collect(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The collector for the file of cases at `path`; None when it is none of a Masthead project."""
    try:
        root = find_root(path)
    except ContentError:
        return None
    kind = kind_of(path.resolve().relative_to(root).as_posix())
    if kind not in _CASES:
        return None
    benches = parent.config.stash.setdefault(_BENCHES, {})
    if root not in benches:
        benches[root] = Bench(Project.load(root))
    return CasesCollector.from_parent(parent, path=path, bench=benches[root], kind=kind)


class CasesCollector(pytest.File):
    """A file of cases."""

    def __init__(self, *, bench: Bench, kind: Kind, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bench = bench
        self.kind = kind

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each case; a single one that fails when the file cannot be used, so that others still run."""
        project = self.bench.project
        file = ContentFile(self.path.resolve().relative_to(project.root).as_posix(), self.kind)
        try:
            cases = project.read(file)
            assert isinstance(cases, CaseFile)
            content = _content_of(cases, project)
        except ContentError as error:
            yield BrokenFile.from_parent(self, name="the file can be used", error=error)
            return
        for case in cases.cases:
            yield CaseItem.from_parent(self, name=case.name, case=case, content=content)


def _content_of(cases: CaseFile, project: Project) -> Query:
    """The detection or hunting query that the cases are for. Raises ContentError, MH904 when there is none."""
    path = content_path(cases.path) or ""
    for content in (project.detections, project.hunting_queries):
        for each in (
            path,
            str(Path(path).with_suffix(".yml").as_posix()),
            str(Path(path).with_suffix(".yaml").as_posix()),
        ):
            found = content.at(each)
            if found:
                return found
    hint = "Cases lie at the path of their content below tests/: move the file, or write the content."
    raise ContentError(problem("MH904", f"there is no {path}", cases.document, ("cases",), hint=hint))


class NotAsExpected(Exception):
    """A case whose content did something else than it expects."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.case.name)
        self.verdict = verdict


class _Item(pytest.Item):
    line = 1

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is wrong, in words; a traceback only for a defect of Masthead."""
        error = excinfo.value
        if isinstance(error, NotAsExpected):
            verbose = self.config.get_verbosity() > 0
            where = f"{self.path.relative_to(self.session.config.rootpath).as_posix()}:{self.line}"
            return "\n".join([f"{where}: {self.name}", "", *diff_lines(error.verdict, rows=verbose)]).rstrip()
        if isinstance(error, ContentError):
            return "\n".join(line for finding in error.findings for line in lines_of(finding))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, the line (from 0) and the name of the case."""
        return self.path, self.line - 1, self.name


class CaseItem(_Item):
    """One case."""

    def __init__(self, *, case: Case, content: Query, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.content = content
        self.line = case.span.start.line

    def runtest(self) -> None:
        """Run the case; raises NotAsExpected or ContentError."""
        assert isinstance(self.parent, CasesCollector)
        verdict = judge(self.case, self.content, self.parent.bench)
        if not verdict.passed:
            raise NotAsExpected(verdict)


class BrokenFile(_Item):
    """Stands for the cases of a file that cannot be used, or whose content cannot."""

    def __init__(self, *, error: ContentError, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error = error

    def runtest(self) -> None:
        """Fails with what is wrong."""
        raise self.error

"""Cases that pass, fail, or cannot be run: what a reader is told, from verdicts.yaml and broken.yaml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from masthead.content.cases import CaseFile
from masthead.content.finding import ContentError, Finding
from masthead.content.project import Project
from masthead.testing.bench import Bench
from masthead.testing.complaints import Verdict
from masthead.testing.diff import diff_lines
from masthead.testing.verdict import judge

MakeProject = Callable[..., Project]


def load(name: str) -> list[Any]:
    cases = yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return [pytest.param(each, id=each["name"]) for each in cases]


def verdict_of(make_project: MakeProject, each: dict[str, Any], changes: dict[str, str] | None = None) -> Verdict:
    where = "hunting/rbac/actors.yaml" if each.get("hunting") else "detections/rbac/deleted.yaml"
    written = yaml.safe_dump({"cases": [{"name": "broken", **each["case"]}]}, width=1000, sort_keys=False)
    project = make_project({f"tests/{where}": written, **(changes or {})})
    content = (project.hunting_queries if each.get("hunting") else project.detections).at(where)
    assert content
    cases = project.cases_for(content)
    assert isinstance(cases, CaseFile)
    return judge(cases.cases[0], content, Bench(project))


@pytest.mark.parametrize("each", load("verdicts.yaml"))
def test_a_reader_is_told_what_is_not_as_expected(make_project: MakeProject, each: dict[str, Any]) -> None:
    verdict = verdict_of(make_project, each)
    assert verdict.passed == (each["report"] == [])
    if not verdict.passed:
        assert "\n".join(diff_lines(verdict)).rstrip() == each["report"].rstrip()


@pytest.mark.parametrize("each", load("broken.yaml"))
def test_a_case_that_cannot_be_run_says_why_and_where(
    make_project: MakeProject, each: dict[str, Any], tmp_path: Path
) -> None:
    make_project()
    changes = {}
    for path, change in each.get("change", {}).items():
        old, new = change["replace"]
        text = (tmp_path / path).read_text(encoding="utf-8")
        assert old in text
        changes[path] = text.replace(old, new)
    with pytest.raises(ContentError) as caught:
        verdict_of(make_project, each, changes)
    assert [told(finding, tmp_path) for finding in caught.value.findings] == each["findings"]


def told(finding: Finding, root: Path) -> str:
    """The finding with the text that it points at."""
    assert finding.span
    lines = (root / finding.path).read_text(encoding="utf-8").splitlines()
    start, end = finding.span.start, finding.span.end
    until = end.column - 1 if end.line == start.line else None
    return f"{finding.code} {finding.path}: {finding.message}\n{lines[start.line - 1][start.column - 1 : until]}"


def test_rows_are_shown_when_they_are_asked_for(make_project: MakeProject) -> None:
    rows = [
        "2 runs; 2 returned rows:",
        "  2026-11-03T10:00:00Z  1 row, 1 alert",
        "    row 1",
        "      Action: delete",
        "      Actor: mallory",
        "      Count: 1",
        "      Detail: {a: 1}",
        "      TimeGenerated: 2026-11-03T09:10:00.0000000Z",
    ]
    verdict = verdict_of(make_project, {"case": {"logs": ["attack"], "expect": {"alerts": []}}})
    shown = [line for line in diff_lines(verdict, rows=True) if not line.startswith("      _")]
    at = shown.index(rows[0])
    assert [*shown[at : at + 3], *sorted(shown[at + 3 : at + 8])] == rows

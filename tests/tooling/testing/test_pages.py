"""Cases of a workbook that pass, fail, or cannot be run: what a reader is told, from pages.yaml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from masthead.content.finding import ContentError, Finding
from masthead.content.project import Project
from masthead.testing.bench import Bench
from masthead.testing.complaints import Verdict
from masthead.testing.diff import diff_lines
from masthead.testing.verdict import judge

MakeProject = Callable[..., Project]

PATH = "workbooks/rbac/page.yaml"
PAGE = """\
id: 0b8f7a52-6f0e-4a8b-9d0f-9a3a53f5a2c1
name: What was done
description: Who did what, and how often.
version: 1.0.0
parameters:
  - {name: TimeRange, type: time, choices: [1h, 1d], default: 1d}
  - name: Actor
    type: choice
    multiple: true
    all: true
    query: |-
      Events
      | where TimeGenerated {TimeRange}
      | distinct Actor
      | sort by Actor asc
  - {name: Least, type: text, default: "1"}
  - {name: Week, type: time, choices: [7d], default: 7d}
items:
  - name: words
    text: In the last {TimeRange:label}.
  - name: actions
    query: |-
      Events
      | where Count >= {Least} and ("*" in ({Actor}) or Actor in ({Actor}))
      | summarize Rows = count(), Most = max(Count) by Action
  - name: others
    query: Events | where Action !in ("create", "delete")
  - name: in-the-week
    time: Week
    query: Events | summarize Rows = count()
"""
CASES = yaml.safe_load((Path(__file__).parent / "pages.yaml").read_text(encoding="utf-8"))


def verdict_of(make_project: MakeProject, each: dict[str, Any]) -> Verdict:
    old, new = each.get("replace", ("", ""))
    assert old in PAGE
    written = yaml.safe_dump({"cases": [{"name": "a case", **each["case"]}]}, width=1000, sort_keys=False)
    project = make_project({PATH: PAGE.replace(old, new) if old else PAGE, f"tests/{PATH}": written})
    workbook = project.workbooks.at(PATH)
    assert workbook
    cases = project.cases_for(workbook)
    assert cases
    bench = Bench(project)
    try:
        return judge(cases.cases[0], workbook, bench)
    finally:
        bench.close()


@pytest.mark.parametrize("each", [case for case in CASES if "report" in case], ids=lambda case: case["name"])
def test_a_reader_is_told_what_is_not_as_expected(make_project: MakeProject, each: dict[str, Any]) -> None:
    verdict = verdict_of(make_project, each)
    told = "\n".join(diff_lines(verdict)).rstrip()
    assert (verdict.passed, told) == (not each["report"], each["report"].rstrip() if each["report"] else "")


@pytest.mark.parametrize("each", [case for case in CASES if "findings" in case], ids=lambda case: case["name"])
def test_a_case_that_cannot_be_run_says_why_and_where(
    make_project: MakeProject, each: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(ContentError) as caught:
        verdict_of(make_project, each)
    assert [told(finding, tmp_path) for finding in caught.value.findings] == each["findings"]


def told(finding: Finding, root: Path) -> str:
    """The finding with the text that it points at."""
    assert finding.span
    lines = (root / finding.path).read_text(encoding="utf-8").splitlines()
    start, end = finding.span.start, finding.span.end
    until = end.column - 1 if end.line == start.line else None
    return f"{finding.code} {finding.path}: {finding.message}\n{lines[start.line - 1][start.column - 1 : until]}"

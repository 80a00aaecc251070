"""Which cases are meant by the arguments of `masthead test`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.content.finding import ContentError
from masthead.content.project import Project
from masthead.testing.selection import select

CASES = "cases: [{name: silence, logs: [quiet], expect: {alerts: []}}]\n"
DELETED, ACTORS = "tests/detections/rbac/deleted.yaml", "tests/hunting/rbac/actors.yaml"


@pytest.fixture
def project(make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> Project:
    project = make_project({DELETED: CASES, "detections/rbac/other.yaml": "", "functions/f.yaml": ""})
    (project.root / "tests/hunting").mkdir()
    monkeypatch.chdir(project.root)
    return project


@pytest.mark.parametrize(
    ("arguments", "paths", "options"),
    [
        ([], ["tests/detections", "tests/hunting"], []),
        (["."], ["tests/detections", "tests/hunting"], []),
        (["tests"], ["tests/detections", "tests/hunting"], []),
        (["detections"], ["tests/detections"], []),
        (["detections/rbac", "detections/rbac/deleted.yaml"], ["tests/detections/rbac", DELETED], []),
        (["detections/rbac/deleted.yaml::silence"], [f"{DELETED}::silence"], []),
        ([DELETED, "-k", "tests", "-x"], [DELETED], ["-k", "tests", "-x"]),
        (["-n2", "-o", "detections"], ["tests/detections", "tests/hunting"], ["-n2", "-o", "detections"]),
    ],
)  # fmt: skip
def test_content_stands_for_its_cases(
    project: Project, arguments: list[str], paths: list[str], options: list[str]
) -> None:
    found, passed_on = select(project, arguments)
    assert [Path(each).relative_to(project.root).as_posix() for each in found] == paths
    assert passed_on == options


@pytest.mark.parametrize(
    ("argument", "code", "hint"),
    [
        ("detections/rbac/nothing.yaml", "MH001", None),
        ("..", "MH001", "Masthead reads only files below the project's root"),
        ("detections/rbac/other.yaml", "MH010", "Write them in tests/detections/rbac/other.yaml."),
        ("functions/f.yaml", "MH010", "Name a detection, a hunting query, or the cases themselves."),
        ("catalog", "MH010", "Cases are kept in tests/detections, tests/hunting, tests/workbooks."),
    ],
)
def test_what_has_no_cases_is_refused(project: Project, argument: str, code: str, hint: str | None) -> None:
    with pytest.raises(ContentError) as caught:
        select(project, [argument])
    (finding,) = caught.value.findings
    assert finding.code == code
    assert (finding.hint or "").startswith(hint or "")


def test_a_project_without_cases_says_where_they_belong(make_project: Callable[..., Project]) -> None:
    with pytest.raises(ContentError) as caught:
        select(make_project(), [])
    assert caught.value.findings[0].hint == "Write cases, in one of tests/detections, tests/hunting, tests/workbooks."

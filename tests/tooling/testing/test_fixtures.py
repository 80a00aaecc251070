"""Cases with fixtures: what stands for that which a query takes from outside its workspace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from masthead.content.cases import Case, CaseFile
from masthead.content.finding import ContentError
from masthead.content.project import Project
from masthead.testing.bench import Bench

NOW = datetime(2026, 11, 3, 11, tzinfo=UTC)
LIST = 'externaldata (Name:string)["https://example.com/l.csv"] with (ignoreFirstRecord=true)'


def cases_of(project: Project, text: str) -> list[Case]:
    path = project.root / "tests/hunting/rbac/actors.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    project = Project.load(project.root)
    file = next(each for each in project.files if each.path == "tests/hunting/rbac/actors.yaml")
    read = project.read(file)
    assert isinstance(read, CaseFile)
    return list(read.cases)


def test_a_case_reads_its_own_fixtures_and_those_of_its_file(make_project: Callable[..., Project]) -> None:
    project = make_project()
    (project.root / "tests/fixtures").mkdir()
    (project.root / "tests/fixtures/l.csv").write_text("Name\nmallory\n", encoding="utf-8")
    first, second = cases_of(
        project,
        """\
fixtures: {"https://example.com/l.csv": l.csv}
cases:
- {name: file, logs: [attack], expect: {rows: []}}
- name: own
  logs: [attack]
  fixtures:
    "https://example.com/l.csv": [{Name: alice}]
    'adx("c/d").T': {columns: {A: int}, rows: [{A: 1}]}
  expect: {rows: []}
""",
    )
    bench = Bench(Project.load(project.root))
    query = f"Events | where Actor in ({LIST}) | distinct Actor"
    try:
        assert bench.logs(first).query(query, NOW).rows == [("mallory",)]
        assert bench.logs(second).query(query, NOW).rows == [("alice",)]
        assert bench.logs(second).query('adx("c/d").T', NOW).rows == [(1,)]
    finally:
        bench.close()


@pytest.mark.parametrize(
    ("fixtures", "message"),
    [
        ("{bogus: [{A: 1}]}", "the fixture bogus: a query has nothing of this name"),
        ("{geo_info_from_ip_address: [{network: x}]}", "row 1 needs a network"),
        ('{"https://example.com/l": ../l.csv}', "does not lie below tests/fixtures"),
        ('{"https://example.com/l": no.csv}', "the file does not exist"),
    ],
)
def test_a_fixture_that_cannot_be_used(fixtures: str, message: str, make_project: Callable[..., Project]) -> None:
    project = make_project()
    (case,) = cases_of(
        project, f"cases:\n- name: a\n  logs: [attack]\n  fixtures: {fixtures}\n  expect: {{rows: []}}\n"
    )
    bench = Bench(Project.load(project.root))
    with pytest.raises(ContentError, match=message):
        bench.logs(case)
    bench.close()

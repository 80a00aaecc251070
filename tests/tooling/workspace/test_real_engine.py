"""masthead test --on: what a workspace answers otherwise, and what it was not asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from stand_in import StandIn
from tooling.workspace.logs_project import FILES, write_project

from masthead.cli.test import command
from masthead.kql.language import Column
from masthead.testing import inlined
from masthead.workspace import asking, connect
from masthead.workspace.asking import Answer, QueryRefused
from masthead.workspace.errors import WorkspaceError

Alter = Callable[[Answer], Answer]


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with StandIn(write_project(tmp_path_factory.mktemp("engine")), populated=False) as stand_in:
        yield stand_in


Run = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def run(stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`masthead test --on soc` in the project; `alter` changes what the workspace answers."""
    session, ask = stand_in.session(), asking.ask
    monkeypatch.setattr(connect, "connect", lambda project, name: session)

    def run(*arguments: str, alter: Alter | None = None, changes: dict[str, str | None] | None = None) -> Any:
        write_project(tmp_path, changes)
        monkeypatch.chdir(tmp_path)
        for name in ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER", "PYTEST_CURRENT_TEST"):
            monkeypatch.delenv(name, raising=False)

        def altered(session: Any, kql: str, **settings: Any) -> Answer:
            answer = ask(session, kql, **settings)
            return alter(answer) if alter and kql != "print 1" else answer

        monkeypatch.setattr(asking, "ask", altered)
        capsys.readouterr()
        code = command(["-p", "no:cacheprovider", "-p", "no:xdist", "--color=no", *arguments], on="soc")
        return code, re.sub(r" in \d+\.\d+s", "", capsys.readouterr().out).splitlines()

    return run


def summary(lines: list[str]) -> list[str]:
    """What is said at the end of the comparison."""
    start = next(index for index, line in enumerate(lines) if "compared with soc" in line)
    return [line for line in lines[start + 1 :] if " in part; " in line or line.startswith("  ")]


def test_the_same_answers_from_an_engine_without_our_rows(run: Run) -> None:
    code, lines = run()
    assert (code, summary(lines)) == (
        0,
        ["3 cases compared in 4 questions, 0 differ; 0 of them in part; 0 not compared"],
    )


def test_another_value_is_told_row_by_row(run: Run) -> None:
    def alter(answer: Answer) -> Answer:
        return replace(answer, rows=[("trudi" if value == "trudy" else value for value in row) for row in answer.rows])

    code, lines = run(
        "tests/hunting", alter=lambda answer: replace(alter(answer), rows=[tuple(row) for row in alter(answer).rows])
    )
    assert code == 1
    start = lines.index("soc answers otherwise")
    assert lines[start : start + 5] == [
        "soc answers otherwise",
        "  3 rows here, 3 there; 2 the same",
        "  row that differs: TimeGenerated 2026-11-03T10:30:00.0000000Z, Count 3",
        "    - Actor: trudy",
        "    + Actor: trudi",
    ]
    assert summary(lines)[0].startswith("1 case compared in 1 question, 1 differs;")


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (lambda answer: replace(answer, rows=answer.rows[1:]), "  row that is only here:"),
        (lambda answer: replace(answer, rows=[*answer.rows, answer.rows[0]]), "  row that is only there:"),
        (
            lambda answer: replace(answer, columns=(*answer.columns[:-1], Column("Detail", "string"))),
            "  columns differ",
        ),
    ],
)
def test_less_more_and_other_columns_are_differences(run: Run, alter: Alter, told: str) -> None:
    code, lines = run("tests/hunting", alter=alter)
    assert code == 1
    assert told in lines


def test_another_order_is_one_where_the_query_sorts(run: Run) -> None:
    def alter(answer: Answer) -> Answer:
        return replace(answer, rows=answer.rows[::-1])

    changes = {"tests/recordings/attack/recording.yaml": FILES["tests/recordings/attack/recording.yaml"]}
    code, lines = run("tests/hunting", "tests/detections/rbac/often.yaml", alter=alter, changes=changes)
    assert code == 1
    assert [line for line in lines if "order" in line] == [
        "  2 rows the same, in another order than the query sorts by"
    ]
    assert summary(lines)[0].startswith("2 cases compared in 3 questions, 1 differs;")


def test_a_refusal_stands_at_its_line(run: Run) -> None:
    def alter(answer: Answer) -> Answer:
        raise QueryRefused("cannot run a query: the service refuses the query: no column named 'Action'", "SEM0100")

    code, lines = run("tests/detections/rbac/deleted.yaml", alter=alter)
    assert code == 1
    start = next(index for index, line in enumerate(lines) if line.startswith("detections/rbac/deleted.yaml:15:"))
    assert "no column named 'Action'" in lines[start]
    assert lines[start + 2].strip() == "^^^^^^"


def test_what_the_workspace_does_not_answer_is_not_compared_and_not_passed(run: Run) -> None:
    def alter(answer: Answer) -> Answer:
        raise WorkspaceError("cannot run a query: no answer")

    code, lines = run("tests/hunting", alter=alter)
    assert code == 0
    assert "1 skipped" in lines[-1]
    assert summary(lines) == [
        "0 cases compared in 0 questions, 0 differ; 0 of them in part; 1 not compared",
        "  tests/hunting/rbac/actors.yaml:1 three rows: cannot run a query: no answer",
    ]


def test_part_of_an_answer_is_not_compared(run: Run) -> None:
    code, lines = run("tests/hunting", alter=lambda answer: replace(answer, partial="64 MB"))
    assert (code, summary(lines)[1]) == (
        0,
        "  tests/hunting/rbac/actors.yaml:1 three rows: the answer is not whole: 64 MB",
    )


def test_rows_that_do_not_fit_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inlined, "COMFORTABLE", 150)
    code, lines = run("tests/detections/rbac/deleted.yaml")
    assert code == 0
    assert "1 row left out where not all fit; first filters drop such rows here" in lines
    monkeypatch.setattr(inlined, "MOST", 50)
    code, lines = run("tests/detections/rbac/deleted.yaml")
    assert "its rows do not fit into a query" in summary(lines)[1]


def test_a_rule_with_many_runs_is_compared_in_part_unless_all_are_wanted(run: Run) -> None:
    many = {
        "detections/rbac/often.yaml": FILES["detections/rbac/often.yaml"].replace(
            "queryFrequency: 1h", "queryFrequency: 5m"
        ),
        "tests/detections/rbac/often.yaml": "cases: [{name: alerts, logs: [attack], expect: {incidents: 2}}]\n",
    }
    code, lines = run("tests/detections/rbac/often.yaml", changes=many)
    assert code == 0
    assert re.search(r"10 of \d+ runs are asked", summary(lines)[1])


def test_options_that_do_not_go_together(run: Run) -> None:
    with pytest.raises(typer.BadParameter):
        command(["-n", "2"], on="soc")
    with pytest.raises(typer.BadParameter):
        command([], everywhere=True, on="soc")

"""`masthead query`."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
import typer

from masthead.cli.query import Format, command
from masthead.content.finding import ContentError
from masthead.content.project import Project

QUERY = "Events | where Action == 'delete' | project TimeGenerated, Actor, Count"


@pytest.fixture(autouse=True)
def project(make_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch) -> Project:
    project = make_project()
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("COLUMNS", "100")
    return project


def test_rows_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(QUERY, ["attack"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "TimeGenerated                 Actor    Count",
        "----------------------------  -------  -----",
        "2026-11-03T09:10:00.0000000Z  mallory      1",
        "2026-11-03T10:30:00.0000000Z  trudy        3",
        "2 rows",
    ]


def test_rows_as_json_and_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(QUERY, ["attack"], format=Format.JSON) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"TimeGenerated": "2026-11-03T09:10:00.0000000Z", "Actor": "mallory", "Count": 1},
        {"TimeGenerated": "2026-11-03T10:30:00.0000000Z", "Actor": "trudy", "Count": 3},
    ]
    assert command(QUERY, ["attack"], format=Format.CSV, limit=1) == 0
    written = capsys.readouterr()
    assert written.out == "TimeGenerated,Actor,Count\n2026-11-03T09:10:00.0000000Z,mallory,1\n"
    assert written.err == "2 rows, of which the first 1 are shown; --limit 0 shows all\n"


def test_now_is_the_end_of_the_recordings_unless_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    command("print Now = now()", ["quiet", "attack"], format=Format.CSV)
    assert capsys.readouterr().out == "Now\n2026-11-03T11:00:00.0000000Z\n"
    command("print Now = now()", ["attack"], format=Format.CSV, now="2026-01-31T08:00:00Z")
    assert capsys.readouterr().out == "Now\n2026-01-31T08:00:00.0000000Z\n"
    with pytest.raises(typer.BadParameter, match="soon is not a moment"):
        command("print 1", now="soon")


@pytest.mark.parametrize("argument", ["@q.txt", "q.kql", "-"])
def test_the_query_comes_from_a_file_or_stdin(
    argument: str, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("q.txt", "q.kql"):
        (project.root / name).write_text("Events\n| project Actr\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Events\n| project Actr\n")))
    assert command(argument, ["attack"]) == 1
    name = {"@q.txt": "q.txt", "-": "stdin"}.get(argument, argument)
    assert capsys.readouterr().err.splitlines() == [
        f"{name}:2:11: error KS142: The name 'Actr' does not refer to any known column, table, variable or function.",
        "  2 | | project Actr",
        "    |           ^^^^",
    ]


def test_an_error_shows_what_a_terminal_would_obey(capsys: pytest.CaptureFixture[str]) -> None:
    query = "print a = 'x\x1b[2J' //\x0b\r\n| extend c = datetime_local_to_utc(now(), strcat('\\u001b[2J', a))\r\n"
    assert command(query) == 1
    assert capsys.readouterr().err.splitlines() == [
        r"query:2:14: error MASTHEAD-UNSUPPORTED: not supported: the time zone \u001b[2Jx\u001b[2J",
        r"  2 | | extend c = datetime_local_to_utc(now(), strcat('\u001b[2J', a))",
        "    |              " + "^" * 52,
    ]
    assert command(f"print {'1, ' * 5_000} x") == 1
    assert max(map(len, capsys.readouterr().err.splitlines())) < 120


def test_what_cannot_be_read_is_misuse(project: Project) -> None:
    (project.root / "latin.kql").write_bytes(b"T | where A == '\xe9'")
    with pytest.raises(typer.BadParameter, match=r"latin.kql is not UTF-8 at byte 16"):
        command("latin.kql")
    with pytest.raises(typer.BadParameter, match=r"none.kql: no such file"):
        command("@none.kql")
    with pytest.raises(ContentError, match='there is no recording "atack"'):
        command("Events", ["atack"])

"""masthead backtest, over a recording and over files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from tooling.workspace.logs_project import ATTACK, FILES, write_project

from masthead.cli.backtest import Format, command
from masthead.content.finding import ContentError
from masthead.workspace.errors import WorkspaceError

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in a project; gives the exit code, and what it printed."""

    def run(*arguments: str, changes: dict[str, str | None] | None = None, **options: object) -> tuple[int, str]:
        write_project(tmp_path, changes)
        rows = "".join(json.dumps(row) + "\n" for row in ATTACK)
        (tmp_path / "Events.ndjson").write_text(rows, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        code = command(*arguments, **{"days": 7, **options})
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


def test_a_recording_for_people(run: Run) -> None:
    code, text = run("rbac/deleted", logs=["attack"])
    assert code == 0
    assert text.splitlines() == [
        "detections/rbac/deleted.yaml: Deleted",
        "attack, 2026-11-03 09:00 to 2026-11-03 11:00 UTC (2 hours)",
        "Events: 3 rows, 2026-11-03 09:10 to 2026-11-03 10:30",
        "",
        "as it is: each 1h over 1h, more than 0 rows",
        "",
        "runs                                       2",
        "runs with an alert                         2",
        "alerts                                     2",
        "alerts a day                             2.0",
        "alerts on the worst day                    2",
        "incidents                                  2",
        "",
        "alerts a day",
        "  2026-11-03       2 ##############################",
        "",
        "titles",
        "       1  mallory deletes",
        "       1  trudy deletes",
        "",
        "entities, and the alerts they are in",
        "       1  Account mallory",
        "       1  Account trudy",
        "",
        "what Sentinel does not document, and this takes for granted",
        "  Runs are counted from the start of the time shown; Sentinel counts them from the creation of the rule.",
        "  A row exactly as old as the period is not seen, and now() is the end of the window.",
        "  Nobody closes an incident; one has the severity of its highest alert.",
        "  Alerts without entities belong together.",
    ]


def test_before_and_after_in_one_run(run: Run) -> None:
    code, text = run("rbac/deleted", logs=["attack"], threshold=1, period="2h")
    lines = text.splitlines()
    assert code == 0
    assert lines[4:6] == [
        "as it is: each 1h over 1h, more than 0 rows",
        "threshold 1, over 2h: each 1h over 2h, more than 1 row",
    ]
    counts = [" ".join(line.split()) for line in lines]
    for line in ("as it is threshold 1, over 2h", "alerts 2 2", "runs with an alert 2 1"):
        assert line in counts
    assert "titles, threshold 1, over 2h" in lines


def test_files_for_programs(run: Run) -> None:
    code, text = run("deleted", table=["Events.ndjson"], format=Format.JSON)
    data = json.loads(text)
    assert code == 0
    assert (data["from"], data["to"]) == ("2026-11-03T09:09:00+00:00", "2026-11-03T10:30:00+00:00")
    (trial,) = data["trials"]
    assert (trial["alerts"], trial["titles"]) == (2, {"mallory deletes": 1, "trudy deletes": 1})
    assert trial["alerts_by_day"] == {"2026-11-03": 2}
    assert [each["created"] for each in trial["alert_list"]] == [
        "2026-11-03T10:14:00+00:00",
        "2026-11-03T11:14:00+00:00",
    ]


def test_a_document_for_a_pull_request(run: Run) -> None:
    changes = {"detections/rbac/deleted.yaml": FILES["detections/rbac/deleted.yaml"].replace("Deleted", "A | <b> rule")}
    code, text = run("rbac/deleted", logs=["attack"], format=Format.MARKDOWN, threshold=3, changes=changes)
    lines = text.splitlines()
    assert code == 0
    assert lines[0] == "### A \\| &lt;b\\> rule"
    assert "| | as it is | threshold 3 |" in lines
    assert "| alerts | 2 | 0 |" in lines
    assert "| mallory deletes | 1 |" in lines


def test_the_last_days_until_a_moment(run: Run) -> None:
    code, text = run("rbac/deleted", logs=["attack"], until="2026-11-03T10:00:00Z")
    assert code == 0
    assert "attack, 2026-11-03 09:00 to 2026-11-03 10:00 UTC (1 hour)" in text
    assert "\n       1  mallory deletes\n\n" in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"logs": ["attack"], "until": "2020-01-01T00:00:00Z"},
            "error: no row lies in this time: attack has rows from 2026-11-03 09:00 to 2026-11-03 11:00\n"
            "  hint: Say --until.\n",
        ),
        (
            {"logs": ["attack"], "frequency": "2d"},
            "error: a frequency of 2d is longer than the period of 1h\n"
            "  hint: Rows between two runs would never be seen.\n",
        ),
    ],
)
def test_what_cannot_be_tried_is_told_with_what_to_do(run: Run, options: dict[str, object], said: str) -> None:
    assert run("rbac/deleted", **options) == (2, said)


def test_rows_of_other_tables_are_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "Other.ndjson").write_text('{"TimeGenerated": "2026-11-03T09:10:00Z"}\n', encoding="utf-8")
    code, text = run("rbac/deleted", table=["Other.ndjson"])
    assert code == 2
    assert text.endswith("error: Other.ndjson has no rows of a table that the rule reads\n")


def test_an_unknown_detection_has_a_neighbour(run: Run) -> None:
    with pytest.raises(ContentError) as error:
        run("rbac/deletd", logs=["attack"])
    (finding,) = error.value.findings
    assert (finding.message, finding.hint) == (
        "there is no such detection",
        "Did you mean detections/rbac/deleted.yaml?",
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"logs": ["attack"], "on": "demo"},
        {"logs": ["attack"], "period": "soon"},
        {"logs": ["attack"], "until": "soon"},
        {"table": ["none.csv"]},
    ],
)
def test_misuse_is_refused(run: Run, options: dict[str, object]) -> None:
    with pytest.raises(typer.BadParameter):
        run("rbac/deleted", **options)


def test_an_unknown_workspace(run: Run) -> None:
    with pytest.raises(WorkspaceError, match='there is no workspace "prod"'):
        run("rbac/deleted", on="prod")


def test_a_query_that_cannot_be_run_stands_at_its_line(run: Run) -> None:
    text = FILES["detections/rbac/deleted.yaml"].replace("where Action", "where Acton")
    with pytest.raises(ContentError) as error:
        run("rbac/deleted", logs=["attack"], changes={"detections/rbac/deleted.yaml": text})
    (finding,) = error.value.findings
    assert finding.span is not None
    assert (finding.path, finding.span.start.line) == ("detections/rbac/deleted.yaml", 15)

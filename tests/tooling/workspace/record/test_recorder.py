"""From a workspace to a recording: what is written, and when nothing is. Against the stand-in."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from recorder.privacy import private_things

from masthead.content.project import Project
from masthead.content.rows import check_recording, read_rows
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.record.recorder import Wanted, record

pytest.importorskip("azure.monitor.query")

from stand_in.place import Limits
from stand_in.stand_in import StandIn

START = datetime(2026, 1, 1, 8, tzinfo=UTC)
COLUMNS = {
    "TimeGenerated": "datetime",
    "Caller": "string",
    "CallerIp": "string",
    "Text": "string",
    "Details": "dynamic",
    "Size": "long",
    "Took": "timespan",
    "TenantId": "string",
    "Type": "string",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    (root / "catalog/tables").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[tool.masthead]\n")
    for name in ("Visits", "Guests", "Empty", "Large"):
        table = {"name": name, "description": "Rows.", "columns": COLUMNS}
        (root / f"catalog/tables/{name}.yaml").write_text(yaml.safe_dump(table, sort_keys=False))
    return root


@pytest.fixture
def project(root):
    shutil.rmtree(root / "tests", ignore_errors=True)
    return Project.load(root)


@pytest.fixture(scope="module")
def stand_in(root):
    with StandIn(Project.load(root), populated=False) as running:
        for minute in range(60):
            at = (START + timedelta(minutes=minute)).isoformat()
            who = ("alice.kowalski@fenwick.com", "bob@fenwick.com")[minute % 2]
            row = {
                "TimeGenerated": at,
                "_ingestion_time": at,
                "Caller": who,
                "CallerIp": f"20.30.40.{minute % 2 + 1}",
                "Text": f"{who.split('@')[0]} came in",
                "Details": {"actor": {"login": who.split("@")[0]}, "password": "hunter2"},
                "Size": minute,
                "Took": "00:00:01",
                "TenantId": "1b4e28ba-2fa1-11d2-883f-0016d3cca427",
                "Type": "Visits",
            }
            running.logs.ingest("Visits", [row])
            if minute < 2:
                running.logs.ingest("Guests", [{"TimeGenerated": at, "Caller": who, "Type": "Guests"}])
        running.logs.ingest("Large", [{"TimeGenerated": START.isoformat(), "Text": "came in " * 10_000}])
        yield running


def wanted(**changes):
    values = {"name": "quay/visits", "tables": ("Visits",), "start": START, "end": START + timedelta(hours=1)}
    return Wanted(**(values | changes))


def text_of(paths):
    return "\n".join((gzip.open(path) if path.suffix == ".gz" else path.open("rb")).read().decode() for path in paths)


def test_a_recording(project, stand_in):
    recorded = record(project, stand_in.session(), wanted(tables=("Visits", "Guests", "Empty"), title="Two come in"))
    folder = project.root / "tests/recordings/quay/visits"
    assert [path.relative_to(folder).as_posix() for path in recorded.paths] == [
        "Guests.ndjson",
        "Visits.ndjson",
        "recording.yaml",
    ]
    assert sorted(folder.parent.iterdir()) == [folder]  # nothing is left of how it was made
    found = Project.load(project.root).recordings.get("quay/visits")
    assert (found.title, found.start, found.end, found.tables, str(found.provenance.kind)) == (
        "Two come in",
        START,
        START + timedelta(hours=1),
        ("Visits", "Guests"),
        "recorded",
    )
    assert check_recording(found, project.schema) == []
    rows = list(read_rows(found, "Visits"))
    assert [row["Size"] for row in rows] == list(range(60))
    assert rows[0] == {
        "TimeGenerated": "2026-01-01T08:00:00Z",
        "_ingestion_time": "2026-01-01T08:00:00Z",
        "Caller": rows[0]["Caller"],
        "CallerIp": rows[0]["CallerIp"],
        "Text": f"{rows[0]['Caller'].split('@')[0]} came in",
        "Details": {"actor": {"login": rows[0]["Caller"].split("@")[0]}, "password": "REDACTED"},
        "Size": 0,
        "Took": "00:00:01",
        "TenantId": rows[0]["TenantId"],
        "Type": "Visits",
    }
    assert [row["Caller"] for row in read_rows(found, "Guests")] == [rows[0]["Caller"], rows[1]["Caller"]]
    assert len({row["Caller"] for row in rows}) == len({row["CallerIp"] for row in rows}) == 2
    text = text_of(recorded.paths)
    assert private_things(text) == []
    for original in ("alice", "kowalski", "bob", "fenwick", "20.30.40", "hunter2", "1b4e28ba"):
        assert not re.search(rf"(?<!\w){original}(?!\w)", text, re.IGNORECASE)
    assert (recorded.empty, recorded.left_out, recorded.pieces, recorded.secrets) == (("Empty",), {}, 3, 0)


def test_rows_that_the_service_does_not_give_at_once(project, stand_in, monkeypatch):
    monkeypatch.setattr(stand_in.azure, "limits", Limits(rows=7))
    recorded = record(project, stand_in.session(), wanted())
    assert [row["Size"] for row in recorded.rows["Visits"]] == list(range(60))
    assert recorded.pieces == 12


def test_large_rows_are_compressed_to_the_same_bytes(project, stand_in):
    session, large = stand_in.session(), {"tables": ("Large",), "seed": "s", "replace": True}
    (path, _) = record(project, session, wanted(**large)).paths
    before = path.read_bytes()
    assert (path.name, record(project, session, wanted(**large)).paths[0].read_bytes()) == ("Large.ndjson.gz", before)


def test_a_seed_makes_pseudonyms_the_same(project, stand_in):
    session = stand_in.session()

    def caller(name, **changes):
        return record(project, session, wanted(name=name, **changes)).rows["Visits"][0]["Caller"]

    assert caller("a", seed="one") == caller("b", seed="one") != caller("c", seed="two")
    assert caller("d") != caller("e")


def test_a_query(project, stand_in):
    query = 'Visits | where Caller startswith "bob" | project-away Details;\n'
    recorded = record(project, stand_in.session(), wanted(tables=(), query=query))
    assert [(row["Size"], "Details" in row) for row in recorded.rows["Visits"]][:2] == [(1, False), (3, False)]
    # The query names somebody, so it is not told.
    assert "bob" not in (project.root / "tests/recordings/quay/visits/recording.yaml").read_text()


def test_columns_that_the_catalog_does_not_have_are_left_out(project, stand_in):
    query = "Visits | extend Extra = 1"
    recorded = record(project, stand_in.session(), wanted(query=query))
    assert recorded.left_out == {"Visits": ("Extra",)}
    assert "Extra" not in recorded.rows["Visits"][0]


def test_a_dry_run_writes_nothing(project, stand_in):
    recorded = record(project, stand_in.session(), wanted(), dry_run=True)
    assert (len(recorded.rows["Visits"]), recorded.paths) == (60, ())
    assert not (project.root / "tests").exists()


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({"name": "Quay/Visits"}, '"Quay/Visits" is no name of a recording', "Take words of small letters"),
        ({"name": "../x"}, '"../x" is no name of a recording', "Take words of small letters"),
        ({"end": START}, "the time ends before it starts", "--from is earlier"),
        ({"tables": ()}, "nothing says what to record", "Name tables"),
        ({"tables": ("Visit",)}, "the catalog has no table Visit", 'Did you mean "Visits"?'),
        ({"tables": ("Zzz",)}, "the catalog has no table Zzz", "Describe it in catalog/tables/Zzz.yaml."),
        (
            {"tables": (), "query": "print x = 1"},
            "the query reads no table that the catalog knows",
            "Say with one --table",
        ),
        ({"tables": (), "query": "union Visits, Guests"}, "the query reads Visits, Guests", "Say with one --table"),
        ({"query": "Visits | project Caller"}, "cannot fetch rows: the service refuses the query", None),
        (
            {"query": "Visits | extend Size = 'x'"},
            "Visits.Size is string in the workspace, and long in the catalog",
            "Corr",
        ),
        (
            {"start": START + timedelta(days=1), "end": START + timedelta(days=2)},
            "there are no rows of Visits",
            "Times are",
        ),
        (
            {"title": "Kowalski comes"},
            "the recording is not written, since it would still hold the word Kow… (8",
            "A title",
        ),
        (
            {"name": "quay/kowalski"},
            "the recording is not written, since it would still hold the word kow… (8",
            "A title",
        ),
    ],
)
def test_what_is_refused(project, stand_in, changes, message, hint):
    with pytest.raises(WorkspaceError) as caught:
        record(project, stand_in.session(), wanted(**changes))
    assert caught.value.message.startswith(message)
    assert hint is None or caught.value.hint.startswith(hint)
    assert not (project.root / "tests/recordings").exists()


def test_a_recording_is_replaced_only_if_that_is_said(project, stand_in):
    session = stand_in.session()
    record(project, session, wanted())
    with pytest.raises(WorkspaceError, match="there is a recording quay/visits already"):
        record(project, session, wanted())
    record(project, session, wanted(tables=("Guests",), replace=True))
    assert [path.name for path in sorted((project.root / "tests/recordings/quay/visits").iterdir())] == [
        "Guests.ndjson",
        "recording.yaml",
    ]


def test_a_folder_of_something_else_is_not_replaced(project, stand_in):
    folder = project.root / "tests/recordings/quay/visits"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match="holds something else than a recording"):
        record(project, stand_in.session(), wanted(replace=True))
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_what_the_user_says_is_nobodys_is_kept(project, stand_in):
    recorded = record(project, stand_in.session(), wanted(keep=("kowalski",)), dry_run=True)
    assert recorded.rows["Visits"][0]["Text"].endswith(".kowalski came in")


def test_the_command(project, stand_in, monkeypatch, capsys):
    from masthead.cli.main import main
    from masthead.workspace import connect

    monkeypatch.chdir(project.root)
    monkeypatch.setattr(connect, "connect", lambda *_: stand_in.session())

    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main(["record", "soc", *arguments])
        return stopped.value.code, *capsys.readouterr()

    times = ("--from", "2026-01-01T08:00Z", "--to", "2026-01-01T09:00Z")
    code, out, _ = run("quay/visits", "--table", "Visits", "--table", "Empty", *times, "--dry-run")
    lines = out.splitlines()
    assert (code, lines[0]) == (0, "Visits, the first of 60 rows as they would be written:")
    assert json.loads(lines[1])["Size"] == 0
    assert lines[4:] == [
        "Rows: 60 of Visits.",
        "Without rows, and left out: Empty.",
        "Replaced: 2 addresses, 1 domains, 1 ids, 4 words of names; 0 secrets removed.",
        "Nothing was written.",
    ]
    code, out, _ = run("quay/visits", "--table", "Visits", *times)
    assert (code, out.splitlines()[2:]) == (
        0,
        [
            "Written: tests/recordings/quay/visits/Visits.ndjson",
            "Written: tests/recordings/quay/visits/recording.yaml",
            "Read it through before you commit it, and say in recording.yaml what happens in it.",
        ],
    )
    assert run("quay/other", "--table", "Visits", "--from", "2026-01-01", "--to", "x")[::2] == (
        2,
        'error: --from: "2026-01-01" is not a moment in time\n  hint: Write it with its hour, as 2026-01-31T08:00Z.\n',
    )
    later = ("--from", "2027-01-01T08:00Z", "--to", "2027-01-01T09:00Z")
    code, _, errors = run("quay/other", "--table", "Visits", *later)
    assert (code, errors.splitlines()[0]) == (1, "error: there are no rows of Visits in that time")

"""What stands in a recording's folder, and that nothing is lost when it cannot be written."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recorder.recording_files import About, RecordingRefused, write_recording

ABOUT = About(
    title="Somebody reads a secret",
    description="Mallory, who has never done so, reads one secret.",
    start=datetime(2026, 11, 2, 8, tzinfo=UTC),
    end=datetime(2026, 11, 2, 9, tzinfo=UTC),
    source="kube-apiserver",
    how="make recordings",
    versions={"kube-apiserver": "v1.37.2"},
    provenance={"KubePodInventory": "derived", "KubeEvents": "derived", "GitHubAuditLogsV3_CL": "constructed"},
    use_case="secrets-and-configmaps",
    techniques=["T1552.007"],
    detect="a secret read by somebody for the first time",
    peaceful=True,
)
TABLES = {"AKSAudit": [{"Verb": "get", "User": {"username": "møllory"}}, {"Verb": "list"}], "KubeEvents": []}
TABLES["KubePodInventory"] = [{"Name": "web"}]
TABLES["GitHubAuditLogsV3_CL"] = [{"Action": "git.push"}]
EXPECTED = """\
title: Somebody reads a secret
description: >-
  Mallory, who has never done so, reads one secret.
useCase: secrets-and-configmaps
techniques:
- T1552.007
detect: a secret read by somebody for the first time
peaceful: true
provenance:
  kind: recorded
  source: kube-apiserver
  how: make recordings
  versions:
    kube-apiserver: v1.37.2
  tables:
    KubePodInventory: derived
    GitHubAuditLogsV3_CL: constructed
period:
  from: '2026-11-02T08:00:00Z'
  to: '2026-11-02T09:00:00Z'
tables:
- AKSAudit
- KubePodInventory
- GitHubAuditLogsV3_CL
"""


def contents(folder: Path) -> dict[str, str]:
    return {path.name: text_of(path) for path in sorted(folder.iterdir())}


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")


def test_a_recording_is_written(tmp_path):
    write_recording(tmp_path / "kubernetes" / "secret-read", ABOUT, TABLES)

    assert contents(tmp_path / "kubernetes" / "secret-read") == {
        "AKSAudit.ndjson.gz": '{"Verb":"get","User":{"username":"møllory"}}\n{"Verb":"list"}\n',
        "GitHubAuditLogsV3_CL.ndjson.gz": '{"Action":"git.push"}\n',
        "KubePodInventory.ndjson.gz": '{"Name":"web"}\n',
        "recording.yaml": EXPECTED,
    }


def test_another_takes_its_place_and_nothing_else_is_left(tmp_path):
    folder = tmp_path / "secret-read"
    write_recording(folder, ABOUT, {"AKSAuditAdmin": [{"Verb": "create"}]})
    write_recording(folder, ABOUT, TABLES)

    assert sorted(contents(folder)) == [
        "AKSAudit.ndjson.gz",
        "GitHubAuditLogsV3_CL.ndjson.gz",
        "KubePodInventory.ndjson.gz",
        "recording.yaml",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["secret-read"]


def test_the_same_rows_give_the_same_bytes_which_name_no_time_and_no_file(tmp_path):
    for name in ("one", "other"):
        write_recording(tmp_path / name, ABOUT, TABLES)
    one, other = (tmp_path / name / "AKSAudit.ndjson.gz" for name in ("one", "other"))

    assert one.read_bytes() == other.read_bytes()
    # RFC 1952: magic, deflate, no flags (so no name), time 0, best compression, unknown system.
    assert one.read_bytes()[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def test_what_is_private_is_refused_and_the_old_recording_stays(tmp_path):
    folder = tmp_path / "secret-read"
    write_recording(folder, ABOUT, TABLES)
    before = contents(folder)

    with pytest.raises(RecordingRefused) as refused:
        write_recording(folder, ABOUT, {"AKSAudit": [{"SourceIps": ["10.0.0.1"]}]}, also=["Mallory"])

    assert str(refused.value) == (
        "the recording secret-read is not written:\n"
        "- AKSAudit.ndjson.gz holds address 10.0.0.1\n"
        "- recording.yaml holds name Mallory"
    )
    assert contents(folder) == before


def test_a_recording_without_rows_is_refused(tmp_path):
    with pytest.raises(RecordingRefused) as refused:
        write_recording(tmp_path / "empty", ABOUT, {"AKSAudit": []})

    assert refused.value.reasons == ("it has no rows",)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_else_is_not_replaced(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(RecordingRefused) as refused:
        write_recording(tmp_path, ABOUT, TABLES)

    assert refused.value.reasons == ("its folder holds something else than a recording, which would be lost",)
    assert contents(tmp_path) == {"notes.txt": "mine"}


def test_the_old_recording_stays_when_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    folder = tmp_path / "secret-read"
    write_recording(folder, ABOUT, TABLES)
    before = contents(folder)
    rename = Path.rename

    def fails(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError("no space left")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="no space left"):
        write_recording(folder, ABOUT, {"AKSAudit": [{"Verb": "watch"}]})

    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["secret-read"]

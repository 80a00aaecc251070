"""The rows of recordings: parsed once, found again by the next process, and parsed anew when anything has changed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from masthead.content.finding import ContentError
from masthead.content.project import Project
from masthead.kql.engine import store
from masthead.testing import recorded
from masthead.testing.bench import Bench

MakeProject = Callable[..., Project]
ROWS = "tests/recordings/attack/Events.ndjson"
RECORDING = "tests/recordings/attack/recording.yaml"


@pytest.fixture(autouse=True)
def parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables that were parsed. Every recording is worth a file, in a cache that is empty at first."""
    monkeypatch.setenv("MASTHEAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(store, "WORTH_A_FILE", 1)
    names: list[str] = []
    original = recorded.checked_rows

    def counting(recording: Any, table: str, columns: Any) -> Any:
        names.append(f"{recording.name}/{table}")
        return original(recording, table, columns)

    monkeypatch.setattr(recorded, "checked_rows", counting)
    return names


def actors(project: Project) -> list[Any]:
    """What a process that starts now reads."""
    bench = Bench(project)
    (recording,) = bench.named(["attack"])
    try:
        result = bench.recorded((recording,)).query("Events | project Actor, Detail", recording.end)
    finally:
        bench.workspace.close()
    return result.rows


ANSWER = [("mallory", {"a": 1}), ("alice", None), ("trudy", None)]


def test_rows_are_parsed_once(make_project: MakeProject, parsed: list[str]) -> None:
    assert [actors(make_project()) for _ in range(3)] == [ANSWER] * 3
    assert parsed == ["attack/Events"]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (ROWS, "mallory", "mallory2"),
        (RECORDING, "T11:00:00Z", "T11:00:01Z"),
        ("catalog/tables/Events.yaml", "Count: long", "Count: int"),
    ],
)
def test_rows_are_parsed_again_when_anything_changes(
    make_project: MakeProject, parsed: list[str], path: str, old: str, new: str
) -> None:
    project = make_project()
    actors(project)
    text = (project.root / path).read_text(encoding="utf-8")
    assert old in text
    changed = actors(make_project({path: text.replace(old, new)}))
    assert parsed == ["attack/Events"] * 2
    assert changed == [("mallory2", {"a": 1}), *ANSWER[1:]] if new == "mallory2" else ANSWER


def test_rows_may_be_gzipped(make_project: MakeProject) -> None:
    project = make_project()
    path = project.root / ROWS
    path.with_suffix(".ndjson.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    assert [actors(Project.load(project.root)) for _ in range(2)] == [ANSWER] * 2


def test_rows_that_do_not_fit_are_refused_each_time(make_project: MakeProject) -> None:
    project = make_project({ROWS: json.dumps({"TimeGenerated": "2026-11-03T09:10:00Z", "Actor": 1})})
    for _ in range(2):
        with pytest.raises(ContentError, match="MH014 Actor must be text"):
            actors(project)


def test_rows_that_change_while_they_are_read_are_refused(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project()
    digests = iter(["before", "after"])
    monkeypatch.setattr(recorded, "rows_digest", lambda *_: next(digests))
    with pytest.raises(ContentError, match=r"MH016 tests/recordings/attack/Events\.ndjson has changed while it was"):
        actors(project)


def test_a_table_that_nothing_reads_is_not_parsed(make_project: MakeProject, parsed: list[str]) -> None:
    text = (make_project().root / RECORDING).read_text(encoding="utf-8")
    project = make_project(
        {RECORDING: text.replace("[Events]", "[Events, Other]"), ROWS.replace("Events", "Other"): "{"}
    )
    assert actors(project) == ANSWER
    assert parsed == ["attack/Events"]

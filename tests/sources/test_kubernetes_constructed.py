"""The recordings of tests/recordings/kubernetes are what the scripts beside this file write, to the last byte."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent
RECORDINGS = SOURCES.parent / "recordings" / "kubernetes"


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_committed_recordings_are_those_that_the_script_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SOURCES))
    constructed = importlib.import_module("kubernetes_constructed")

    for recording in constructed.ALL:
        constructed.write(recording, tmp_path)

    assert contents(tmp_path) == contents(RECORDINGS)

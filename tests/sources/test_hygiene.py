"""No recording holds a secret, a mailbox or an address that could be somebody's."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from recorder.privacy import private_things

RECORDINGS = Path(__file__).parents[1] / "recordings"
FILES = sorted(path for path in RECORDINGS.rglob("*") if path.is_file())


# What masthead reads of a table at most; a compressed file could hold a thousand times more.
MAX_BYTES = 256 * 1024 * 1024


def text_of(path: Path) -> str:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    assert len(data) <= MAX_BYTES, f"{path.name} is too large to look through"
    return data.decode("utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(RECORDINGS).as_posix())
def test_a_recording_holds_nothing_that_is_somebodys(path: Path) -> None:
    assert private_things(text_of(path)) == []


def test_there_are_recordings_to_look_at() -> None:
    assert {"".join(path.suffixes) for path in FILES} >= {".ndjson", ".yaml"}

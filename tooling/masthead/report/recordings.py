"""The documentation of the recordings: what happens in each, which tables tell of it, and what that proves."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from masthead.content.project import Project
from masthead.content.recording import Recording
from masthead.content.row_files import read_lines

_INTRODUCTION = """# Recordings

<!-- Made by `python docs/generate.py recordings` from tests/recordings. -->

Cases name recordings by the names below. A table's rows are **recorded** (captured from a real system), a
**vendor sample** (published by the vendor), **derived** (worked out from objects that were captured in the same run) or
**constructed** (written from the documented schema); where a table says nothing, it is as its recording's
provenance. `tests/recorder` makes the recorded ones. In a *peaceful* one nothing happens that should alarm anybody.
"""


def recordings_markdown(project: Project) -> str:
    """docs/recordings.md. Raises ContentError for a recording that cannot be read."""
    recordings = sorted(project.recordings, key=lambda each: each.name)
    parts = [_INTRODUCTION]
    for group, members in groupby(recordings, key=lambda each: each.name.partition("/")[0]):
        parts += [f"## {group}", "", "| Recording | What happens | Use case | ATT&CK | Tables and rows | Provenance |"]
        parts += ["| --- | --- | --- | --- | --- | --- |", *(_row(each) for each in members), ""]
    return "\n".join(parts)


def _row(recording: Recording) -> str:
    tables = "<br>".join(_table(recording, table) for table in recording.tables)
    techniques = ", ".join(recording.techniques) or "–"
    title = recording.title.replace("|", "\\|") + (" *(peaceful)*" if recording.peaceful else "")
    use_case = recording.use_case or "–"
    cells = (f"`{recording.name}`", title, use_case, techniques, tables, recording.provenance.kind.replace("-", " "))
    return f"| {' | '.join(cells)} |"


def _table(recording: Recording, table: str) -> str:
    kind = recording.provenance.of(table)
    other = "" if kind == recording.provenance.kind else f" ({kind.replace('-', ' ')})"
    return f"{table} {sum(1 for _ in read_lines(recording, table)):,}{other}"


def main() -> None:
    """Print docs/recordings.md."""
    print(recordings_markdown(Project.load(Path.cwd())), end="")


if __name__ == "__main__":
    main()

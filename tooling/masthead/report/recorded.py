"""What was recorded from a workspace, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from masthead.report.excerpt import visible
from masthead.workspace.record.recorder import Recorded

_NOUNS = {
    "address": "addresses",
    "domain": "domains",
    "mixed": "ids",
    "number": "numbers",
    "word": "words of names",
}
_SHOWN, _LONGEST = 2, 2_000


def render_recorded(recorded: Recorded, root: Path, *, dry_run: bool) -> str:
    """A summary; of what was only tried, also some rows."""
    return "\n".join(_lines(recorded, root, dry_run)) + "\n"


def _lines(recorded: Recorded, root: Path, dry_run: bool) -> Iterator[str]:
    if dry_run:
        for table, rows in recorded.rows.items():
            yield f"{table}, the first of {len(rows):,} rows as they would be written:"
            for row in rows[:_SHOWN]:
                text = visible(json.dumps(row, ensure_ascii=False))
                yield f"  {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}"
            yield ""
    counts = ", ".join(f"{len(rows):,} of {table}" for table, rows in recorded.rows.items())
    pieces = f", in {recorded.pieces} answers" if recorded.pieces > len(recorded.rows) + len(recorded.empty) else ""
    yield f"Rows: {counts}{pieces}."
    if recorded.empty:
        yield f"Without rows, and left out: {', '.join(recorded.empty)}."
    for table, columns in recorded.left_out.items():
        yield f"Columns that the catalog's {table} does not have, and left out: {', '.join(columns)}."
    replaced = ", ".join(f"{number:,} {_NOUNS[kind]}" for kind, number in recorded.replaced.items())
    yield f"Replaced: {replaced or 'nothing'}; {recorded.secrets:,} secrets removed."
    if dry_run:
        yield "Nothing was written."
        return
    for path in recorded.paths:
        yield f"Written: {path.relative_to(root).as_posix()}"
    yield "Read it through before you commit it, and say in recording.yaml what happens in it."

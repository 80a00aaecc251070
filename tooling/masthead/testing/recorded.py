"""The rows of recordings as a workspace keeps them: checked, and under a key that says which they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import masthead
from masthead.content.finding import ContentError
from masthead.content.recording import Recording
from masthead.content.row_files import relative_name, rows_digest
from masthead.content.rows import checked_rows
from masthead.testing.findings import problem
from masthead.testing.logs import moment
from masthead.testing.workspace import Rows

_CODE = (
    "content/rows.py",
    "content/instants.py",
    "kql/engine/incoming.py",
    "kql/engine/values.py",
    "kql/engine/store.py",
    "kql/translate/literals.py",
    "kql/translate/types.py",
    "testing/recorded.py",
)
"""What decides which rows are accepted and what becomes of their values."""


def recorded_rows(
    recording: Recording, table: str, columns: Mapping[str, str], delay: timedelta | None, digest: str | None = None
) -> Rows:
    """The rows of a table with these columns. Raises ContentError when their file cannot be read.

    digest: that of the file, by `rows_digest`, where it is known: a file that is another when it is read is refused.
    """
    digest = digest or rows_digest(recording, table)
    key = hashlib.blake2b(digest_size=20)
    for part in (_code(), digest, table, *columns.items(), recording.start, recording.end):
        key.update(f"{part}\0".encode())
    return Rows(key.hexdigest(), lambda: _read(recording, table, columns, digest), delay, outlive=True)


def _read(recording: Recording, table: str, columns: Mapping[str, str], digest: str) -> Iterator[dict[str, Any]]:
    """The rows, checked. Raises ContentError, MH955 for one that no run would see."""
    for row in checked_rows(recording, table, columns):
        happened = moment(row["TimeGenerated"])
        # Rows before the period are history to look back on.
        if happened > recording.end or happened == recording.start:
            where = "after its period ends" if happened > recording.end else "on the very start of its period"
            message = f"a row of {table} lies {where}, at {happened.isoformat()}"
            hint = "Runs see what happened after the start and up to the end: widen the period."
            raise ContentError(problem("MH955", message, recording.document, ("period",), hint=hint))
        yield row
    if rows_digest(recording, table) != digest:
        name = relative_name(recording, recording.rows_path(table))
        message = f"{name} has changed while it was read"
        at = ("tables", recording.tables.index(table))
        raise ContentError(recording.document.finding("MH016", message, at, hint="Start again."))


@cache
def _code() -> str:
    """A digest of the code that turns lines into rows, and of the DuckDB that keeps them."""
    import duckdb

    package = Path(masthead.__file__).parent
    texts = [duckdb.__version__.encode(), *((package / each).read_bytes() for each in _CODE)]
    return hashlib.blake2b(b"\0".join(texts), digest_size=20).hexdigest()

"""When tables got their last rows, how many there are, and how late they come: one query for all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from masthead.workspace.asking import QueryRefused, ask
from masthead.workspace.session import Session

COUNT = "count rows"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a table.

    back: how far back rows are counted; not at all means that only the table's being there is asked. rows: a condition,
    in KQL, of those that count.
    """

    back: timedelta = timedelta()
    rows: str | None = None

    @property
    def cheap(self) -> Asked:
        """The same for a table whose queries are charged by what they read."""
        return replace(self, back=min(self.back, A_DAY))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a table answered; `last_row` and `delay` are None without rows, `delay` also for what functions return."""

    rows: int
    last_row: datetime | None
    delay: timedelta | None


def count_rows(session: Session, asked: Mapping[str, Asked]) -> dict[str, Seen]:
    """What the tables answer, asked together; one that the service does not know is left out.

    Raises QueryRefused when not all of them can be asked together, and WorkspaceError.
    """
    legs = [f"({_question(table, each)})" for table, each in asked.items()]
    # The first leg is always there, since a fuzzy union of which the service knows no leg is refused.
    return _seen(session, ",\n".join(['union isfuzzy=true (print Table = "", Rows = 0)', *legs]))


def count_rows_of(session: Session, table: str, asked: Asked) -> Seen:
    """What one table answers, in a query that tables of every plan bear. Raises like `count_rows`."""
    return _seen(session, _question(table, asked))[table]


def _seen(session: Session, query: str) -> dict[str, Seen]:
    answer = ask(session, query, action=COUNT)
    if answer.partial:
        raise QueryRefused(f"cannot {COUNT}: {answer.partial}", "")
    found = {}
    for row in answer.dicts():
        if row["Table"]:
            late = row.get("Delay")
            # Clocks differ: what was there before it happened was there at once.
            delay = None if late is None or late != late else timedelta(seconds=max(0.0, late))
            found[row["Table"]] = Seen(row["Rows"], row.get("LastRow"), delay)
    return found


def _question(table: str, asked: Asked) -> str:
    name = table if table.isidentifier() else f"[{json.dumps(table)}]"
    condition = f" | where {asked.rows}" if asked.rows else ""
    minutes = int(asked.back.total_seconds() // 60)
    return (
        f"{name} | where TimeGenerated > ago({minutes}m){condition}"
        " | summarize Rows = count(), LastRow = max(TimeGenerated),"
        " Delay = percentile((ingestion_time() - TimeGenerated) / 1s, 95)"
        f" | extend Table = {json.dumps(table)}"
    )

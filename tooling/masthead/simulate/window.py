"""Which rows a run sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

# Python's clock ticks in microseconds; Kusto's in tenths of one, which no recording needs to tell apart here.
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Bounds on the rows of every table, each None for no bound: `after` < TimeGenerated ≤ `until`, and
    `ingested_after` < time of ingestion ≤ `ingested_until`."""

    after: datetime | None = None
    until: datetime | None = None
    ingested_after: datetime | None = None
    ingested_until: datetime | None = None

    def holds(self, generated: datetime, ingested: datetime) -> bool:
        """Whether a row with these two times lies in the window."""
        return (
            (self.after is None or self.after < generated)
            and (self.until is None or generated <= self.until)
            and (self.ingested_after is None or self.ingested_after < ingested)
            and (self.ingested_until is None or ingested <= self.ingested_until)
        )


def look_back(due: datetime, period: timedelta, executed: datetime, *, includes_start: bool = False) -> Window:
    """What a scheduled run due at `due` sees: the last `period`, as far as it was ingested when the run is executed."""
    after = due - period
    return Window(after - _TICK if includes_start else after, due, None, executed)


def ingestion_window(due: datetime, interval: timedelta) -> Window:
    """What an NRT run due at `due` sees: all that was ingested in the last `interval`, whenever it happened."""
    return Window(None, None, due - interval, due)

"""What a run of a query may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from masthead.kql.engine.values import ticks_of
from masthead.kql.translate.types import MAX_DATETIME_TICKS


@dataclass(frozen=True, slots=True)
class Window:
    """The rows a run may see: after < TimeGenerated ≤ until, and ingested_after < ingestion time ≤ ingested_until.

    None leaves a side open. Tables without TimeGenerated are restricted by ingestion time only.
    """

    after: dt.datetime | None = None
    until: dt.datetime | None = None
    ingested_after: dt.datetime | None = None
    ingested_until: dt.datetime | None = None

    def parameters(self) -> dict[str, int]:
        """The bounds as ticks, by the names that translated SQL uses."""
        return {
            "after": -1 if self.after is None else ticks_of(self.after),
            "until": MAX_DATETIME_TICKS if self.until is None else ticks_of(self.until),
            "ingested_after": -1 if self.ingested_after is None else ticks_of(self.ingested_after),
            "ingested_until": MAX_DATETIME_TICKS if self.ingested_until is None else ticks_of(self.ingested_until),
        }

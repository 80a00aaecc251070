"""Which rows a run sees."""

from __future__ import annotations

from datetime import datetime, timedelta

from masthead.kql import Window

# Python's clock ticks in microseconds; Kusto's in tenths of one, which no recording needs to tell apart here.
_TICK = timedelta(microseconds=1)


def sees(window: Window, generated: datetime, ingested: datetime) -> bool:
    """Whether a row that happened and arrived at these times lies in the window."""
    return (
        (window.after is None or window.after < generated)
        and (window.until is None or generated <= window.until)
        and (window.ingested_after is None or window.ingested_after < ingested)
        and (window.ingested_until is None or ingested <= window.ingested_until)
    )


def look_back(due: datetime, period: timedelta, executed: datetime, *, includes_start: bool = False) -> Window:
    """What a scheduled run due at `due` sees: the last `period`, as far as it was ingested when the run is executed."""
    after = due - period
    return Window(after - _TICK if includes_start else after, due, None, executed)


def ingestion_window(due: datetime, interval: timedelta) -> Window:
    """What an NRT run due at `due` sees: all that was ingested in the last `interval`, whenever it happened."""
    return Window(None, None, due - interval, due)

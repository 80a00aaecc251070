"""Whether the number of rows that a run returned makes it an alert."""

from __future__ import annotations

import operator

_COMPARE = {"gt": operator.gt, "lt": operator.lt, "eq": operator.eq, "ne": operator.ne}


def triggers(count: int, comparison: str | None, threshold: int | None) -> bool:
    """Whether `count` rows trigger a rule: compared (gt, lt, eq, ne) with its threshold, each run by itself.

    An NRT rule has neither; any row triggers it.
    """
    return _COMPARE[comparison or "gt"](count, threshold or 0)

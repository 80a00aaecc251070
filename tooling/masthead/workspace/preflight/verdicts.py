"""How tables are judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from masthead.content.catalog import LogSource
from masthead.workspace.preflight.freshness import Asked
from masthead.workspace.preflight.states import TablePlan, TableState

LEAST_BACK, MOST_BACK = timedelta(days=7), timedelta(days=60)
"""How far back rows are counted, at least and at most."""


class Verdict(StrEnum):
    """What is wrong with a table, the worst first; LATE: rows come later than rules can see them."""

    MISSING = "missing"
    WRONG_PLAN = "wrong plan"
    EMPTY = "empty"
    STALE = "stale"
    SCHEMA = "schema differs"
    LATE = "late"
    UNKNOWN = "unknown"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the catalog says of a table: how old its newest row may be, how late rows usually come, and which rows count
    as the condition of a query. None where it says nothing."""

    freshness: timedelta | None = None
    delay: timedelta | None = None
    rows: str | None = None

    @property
    def asked(self) -> Asked:
        """What to ask of the table."""
        back = min(max(2 * (self.freshness or LEAST_BACK), LEAST_BACK), MOST_BACK)
        return Asked(back, self.rows)


def expectation(table: str, sources: Iterable[LogSource]) -> Expectation:
    """What to expect of a table that these sources fill: as much as the quietest of them."""
    filled_by = list(sources)
    fresh = [each.freshness_of.get(table, each.freshness) for each in filled_by]
    delays = [each.delay for each in filled_by if each.delay is not None]
    conditions = [each.rows_of.get(table) for each in filled_by]
    known = [each for each in fresh if each is not None]
    rows = " or ".join(f"({each})" for each in dict.fromkeys(conditions)) if conditions and all(conditions) else None
    return Expectation(max(known) if len(known) == len(fresh) and known else None, max(delays, default=None), rows)


def verdict_of(state: TableState, expected: Expectation, now: datetime, *, rules: bool) -> Verdict:
    """What to say of a table as such; whether its columns and its delay do harm hangs on who reads it. rules: whether
    analytics rules do, to which a plan matters."""
    if state.exists is None:
        return Verdict.UNKNOWN
    if not state.exists:
        return Verdict.MISSING
    if rules and state.plan not in (None, TablePlan.ANALYTICS):
        return Verdict.WRONG_PLAN
    if state.rows is None:
        return Verdict.UNKNOWN
    if not state.rows or state.last_row is None:
        return Verdict.EMPTY
    if expected.freshness is not None and now - state.last_row > expected.freshness:
        return Verdict.STALE
    return Verdict.OK

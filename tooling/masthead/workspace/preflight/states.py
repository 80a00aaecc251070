"""How a table stands in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class TablePlan(StrEnum):
    """The plan of a table: scheduled rules can read those of Analytics only.

    https://learn.microsoft.com/azure/azure-monitor/logs/data-platform-logs#table-plans
    """

    ANALYTICS = "Analytics"
    BASIC = "Basic"
    AUXILIARY = "Auxiliary"


@dataclass(frozen=True, slots=True)
class OtherType:
    """A column whose Kusto type in the workspace is another than in the catalog."""

    column: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """A table, or a function that stands for one, as a workspace has it.

    exists: None when the account may not look. function: whether it is a saved function; then it has no plan, and its
    columns are not compared. missing_columns, other_types: how its schema differs from the catalog's.
    rows: how many it has with a TimeGenerated within `looked_back`; None when nobody looked. last_row: the newest
    TimeGenerated. delay: how long after their TimeGenerated 95 of 100 rows had arrived.
    unknown: why something could not be looked at, and which role that takes.
    """

    name: str
    exists: bool | None
    function: bool = False
    plan: TablePlan | None = None
    missing_columns: tuple[str, ...] = ()
    other_types: tuple[OtherType, ...] = ()
    rows: int | None = None
    last_row: datetime | None = None
    delay: timedelta | None = None
    looked_back: timedelta | None = None
    unknown: str | None = None

    @property
    def feeds_rules(self) -> bool:
        """Whether a scheduled rule that reads it can run; true also where that is not known."""
        return self.exists is not False and self.plan in (None, TablePlan.ANALYTICS)

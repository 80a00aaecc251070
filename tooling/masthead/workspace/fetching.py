"""All that a query returns over days, in pieces of time that the query service can answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from masthead.workspace.asking import Answer, TooMuch
from masthead.workspace.asking_many import Askers

T = TypeVar("T")

PIECE = timedelta(days=1)
SHORTEST = timedelta(minutes=15)
"""The longest piece, which is halved where it has more than an answer holds, and the shortest, which is not."""

_TICK = timedelta(microseconds=1)


class Asks(Protocol):
    """Puts a query to a workspace, as `asking.ask` does."""

    def __call__(self, kql: str, *, start: datetime | None = None, end: datetime | None = None) -> Answer:
        """The answer over the rows from `start` to `end`. Raises WorkspaceError."""


@dataclass(slots=True)
class Counted:
    """Questions that were answered, of how many, for who waits."""

    answered: int = 0
    expected: int = 0


class Fetching:
    """Questions to one workspace. `counted`: how far they are."""

    def __init__(self, ask: Asks, askers: Askers | None = None) -> None:
        self._ask, self._askers = ask, askers or Askers()
        self.counted = Counted()

    def send(self, kql: str, start: datetime, end: datetime) -> Future[Answer]:
        """The answer over a time, once it is there."""
        return self._later(lambda: self._ask(kql, start=start, end=end))

    def rows(self, kql: str, start: datetime, end: datetime) -> list[tuple[Any, ...]]:
        """The rows after `start` and up to `end`, by the time in their last column but one, piece by piece.

        Raises TooMuch when even the shortest piece has more than an answer holds, and what asking raises.
        """
        pieces: list[Future[list[tuple[Any, ...]]]] = []
        while start < end:
            until = min(start + PIECE, end)
            pieces.append(self._later(lambda start=start, until=until: self._piece(kql, start, until)))
            start = until
        return [row for piece in pieces for row in piece.result()]

    def _later(self, work: Callable[[], T]) -> Future[T]:
        self.counted.expected += 1
        future = self._askers.ask(work)
        future.add_done_callback(lambda _: self._count())
        return future

    def _count(self) -> None:
        self.counted.answered += 1

    def _piece(self, kql: str, start: datetime, end: datetime) -> list[tuple[Any, ...]]:
        try:
            # Our clock ticks in microseconds, the service's in tenths: what it has after `end` and before our next
            # tick counts as `end`.
            answer = self._ask(kql, start=start, end=end + _TICK)
            whole = answer.partial is None
        except TooMuch:
            whole = False
        if not whole:
            half = start + (end - start) / 2
            if end - start < 2 * SHORTEST:
                said = f"more than an answer of the service holds lies between {start:%Y-%m-%d %H:%M} and {end:%H:%M}"
                raise TooMuch(said, "Filter more before the end of the query, or ask for fewer days.")
            return [*self._piece(kql, start, half), *self._piece(kql, half, end)]
        return [row for row in answer.rows if row[-2] is not None and start < row[-2] <= end]

"""What happens at which time of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from recorder.stage import Stage

Play = Callable[..., None]


class Timetable:
    """Acts and their times, like 09:41 or 09:41:20, in order. No two acts begin within the same minute."""

    def __init__(self, parts: Iterable[Timetable] = ()) -> None:
        self._acts: dict[str, Callable[[Stage], None]] = {}
        for part in parts:
            for clock, play in part._acts.items():
                self.add(clock, play)

    def __iter__(self) -> Iterator[tuple[str, Callable[[Stage], None]]]:
        return iter(sorted(self._acts.items()))

    def add(self, clock: str, play: Play, **given: Any) -> None:
        """Let `play` happen at `clock`, with what is `given`. Raises ValueError when something begins then already."""
        if any(other[:5] == clock[:5] for other in self._acts):
            raise ValueError(f"two acts begin at {clock[:5]}; let one be a minute later")
        self._acts[clock] = partial(play, **given)

    def at(self, *clocks: str, **given: Any) -> Callable[[Play], Play]:
        """Let the function below happen at each of `clocks`."""

        def decorate(play: Play) -> Play:
            for clock in clocks:
                self.add(clock, play, **given)
            return play

        return decorate


def hourly(minute: int, since: int = 0, until: int = 24, every: int = 1) -> tuple[str, ...]:
    """Some hours of the day, each at `minute`, and never at the same second."""
    return tuple(f"{hour:02}:{minute:02}:{(hour * 17 + minute) % 60:02}" for hour in range(since, until, every))

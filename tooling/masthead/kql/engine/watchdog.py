"""Bounds the time of a call that only another thread can interrupt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Watchdog:
    """One thread, started with the first call it guards, that interrupts calls whose time is up.

    A timer for each call would do the same, but starting and joining a thread costs more than most queries.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._guarded: dict[threading.Event, tuple[float, Callable[[], None]]] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def guard(self, seconds: float, interrupt: Callable[[], None]) -> Iterator[threading.Event]:
        """Within it, `interrupt` is called once after so many seconds, and the event that it yields is set before."""
        expired = threading.Event()
        with self._changed:
            self._guarded[expired] = (time.monotonic() + seconds, interrupt)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="masthead-watchdog", daemon=True)
                self._thread.start()
            else:
                self._changed.notify()
        try:
            yield expired
        finally:
            with self._changed:
                self._guarded.pop(expired, None)

    def _watch(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for expired in [e for e, (deadline, _) in self._guarded.items() if deadline <= now]:
                    expired.set()
                    self._guarded.pop(expired)[1]()
                nearest = min((deadline for deadline, _ in self._guarded.values()), default=None)
                self._changed.wait(None if nearest is None else max(0.0, nearest - time.monotonic()))

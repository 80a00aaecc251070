"""The one thread that speaks KQL: V8 belongs to the thread that made it, and the engine to the one that frees it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """Runs what it is given, one after the other, in a thread that starts with the first and ends with `close`."""

    def __init__(self, at_end: Callable[[], None]) -> None:
        self._jobs: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._at_end, self._starting = at_end, threading.Lock()

    def run(self, job: Callable[[], T]) -> T:
        """What the job returns or raises."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="stand-in KQL", daemon=True)
                self._thread.start()
        future: Future[T] = Future()
        self._jobs.put((job, future))
        return future.result()

    def close(self) -> None:
        """Let it free what it has, and wait for that."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (given := self._jobs.get()) is not None:
            job, future = given
            try:
                future.set_result(job())
            except BaseException as error:
                future.set_exception(error)
        self._at_end()

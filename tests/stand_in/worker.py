"""The one thread that speaks KQL: V8 belongs to the thread that made it, and an engine to the one that frees it.

All stand-ins of a process share it, so that V8 starts once for many short tests. When nobody has asked for a while it
frees V8, which else keeps a core busy, and starts it again when it is needed.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, ClassVar, TypeVar

from masthead.kql.language import LanguageService

T = TypeVar("T")

IDLE = 5.0
"""Seconds without a question after which V8 is freed."""


class Worker:
    """Runs what it is given, one after the other. Use `shared()`."""

    _shared: ClassVar[tuple[int, Worker] | None] = None
    _making: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        self._jobs: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="stand-in KQL", daemon=True)
        self._thread.start()

    @classmethod
    def shared(cls) -> Worker:
        """The worker of this process, made at the first call; a forked child has its own."""
        with cls._making:
            if cls._shared is None or cls._shared[0] != os.getpid():
                cls._shared = os.getpid(), cls()
                atexit.register(cls._shared[1].close)
            return cls._shared[1]

    def run(self, job: Callable[[], T]) -> T:
        """What the job returns or raises."""
        future: Future[T] = Future()
        self._jobs.put((job, future))
        return future.result()

    def close(self) -> None:
        """End the thread. The interpreter must not end before V8 does."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    def _work(self) -> None:
        try:
            while (given := self._next()) is not None:
                job, future = given
                try:
                    future.set_result(job())
                except BaseException as error:
                    future.set_exception(error)
        finally:
            LanguageService.end_shared()

    def _next(self) -> tuple[Callable[[], Any], Future[Any]] | None:
        try:
            return self._jobs.get(timeout=IDLE)
        except Empty:
            LanguageService.end_shared()
            return self._jobs.get()

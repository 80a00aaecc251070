"""Asking a workspace many things: several at a time, within the limits of the query service."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

AT_A_TIME = 5
"""Queries of one account that the service runs at a time; more wait there, and are refused in the end."""

MOST, PERIOD = 200, 30.0
"""Requests within so many seconds. https://learn.microsoft.com/azure/azure-monitor/service-limits"""


class Askers:
    """Threads that ask. They end with the process: a query that takes minutes must not keep Ctrl-C waiting.

    at_a_time, most, period: the limits. clock, sleep: the time in seconds, for tests.
    """

    def __init__(
        self,
        at_a_time: int = AT_A_TIME,
        most: int = MOST,
        period: float = PERIOD,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._most, self._period, self._clock, self._sleep = most, period, clock, sleep
        self._waiting: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._begun: deque[float] = deque()
        self._lock = threading.Lock()
        for number in range(at_a_time):
            threading.Thread(target=self._run, name=f"masthead-asks-{number}", daemon=True).start()

    def ask(self, question: Callable[[], Any]) -> Future[Any]:
        """What `question` returns or raises, once it has been its turn."""
        future: Future[Any] = Future()
        self._waiting.put((future, question))
        return future

    def _run(self) -> None:
        while True:
            future, question = self._waiting.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                self._wait_for_turn()
                future.set_result(question())
            except BaseException as error:
                future.set_exception(error)

    def _wait_for_turn(self) -> None:
        while True:
            with self._lock:
                now = self._clock()
                while self._begun and now - self._begun[0] >= self._period:
                    self._begun.popleft()
                if len(self._begun) < self._most:
                    self._begun.append(now)
                    return
                pause = self._period - (now - self._begun[0])
            self._sleep(pause)

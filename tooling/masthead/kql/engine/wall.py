"""Bounds the memory of a call by the process's own limit: what asks for more fails, and the process goes on.

DuckDB counts its tables and its rows, but not the texts and trees that a function makes while it runs. Where the system
refuses to give more, DuckDB says that memory is out, as it does at its own limit. Linux only: elsewhere, DuckDB's own
limit must do.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "linux":
    import resource

    _PAGE = resource.getpagesize()

    def _in_use() -> tuple[int, int]:
        """Bytes of data that the process has: asked of the system, and in memory."""
        pages = Path("/proc/self/statm").read_bytes().split()
        return int(pages[5]) * _PAGE, int(pages[1]) * _PAGE


_ASKED_UNUSED = 1 << 30  # bytes that are asked for and not used without any call having failed: stacks, V8, arenas
_LEAST = 1 << 28  # bytes more than it has asked for that a call may have at least


class MemoryWall:
    """The limit of this process while calls run that may grow it; as it was before when none does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls = 0
        self._limit = 0  # bytes
        self._before = -1  # the limit when no call runs; RLIM_INFINITY is −1

    @contextmanager
    def around(self, growth: int) -> Iterator[None]:
        """Within it, the process grows by at most so many bytes; by the sum of them where calls run side by side."""
        if sys.platform != "linux":
            yield
            return
        with self._lock:
            if self._calls == 0:
                self._before = resource.getrlimit(resource.RLIMIT_DATA)[0]
                asked, used = _in_use()
                # What was freed stays asked for, and serves the next call: the limit must not grow by it each time.
                self._limit = max(min(asked, used + _ASKED_UNUSED), asked + _LEAST - growth)
            self._calls += 1
            self._limit += growth
            self._set(self._limit)
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1
                self._limit -= growth
                self._set(self._limit if self._calls else self._before)

    def _set(self, limit: int) -> None:
        """Set the limit, though never above what it was before."""
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if self._before != resource.RLIM_INFINITY:
            limit = self._before if limit == resource.RLIM_INFINITY else min(limit, self._before)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))

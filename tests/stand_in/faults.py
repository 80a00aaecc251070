"""Failures on demand: the Nth request, or those that match, go wrong in one of the ways in which networks do."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from stand_in.messages import Refusal, Request


class Effect(StrEnum):
    """What goes wrong. Those of the first line are answers; in the others, the change has been made after `_AFTER`."""

    THROTTLED = "429"
    FAILED = "500"
    UNAVAILABLE = "503"
    CONFLICT = "409"
    TOKEN_EXPIRED = "401"  # noqa: S105
    TIMEOUT = "time-out"
    TIMEOUT_AFTER = "time-out after the change"
    DROPPED = "dropped"
    DROPPED_AFTER = "dropped after the change"
    TRUNCATED_AFTER = "truncated answer after the change"
    KILLED = "client killed"
    KILLED_AFTER = "client killed after the change"


AFTER = {Effect.TIMEOUT_AFTER, Effect.DROPPED_AFTER, Effect.TRUNCATED_AFTER, Effect.KILLED_AFTER}
"""Those that come when the server has done as it was asked."""


@dataclass(slots=True)
class Fault:
    """One failure.

    nth: it befalls the nth request that matches, from 1, and as many as `times` from there on. method, path: which
    match: a method, and a regular expression (case is ignored) that is found in the path; None matches all, and so do
    requests for tokens only where `path` asks for them. retry_after: seconds, for 429 and 503; None sends no header.
    seconds: how long a time-out is silent. call: what KILLED calls, in the server's thread, before the connection is
    dropped. seen, struck: how many matched, and how many of them it befell.
    """

    effect: Effect
    nth: int = 1
    times: int = 1
    method: str | None = None
    path: str | None = None
    retry_after: float | None = 0.001
    seconds: float = 30.0
    call: Callable[[], None] | None = None
    seen: int = 0
    struck: int = 0

    def befalls(self, request: Request) -> bool:
        """Whether the request goes wrong. It counts."""
        if not self._matches(request):
            return False
        self.seen += 1
        if not self.nth <= self.seen < self.nth + self.times:
            return False
        self.struck += 1
        return True

    def _matches(self, request: Request) -> bool:
        if self.method is not None and request.method != self.method.upper():
            return False
        if self.path is None:
            return not request.for_sign_in
        return re.search(self.path, request.path, re.IGNORECASE) is not None

    def refusal(self) -> Refusal | None:
        """The answer, for those that are one."""
        after = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
        answers = {
            Effect.THROTTLED: (429, "TooManyRequests", "The request is being throttled.", after),
            Effect.FAILED: (500, "InternalServerError", "Encountered an internal server error.", {}),
            Effect.UNAVAILABLE: (503, "ServerBusy", "The server is busy. Please retry.", after),
            Effect.CONFLICT: (409, "Conflict", "Etag does not match. Another request changed the resource.", {}),
        }
        return Refusal(*answers[self.effect]) if self.effect in answers else None


@dataclass(slots=True)
class Faults:
    """The failures that wait. One request suffers from the first that befalls it, and counts for all."""

    waiting: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> Fault:
        """Let a failure wait."""
        with self._lock:
            self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self.waiting.clear()

    @contextmanager
    def during(self, fault: Fault) -> Iterator[Fault]:
        """A failure that waits only within a block."""
        self.add(fault)
        try:
            yield fault
        finally:
            with self._lock:
                self.waiting.remove(fault)

    def of(self, request: Request) -> Fault | None:
        """The failure that befalls the request."""
        with self._lock:
            struck = [fault for fault in self.waiting if fault.befalls(request)]
            return struck[0] if struck else None

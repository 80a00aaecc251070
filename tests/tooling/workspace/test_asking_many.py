"""Asking within the limits of the service."""

from __future__ import annotations

import threading
import time

import pytest

from masthead.workspace.asking_many import Askers


def test_answers_and_errors_come_to_who_asked() -> None:
    askers = Askers()

    def fail() -> None:
        raise ValueError("no")

    asked = [askers.ask(lambda number=number: number * 2) for number in range(20)]
    failed = askers.ask(fail)
    assert [each.result(5) for each in asked] == [number * 2 for number in range(20)]
    with pytest.raises(ValueError, match="no"):
        failed.result(5)


def test_no_more_at_a_time_than_the_service_runs() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    askers = Askers(at_a_time=3)
    for each in [askers.ask(work) for _ in range(12)]:
        each.result(5)
    assert most == 3


def test_no_more_in_a_period_than_the_service_takes() -> None:
    now, begun = [0.0], []

    def sleep(seconds: float) -> None:
        now[0] += seconds

    askers = Askers(at_a_time=1, most=4, period=30, clock=lambda: now[0], sleep=sleep)
    for each in [askers.ask(lambda: begun.append(now[0])) for _ in range(10)]:
        each.result(5)
    assert begun == [0, 0, 0, 0, 30, 30, 30, 30, 60, 60]

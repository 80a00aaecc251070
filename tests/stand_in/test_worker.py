"""The thread that speaks KQL: shared, resting when idle, and honest about failures."""

from __future__ import annotations

import threading
import time

import pytest

from masthead.kql.language import LanguageService
from stand_in import worker
from stand_in.worker import Worker


@pytest.fixture
def one(monkeypatch):
    monkeypatch.setattr(worker, "IDLE", 0.05)
    made = Worker()
    yield made
    made.close()


def columns():
    return LanguageService.shared().analyze("print a = 1", {}).columns


def has_v8():
    return LanguageService._shared.service[1]._v8 is not None


def test_v8_is_freed_while_nobody_asks_and_started_again(one, monkeypatch):
    assert one.run(lambda: (len(columns()), has_v8())) == (1, True)
    time.sleep(0.3)
    assert one.run(has_v8) is False
    assert one.run(lambda: len(columns())) == 1


def test_a_failure_is_that_of_whoever_asked(one):
    with pytest.raises(ZeroDivisionError):
        one.run(lambda: 1 // 0)
    assert one.run(lambda: 2) == 2


def test_all_is_done_in_one_thread_which_all_share():
    names = {Worker.shared().run(lambda: threading.current_thread().name) for _ in range(3)}
    assert names == {"stand-in KQL"}
    assert Worker.shared() is Worker.shared()

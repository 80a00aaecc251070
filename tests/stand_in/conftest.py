"""A stand-in for each test, and Microsoft's clients to talk to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from masthead.workspace.session import Session
from stand_in import StandIn


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as started:
        yield started


@pytest.fixture
def session(stand_in: StandIn) -> Iterator[Session]:
    made = stand_in.session()
    yield made
    made.close()

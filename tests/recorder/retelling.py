"""How what happened on the machine that records is told: at other times, by names that stay, without the machine."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import datetime

from recorder.names import Names
from recorder.timeline import Timeline

CONTROL_PLANE = "aks-control-plane"
"""What the machine is called instead; the leaders write its name into their leases."""


class Retelling(Timeline):
    """The clock of a recording that tells, in a text, names as well as times."""

    def __init__(self, anchors: Sequence[tuple[datetime, datetime]], names: Names) -> None:
        super().__init__(anchors)
        self._names = names
        self._host = socket.gethostname()

    def move_text(self, text: str) -> str:
        return self._names.move_text(super().move_text(text)).replace(f"{self._host}_", f"{CONTROL_PLANE}_")

"""The audit log as it grows: where it stands, whether it rests, and what was written between two moments."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

RESTLESS = (b'"resource":"leases"', b'"resource":"nodes"', b"/api/v1/watch", b'"verb":"watch"', b'"resource":"events"')
"""What is written all the time, whatever else happens."""


class AuditLog:
    """The file that the API server appends events to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rests(self, quiet: float = 0.3, patience: float = 8.0) -> bool:
        """Wait until nothing but routine has been written for `quiet` seconds; False if that takes too long."""
        deadline = time.monotonic() + patience
        last_news, offset = time.monotonic(), self.path.stat().st_size
        while time.monotonic() < deadline:
            time.sleep(0.05)
            with self.path.open("rb") as file:
                file.seek(offset)
                written = file.read()
            complete = written.rfind(b"\n") + 1
            offset += complete
            if any(not any(word in line for word in RESTLESS) for line in written[:complete].splitlines()):
                last_news = time.monotonic()
            if time.monotonic() - last_news >= quiet:
                return True
        return False

    def between(self, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
        """The events whose stage was reached from `start` to before `end`, in the order they were written."""
        with self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    return
                event = json.loads(line)
                if start <= datetime.fromisoformat(event["stageTimestamp"]) < end:
                    yield event

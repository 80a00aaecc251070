"""Measures `masthead coverage` of this repository from the outside: with nothing remembered, and remembered."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
MASTHEAD = Path(sys.executable).with_name("masthead")
REMEMBERED = ROOT / ".masthead/cache/tables-read.json"
TIMES = 5


def seconds() -> float:
    """How long one run takes, its process included."""
    started = time.perf_counter()
    subprocess.run([MASTHEAD, "coverage"], cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - started


def forgetful_seconds() -> float:
    """The same with nothing remembered."""
    REMEMBERED.unlink(missing_ok=True)
    return seconds()


if __name__ == "__main__":
    print(f"coverage, nothing remembered  {min(forgetful_seconds() for _ in range(TIMES)):.2f} s")
    print(f"coverage, remembered          {min(seconds() for _ in range(TIMES)):.2f} s")

"""Room for recursion."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deeper_stack() -> Iterator[None]:
    """Room for the translator's recursion, which its DEPTH_LIMIT bounds: some ten frames a level."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 10_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)

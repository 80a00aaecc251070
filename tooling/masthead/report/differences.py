"""Differences between two texts."""

from __future__ import annotations

import difflib


def difference(path: str, before: str, now: str) -> str:
    """A unified diff that `git apply` and `patch` take; empty when the texts are the same."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), now.splitlines(keepends=True), f"a/{path}", f"b/{path}", n=3
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

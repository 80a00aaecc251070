"""Which files git could not give back."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path


def uncommitted(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Those of the files (relative to `root`) that are there and not committed as they are; all, without git."""
    there = [path for path in paths if (root / path).is_file()]
    if not there:
        return ()
    command = ["git", "-C", str(root), "status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignored", "--"]
    try:
        found = subprocess.run([*command, *there], capture_output=True, timeout=60, check=True)
        top = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "--show-prefix"], capture_output=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return tuple(there)
    prefix = top.stdout.decode().strip()
    # Each entry is two letters, a space and the path from the top of the repository; of a rename two paths.
    changed = {entry[3:] for entry in found.stdout.decode().split("\0")} | set(found.stdout.decode().split("\0"))
    return tuple(path for path in there if prefix + path in changed)

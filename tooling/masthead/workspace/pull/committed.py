"""Which files git could not give back."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path


def uncommitted(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Those of the files (relative to `root`) that are there and not committed as they are; without git, all."""
    there = [path for path in paths if (root / path).is_file()]
    if not there:
        return ()
    try:
        prefix = _git(root, "rev-parse", "--show-prefix").strip()
        told = _git(root, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignored", "--", *there)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return tuple(there)
    # Each file is told by two letters, a space and its path from the top of the repository.
    changed = {entry[3:] for entry in told.split("\0")}
    return tuple(path for path in there if prefix + path in changed)


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, timeout=60, check=True)
    return done.stdout.decode()

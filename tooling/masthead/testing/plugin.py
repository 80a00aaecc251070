"""The pytest plugin: files of cases under a project's tests/detections and tests/hunting are collected as tests.

pytest loads this module in every environment that has Masthead installed, so it imports nothing of Masthead until it
meets a YAML file that lies where cases do.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

_FOLDERS = {"detections", "hunting"}


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The collector for a file of cases; None for every other file."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    parts = file_path.parts
    if not any(above == "tests" and folder in _FOLDERS for above, folder in pairwise(parts)):
        return None
    from masthead.testing.items import collect

    return collect(file_path, parent)

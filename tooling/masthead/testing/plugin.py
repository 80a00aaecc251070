"""The pytest plugin: files of cases under a project's tests/detections and tests/hunting are collected as tests.

pytest loads this module in every environment that has Masthead installed, so it imports nothing of Masthead until it
meets a YAML file that lies where cases do.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

_LONG = 100  # items
_USERS = ("masthead.kql", "masthead.testing.items")  # who may ask the language service, if anybody does
_FOLDERS = {"detections", "hunting", "workbooks"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of Masthead; `masthead test` has them under shorter names."""
    group = parser.getgroup("masthead", "Masthead")
    group.addoption(
        "--masthead-everywhere",
        action="store_true",
        help="Run each detection on every recording with a table that it reads, and say where it fires.",
    )
    group.addoption("--masthead-firings", metavar="FILE", help="With it: write where detections fire as JSON.")
    group.addoption("--masthead-ledger", metavar="FILE", help="Fail where detections fire otherwise than FILE says.")
    group.addoption(
        "--masthead-cache",
        choices=("use", "renew"),
        help="Remember cases that pass. use: run those only of which something has changed since; renew: run all.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read the ledger once, and the memory; for a list of all that fires nothing is skipped."""
    if file := config.getoption("masthead_ledger"):
        from masthead.testing.items import use_ledger

        use_ledger(config, Path(file))
    if (cache := config.getoption("masthead_cache")) and not config.getoption("masthead_everywhere"):
        from masthead.testing.unchanged import UNCHANGED, Unchanged

        config.stash[UNCHANGED] = Unchanged(forget=cache == "renew")
        config.pluginmanager.register(config.stash[UNCHANGED])


def pytest_collection_finish(session: pytest.Session) -> None:
    """In a long session V8 rests between calls; a short one is over before that pays."""
    if len(session.items) >= _LONG and any(name in sys.modules for name in _USERS):
        from masthead.kql.language import LanguageService
        from masthead.kql.language.snapshot import rest_between_calls

        LanguageService.end_shared()
        rest_between_calls()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Where detections fire, when every recording was tried."""
    if not config.getoption("masthead_everywhere"):
        return
    from masthead.testing.everywhere import FIRING, firing_lines, firings_json, read_firings

    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    firings = [
        firing
        for report in reports
        for name, text in getattr(report, "user_properties", ())
        if name == FIRING and report.when == "call"
        for firing in read_firings(text)
    ]
    terminalreporter.section("where detections fire")
    for line in firing_lines(firings):
        terminalreporter.line(line)
    if file := config.getoption("masthead_firings"):
        Path(file).write_text(firings_json(firings), encoding="utf-8", newline="\n")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The collector for a file of cases; None for every other file."""
    if file_path.suffix not in (".yaml", ".yml"):
        return None
    parts = file_path.parts
    if not any(above == "tests" and folder in _FOLDERS for above, folder in pairwise(parts)):
        return None
    from masthead.testing.items import collect

    return collect(file_path, parent)

"""In how many processes cases are run where the user does not say: pytest-xdist's, if it is installed."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from masthead.content.cases import CaseFile
from masthead.content.finding import ContentError
from masthead.content.layout import CASES
from masthead.testing.bench import Bench
from masthead.testing.items import content_of, key_of
from masthead.testing.ledger import Ledger
from masthead.testing.passed import Passed

WORTH_IT = 50
"""Cases for each process, at least: one takes a second or two to read the project, and a while to find its stride."""

_HARMLESS = ("-v", "-q", "-r", "--tb", "--color", "--junit", "--durations", "--no-summary", "--masthead-", "--verbos")
"""How options begin with which a session has the cases that it has without, and need not stay in one process."""


def process_options(
    bench: Bench, paths: Sequence[str], options: Sequence[str], *, everywhere: bool, cache: bool, ledger: Path | None
) -> list[str]:
    """Options for pytest to run the cases at these paths in as many processes as that is worth; none for a single one.

    everywhere: on all recordings too. cache: but for those that passed and of which nothing has changed. ledger: held
    against it.
    """
    chosen = [each for each in options if each.startswith("-") and not each.startswith(_HARMLESS)]
    if chosen or importlib.util.find_spec("xdist") is None:
        return []
    files = list(_files(bench, paths))
    number = sum(len(each.cases) for each in files)
    if everywhere:
        number += len(files) * len(bench.project.recordings)
    elif cache and number >= 2 * WORTH_IT:
        with contextlib.suppress(OSError, ValueError):  # of a ledger that cannot be read, which pytest says
            number = _changed(bench, files, Ledger.read(ledger) if ledger else None)
    processes = min(_cores(), number // WORTH_IT)
    # The cases of one file ask one query: what a process has learnt of it serves them all.
    return [f"--numprocesses={processes}", "--dist=loadfile"] if processes > 1 else []


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _files(bench: Bench, paths: Sequence[str]) -> Iterator[CaseFile]:
    """The files of cases that can be read. Of a case that is named by itself, the whole file."""
    chosen = [Path(each.partition("::")[0]) for each in paths]
    for file in bench.project.files:
        path = bench.project.root / file.path
        if file.kind in CASES and any(path == each or each in path.parents for each in chosen):
            try:
                cases = bench.project.read(file)
            except ContentError:
                continue
            assert isinstance(cases, CaseFile)
            yield cases


def _changed(bench: Bench, files: Sequence[CaseFile], ledger: Ledger | None) -> int:
    """How many cases did not pass as they are now."""
    passed = Passed(bench.project.root)
    number = 0
    for cases in files:
        try:
            content = content_of(cases, bench.project)
        except ContentError:
            continue
        number += sum(key_of(case, content, bench, ledger) not in passed for case in cases.cases)
    return number

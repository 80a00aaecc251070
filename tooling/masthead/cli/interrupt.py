"""Long work on a thread of its own, so that Ctrl-C ends the command at once, with a sign of life meanwhile."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar

T = TypeVar("T")

INTERRUPTED = 130
_STACK = 64 * 1024 * 1024  # bytes: the translator recurses, and the threads of some systems have little
_QUIET = 0.5  # seconds without a sign of life


def interruptible(work: Callable[[], T], what: str | Callable[[], str]) -> T:
    """What `work` returns or raises. `what` it does is shown on stderr, if that is a terminal; a function says it anew.

    On Ctrl-C the process ends with 130. DuckDB and V8 would first have to come back to Python, which may take long.
    """
    result: list[Any] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:
            errors.append(error)
        finally:
            _end_language_service()

    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=run, name="masthead-work", daemon=True)
        thread.start()
    finally:
        threading.stack_size(before)
    try:
        _wait(thread, what)
    except KeyboardInterrupt:
        sys.stdout.flush()
        print("interrupted", file=sys.stderr, flush=True)
        os._exit(INTERRUPTED)
    if errors:
        raise errors[0]
    return result[0]


def _end_language_service() -> None:
    """The thread's own language service ends with the thread, and not at some time after it."""
    if service := sys.modules.get("masthead.kql.language.service"):
        service.LanguageService.end_shared()


def _wait(thread: threading.Thread, what: str | Callable[[], str]) -> None:
    thread.join(_QUIET)
    progress = None
    with ExitStack() as stack:
        if thread.is_alive() and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            progress = stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
            task = progress.add_task(_said(what), total=None)
        while thread.is_alive():
            thread.join(0.1)
            if progress:
                progress.update(task, description=_said(what))


def _said(what: str | Callable[[], str]) -> str:
    return what if isinstance(what, str) else what()

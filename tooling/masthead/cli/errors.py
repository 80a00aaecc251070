"""What a user is told when a command stops on an exception.

Content and queries that cannot be used are the user's to mend: their messages say where and how. Anything else is a
defect of Masthead; it gets one line and the way to the traceback, since a traceback helps only who can change the code.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from masthead.workspace.errors import WorkspaceError

FOUND, MISUSE = 1, 2
DEBUG = "MASTHEAD_DEBUG"

_MISUSE_CODES = frozenset({"MH001", "MH010", "MH019"})
"""Findings about what the command was given (a path, the settings), not about what the content says."""


def report(error: Exception) -> int:
    """Print what `error` means to the user on stderr; the exit code. Raises it again when MASTHEAD_DEBUG is set."""
    from masthead.content.finding import ContentError

    if os.environ.get(DEBUG):
        raise error
    if isinstance(error, ContentError):
        from masthead.report.findings_human import human_lines

        print(*human_lines(error.findings, colour=sys.stderr.isatty()), sep="\n", end="", file=sys.stderr)
        return MISUSE if all(finding.code in _MISUSE_CODES for finding in error.findings) else FOUND
    if (about := _about_a_workspace(error)) is not None:
        print(f"error: {_printable(about.message)}", file=sys.stderr)
        if about.hint:
            print(f"  hint: {_printable(about.hint)}", file=sys.stderr)
        return MISUSE if about.misuse else FOUND
    if _is_about_a_query(error):
        print(f"error: {_printable(str(error))}", file=sys.stderr)
        return FOUND
    print(f"error: {_printable(_unexpected(error))}", file=sys.stderr)
    return MISUSE


def _is_about_a_query(error: Exception) -> bool:
    # A query's errors can be raised only by a module that is already loaded; importing it here would cost more than
    # the whole command.
    language, engine = sys.modules.get("masthead.kql.language.service"), sys.modules.get("masthead.kql")
    kinds = [getattr(language, "LanguageError", None), getattr(engine, "KqlError", None)]
    return isinstance(error, tuple(kind for kind in kinds if kind))


def _about_a_workspace(error: Exception) -> WorkspaceError | None:
    module = sys.modules.get("masthead.workspace.errors")  # likewise
    return error if module and isinstance(error, module.WorkspaceError) else None


def _unexpected(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {(error.strerror or str(error)).lower()}"
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    return (
        f"Masthead failed ({what}).\nThis is a defect of Masthead, not of your content. "
        f"Set {DEBUG}=1 to see the traceback, and please report it."
    )


def _printable(message: str) -> str:
    from masthead.report.excerpt import visible

    return "\n".join(visible(line) for line in message.splitlines())

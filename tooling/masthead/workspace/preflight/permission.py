"""Looking at what the account may not be permitted to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from masthead.workspace.errors import WorkspaceError
from masthead.workspace.refusals import translated
from masthead.workspace.session import Session

T = TypeVar("T")


def if_permitted(session: Session, action: str, look: Callable[[], T]) -> tuple[T | None, str | None]:
    """What `look` finds; or None, and the words for why the account may not look and which role it lacks.

    Raises WorkspaceError for all else that goes wrong.
    """
    try:
        with translated(session.workspace, action):
            return look(), None
    except WorkspaceError as error:
        if getattr(error.__cause__, "status_code", None) != 403:
            raise
        return None, " ".join(filter(None, (f"{error.message}.", error.hint)))

"""What a user is told when a workspace cannot be reached, or refuses."""

from __future__ import annotations


class WorkspaceError(Exception):
    """Something about the workspace, the account or the plan that the user can mend.

    `message` says what is wrong, `hint` what to do. `misuse`: the command could not do what it was asked (exit code 2),
    rather than having found something (1). Neither ever holds a token or a secret.
    """

    def __init__(self, message: str, hint: str | None = None, *, misuse: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.misuse = misuse

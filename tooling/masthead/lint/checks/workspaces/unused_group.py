from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.workspaces._described import workspaces
from masthead.lint.overview import Overview


class UnusedGroup(ProjectCheck):
    """A group that no workspace belongs to.

    A group counts only in the workspaces that name it under `groups`.

    **Anti-pattern**: a group `production`, expected to count for the workspace `production` by its name.

    **Best practice**: `groups: [production]` in the workspace.

    Source: the design of this project.
    """

    code = "MH878"
    slug = "unused-group"
    severity = Severity.WARNING

    def check(self, overview: Overview) -> Iterable[Finding]:
        described = workspaces(overview)
        document = described[0].document if described else None
        used = {group for workspace in described for group in workspace.groups}
        for group in (document.data.get("groups") or {}) if document else ():
            if group not in used:
                hint = f"Write groups: [{group}] in the workspaces that it is for, or remove it."
                message = f"no workspace belongs to the group {group}"
                yield self.in_document(document, message, ("groups", group), key=True, hint=hint)

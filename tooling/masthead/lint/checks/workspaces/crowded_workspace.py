from __future__ import annotations

from collections.abc import Iterable, Iterator

from masthead.content.finding import Finding, Severity
from masthead.content.layout import Kind
from masthead.content.workspaces import Workspace
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.limits.too_many_rules import LIMITS
from masthead.lint.checks.workspaces._described import workspaces
from masthead.lint.overview import Overview


class CrowdedWorkspace(ProjectCheck):
    """More enabled rules for a workspace than it runs.

    A workspace runs 512 scheduled and 50 NRT rules. Those that it gets from this project are counted, as its overrides
    have them; what else it runs, lint does not know. A workspace on a dedicated cluster can have more: hence a warning.

    **Anti-pattern**: everything for everybody, and rules for products that nobody there has.

    **Best practice**: `include` or `exclude` by use case; `enabled: false` for what is not needed there.

    Source: <https://learn.microsoft.com/azure/sentinel/sentinel-service-limits>
    """

    code = "MH876"
    slug = "crowded-workspace"
    severity = Severity.WARNING

    def check(self, overview: Overview) -> Iterable[Finding]:
        for workspace in workspaces(overview):
            assert workspace.document is not None
            enabled = list(_enabled(overview, workspace))
            for nrt, (kind, limit) in LIMITS.items():
                count = enabled.count(nrt)
                if count > limit:
                    message = f"{workspace.name} gets {count} enabled {kind} rules; a workspace runs {limit}"
                    hint = "Exclude some of them, or disable some with an override."
                    yield self.in_document(workspace.document, message, workspace.at, key=True, hint=hint)


def _enabled(overview: Overview, workspace: Workspace) -> Iterator[bool]:
    """Of each rule that is enabled in the workspace, whether it is an NRT rule."""
    for file in overview.project.files:
        if file.kind is Kind.DETECTION and workspace.gets(file.path) and (rule := overview.rule(file)):
            override = workspace.deciding(file.path).get("enabled")
            if override.enabled if override else rule.enabled:
                yield rule.nrt

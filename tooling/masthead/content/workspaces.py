"""Workspaces: where content is deployed to, and what differs there. They stand in `workspaces.yaml` at the root."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from masthead.content.document import Document, ValuePath
from masthead.content.patterns import matches, matches_any

FIELDS = {"enabled": "enabled", "severity": "severity", "trigger_threshold": "triggerThreshold", "rows": "rows"}
"""What an override can say: as `Override` calls it, and as the file does."""


class Cloud(StrEnum):
    """Which of Microsoft's clouds a workspace is in."""

    PUBLIC = "public"
    US_GOVERNMENT = "usgovernment"
    CHINA = "china"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What a workspace, or a group of them, has otherwise than the content says.

    `pattern` names the content: its path without the suffix, as `detections/rbac/cluster-admin-granted`, with `*` for
    several. What is None stays as it is. `rows`: path of a CSV file (relative to the root) in place of a watchlist's
    own. `document` and `at`: where it is written.
    """

    pattern: str
    enabled: bool | None = None
    severity: str | None = None
    trigger_threshold: int | None = None
    rows: str | None = None
    document: Document
    at: ValuePath


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A Log Analytics workspace with Sentinel.

    name: what the project calls it. subscription: its id. workspace: its name in Azure. tenant: id of the directory to
    sign in to, None for that of the account. owner: by which Masthead knows again what it has deployed there; another
    project that deploys to the same workspace has another. include, exclude: patterns like those of `Override`, which
    content is deployed; everything if `include` is empty. overrides: those of its groups first, then its own; later
    ones win. document, at: where it is written, None for a workspace that no file describes.
    """

    name: str
    subscription: str
    resource_group: str
    workspace: str
    cloud: Cloud = Cloud.PUBLIC
    tenant: str | None = None
    location: str | None = None
    owner: str = "masthead"
    groups: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    document: Document | None = None
    at: ValuePath = ()

    @property
    def resource_id(self) -> str:
        """The id of the workspace in Azure."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.OperationalInsights/workspaces/{self.workspace}"
        )

    def gets(self, path: str) -> bool:
        """Whether the content at `path` is deployed to it: included, or nothing is said, and not excluded."""
        return (not self.include or matches_any(self.include, path)) and not matches_any(self.exclude, path)

    def deciding(self, path: str) -> dict[str, Override]:
        """For each of `FIELDS` in which the content at `path` is otherwise here, the override that decides it: the last
        that names the content and says anything of the field."""
        naming = [each for each in self.overrides if matches(each.pattern, path)]
        return {field: each for each in naming for field in FIELDS if getattr(each, field) is not None}

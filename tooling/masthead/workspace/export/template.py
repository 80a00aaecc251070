"""What a template says, before it is written in one of the two languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from masthead.content.finding import visible
from masthead.content.workspaces import Workspace
from masthead.workspace.resources import Desired, ResourceKind

PARAMETER = "workspace"
"""The parameter that Sentinel fills in with the name of the workspace."""

MADE_FROM = "Made by Masthead from"
"""By which words an exported file is known again."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of something in the workspace that the template is deployed to: the workspace's own, and what follows."""

    rest: str = ""


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A type of resource as templates name it.

    Sentinel takes a file only if all its types are among those of its content types, and spelt like this: as a child of
    the workspace, not as an extension of it. infix: what stands between the name of the workspace and that of the
    resource; None for a resource beside the workspace. overwrites: whether an etag must allow that it is there already.
    """

    name: str
    version: str
    infix: str | None = "/Microsoft.SecurityInsights/"
    overwrites: bool = False


_PROVIDERS = "Microsoft.OperationalInsights/workspaces/providers"
_SAVED_SEARCH = ResourceType("Microsoft.OperationalInsights/workspaces/savedSearches", "2025-07-01", "/", True)

TYPES = {
    ResourceKind.FUNCTION: _SAVED_SEARCH,
    # No stable version knows NRT rules or sub-techniques.
    ResourceKind.DETECTION: ResourceType(f"{_PROVIDERS}/alertRules", "2025-07-01-preview"),
    ResourceKind.HUNTING_QUERY: _SAVED_SEARCH,
    ResourceKind.WORKBOOK: ResourceType("Microsoft.Insights/workbooks", "2023-06-01", None),
    ResourceKind.AUTOMATION_RULE: ResourceType(f"{_PROVIDERS}/automationRules", "2025-09-01"),
}
"""Of the kinds that Sentinel takes from a repository; it takes no watchlists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One resource. source: the content file. body: like that of `Desired`, with `Reference`s in it."""

    type: ResourceType
    id: str
    source: str
    body: Mapping[str, Any]

    @property
    def comment(self) -> str:
        """Where it comes from, for whoever opens it."""
        return f"{MADE_FROM} {visible(self.source)}; change that file, and export again."


def template(desired: Desired, workspace: Workspace) -> Template:
    """The template for a resource that was made for `workspace`, whose ids become those of any other."""
    body = {name: value for name, value in desired.body.items() if name != "location"}
    return Template(
        type=TYPES[desired.key.kind],
        id=desired.key.id,
        source=desired.path,
        body=_referring(body, workspace.resource_id),
    )


def _referring(value: Any, workspace_id: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _referring(each, workspace_id) for name, each in value.items()}
    if isinstance(value, list):
        return [_referring(each, workspace_id) for each in value]
    if isinstance(value, str) and (value == workspace_id or value.startswith(workspace_id + "/")):
        return Reference(value.removeprefix(workspace_id))
    return value

"""All files of an export: the templates of what a workspace gets, and Sentinel's configuration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from masthead.content.patterns import named
from masthead.content.project import Project
from masthead.content.workspaces import Workspace
from masthead.workspace.dependencies import dependencies
from masthead.workspace.desired import desired
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.export import arm, bicep
from masthead.workspace.export.config import CONFIG, config_text
from masthead.workspace.export.language import Language
from masthead.workspace.export.template import TYPES, template
from masthead.workspace.resources import Desired

ANYWHERE = Workspace(
    name="export",
    subscription="00000000-0000-0000-0000-000000000000",
    resource_group="any",
    workspace="any",
)
"""Stands for the workspace where none is named: it gets everything, and its ids become the template's parameter."""


_WRITERS = {Language.ARM: (arm.SUFFIX, arm.arm_text), Language.BICEP: (bicep.SUFFIX, bicep.bicep_text)}


@dataclass(frozen=True, slots=True)
class Export:
    """The files by their path, and what Sentinel's repositories do not take."""

    files: dict[str, str]
    left_out: tuple[Desired, ...]


def export(project: Project, language: Language, workspace: Workspace = ANYWHERE) -> Export:
    """The export of what the workspace gets. Raises ContentError like `desired`; WorkspaceError for two files that
    would be one."""
    found = desired(project, workspace, tables=False)
    taken = [each for each in found if each.key.kind in TYPES]
    suffix, write = _WRITERS[language]
    files: dict[str, str] = {}
    sources: dict[str, str] = {}
    for each in taken:
        path = file_name(each.path, suffix)
        if path in files:
            hint = "Give one of them another name."
            raise WorkspaceError(f"{sources[path]} and {each.path} would both be exported as {path}", hint)
        files[path], sources[path] = write(template(each, workspace)), each.path
    files[CONFIG] = config_text([file_name(each.path, suffix) for each in _depended_on(taken)])
    return Export(files, tuple(each for each in found if each.key.kind not in TYPES))


def file_name(path: str, suffix: str) -> str:
    """The file of the template for the content at `path`: the mirrored one.

    Sentinel passes over what it takes for files of parameters and of its own: `*.parameters*`, `*metadata.json` and
    `bicepconfig.json`. So no name has a dot in it, and one that would end so ends otherwise.
    """
    folder, _, name = named(path).rpartition("/")
    name = name.replace(".", "-")
    if name.lower().endswith(("metadata", "bicepconfig")):
        name += "-content"
    return f"{folder}/{name}{suffix}"


def _depended_on(found: Sequence[Desired]) -> Iterable[Desired]:
    """What others depend on, before those that depend on it."""
    needs = dependencies(found)
    needed = frozenset().union(*needs.values())
    # What something needs is needed in turn by all that needs it: so it has fewer of its own.
    return sorted((each for each in found if each.key in needed), key=lambda each: len(needs[each.key]))

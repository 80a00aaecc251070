"""What a pull would write: new files, changes of files that are there, and what it leaves, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from masthead.content.finding import ContentError, Finding
from masthead.content.model import Content, Detection
from masthead.content.patterns import named
from masthead.content.project import Project
from masthead.content.workspaces import Workspace
from masthead.workspace.contents import RESOURCES, key_of
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.live import LiveState, is_content
from masthead.workspace.ownership import resource_path
from masthead.workspace.pull.converted import Inexpressible
from masthead.workspace.pull.names import Selection, new_path
from masthead.workspace.pull.new_files import new_files
from masthead.workspace.pull.own_files import changed_files
from masthead.workspace.resources import Key, ResourceKind

_MARK = b"\xef\xbb\xbf"
"""The byte order mark that some editors put first; it stays."""

_ORDER = {kind: number for number, kind in enumerate(ResourceKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A resource that becomes files: their texts by path. fields: what changes in a file that is there; none for a new
    one. notes: what to know about it."""

    key: Key
    title: str
    files: Mapping[str, str]
    fields: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """A resource that is not pulled, and why."""

    key: Key
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """All of a pull. unchanged: how many are as the content, or the last deployment, has them. others: how many saved
    searches are neither functions nor hunting queries."""

    pulled: tuple[Pulled, ...]
    left: tuple[Left, ...]
    unchanged: int
    others: int


@dataclass(slots=True)
class _Found:
    pulled: list[Pulled] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    unchanged: int = 0
    others: int = 0


def pull(
    project: Project, workspace: Workspace, state: LiveState, selection: Selection, *, apart: bool = False
) -> Pull:
    """What to write of the workspace. apart: everything as new files, though the project has some of it.

    Raises ContentError for content that cannot be read, as it may be what is pulled; WorkspaceError for a pattern that
    names nothing.
    """
    contents = [] if apart else _readable(project)
    own = {key_of(each): each for each in contents}
    taken = {file.path for file in (() if apart else project.files)}
    # What automation rules may name: the detections that the workspace gets, and those that are pulled before them.
    gets = [each for each in contents if workspace.gets(each.path)]
    rules = {_id(workspace, each): named(each.path) for each in gets if isinstance(each, Detection)}
    found = _Found()
    met: set[str] = set()
    for live in sorted(state.resources.values(), key=lambda each: (_ORDER[each.key.kind], each.title, each.key.id)):
        content = own.get(live.key)
        path = content.path if content else new_path(live.key.kind, live.title, live.key.id, taken)
        if not selection.takes(live.key, path, live.key in state.owned or live.key in own):
            continue
        met.update(each for each in selection.patterns if Selection(patterns=(each,)).takes(live.key, path, True))
        if live.key.kind is ResourceKind.HUNTING_QUERY and not is_content(live):
            found.others += 1
            continue
        taken.add(path)
        try:
            if content:
                made = changed_files(project, workspace, content, live, state.owned.get(live.key), gets, rules)
            else:
                made = new_files(workspace, path, live, gets, rules)
        except Inexpressible as reason:
            found.left.append(Left(live.key, live.title, str(reason)))
        except ContentError as error:
            found.left.append(Left(live.key, live.title, _said(error.findings)))
        else:
            if made is None:
                found.unchanged += 1
            else:
                if not content:
                    gets.append(made.content)
                    rules[_id(workspace, made.content)] = named(path)
                found.pulled.append(
                    Pulled(key=live.key, title=live.title, files=made.files, fields=made.fields, notes=made.notes)
                )
    _refuse_unmet(selection, met, workspace)
    return Pull(pulled=tuple(found.pulled), left=tuple(found.left), unchanged=found.unchanged, others=found.others)


def write(root: Path, pulled: Iterable[Pulled]) -> None:
    """Write the files below `root`. Raises OSError."""
    for each in pulled:
        for path, text in each.files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            marked = place.is_file() and place.read_bytes().startswith(_MARK)
            place.write_bytes((_MARK if marked else b"") + text.encode())


def _readable(project: Project) -> list[Content]:
    contents: list[Content] = []
    findings: list[Finding] = []
    for file in project.files:
        if file.kind in RESOURCES:
            try:
                contents.append(project.read(file))
            except ContentError as error:
                findings += error.findings
    if findings:
        raise ContentError(findings)
    return contents


def _id(workspace: Workspace, content: Content) -> str:
    """The id in Azure by which automation rules name a detection."""
    return resource_path(workspace, key_of(content)).lower()


def _said(findings: tuple[Finding, ...]) -> str:
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"content cannot be like that: {findings[0].message}{more}"


def _refuse_unmet(selection: Selection, met: set[str], workspace: Workspace) -> None:
    for pattern in selection.patterns:
        if pattern not in met:
            hint = (
                "Patterns are paths without an ending, with * for several: detections/rbac/*, or detections/pulled/*."
            )
            raise WorkspaceError(f'"{pattern}" names nothing that {workspace.name} has', hint)

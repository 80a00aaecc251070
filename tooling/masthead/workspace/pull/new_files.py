"""The files of a resource that the content does not have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from masthead.content.model import Content
from masthead.content.workspaces import Workspace
from masthead.workspace.changes import FieldChange
from masthead.workspace.pull.content import convert
from masthead.workspace.pull.converted import Inexpressible
from masthead.workspace.pull.proof import remaining
from masthead.workspace.pull.watchlist import columns, rows_text
from masthead.workspace.pull.workbook import json_text
from masthead.workspace.pull.yaml_text import write_yaml
from masthead.workspace.resources import Live, ResourceKind


@dataclass(frozen=True, slots=True)
class Made:
    """Files by path, the content they are, the fields in which it differs from before, and what to know about it."""

    files: dict[str, str]
    content: Content
    fields: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def new_files(
    workspace: Workspace, path: str, live: Live, contents: Iterable[Content], rules: Mapping[str, str]
) -> Made:
    """The files at `path` and beside it. Raises Inexpressible and ContentError for what content cannot say."""
    made = convert(live, rules)
    if live.key.kind is ResourceKind.WORKBOOK:
        files = {path: json_text(made.data)}
    else:
        files = {path: write_yaml(made.data, made.comments)}
    if live.key.kind is ResourceKind.WATCHLIST:
        files[PurePosixPath(path).with_suffix(".csv").as_posix()] = rows_text(live, columns(live))
    content, differing = remaining(files, path, live, contents, workspace)
    refuse(differing, made.may_differ)
    return Made(files, content, notes=made.notes)


def refuse(differing: Iterable[FieldChange], may_differ: frozenset[str]) -> None:
    """Raise Inexpressible when more than what may differ does."""
    if lost := sorted({each.field for each in differing} - may_differ):
        raise Inexpressible(f"content cannot say what it has as {', '.join(lost)}")

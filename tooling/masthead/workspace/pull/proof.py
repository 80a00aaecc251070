"""Reads files that are to be written, as they will be read, and compares what they say with the workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from masthead.content.layout import ContentFile, kind_of
from masthead.content.model import Content
from masthead.content.project import Project
from masthead.content.watchlists import Watchlist
from masthead.content.workspaces import Workspace
from masthead.workspace.changes import FieldChange, changes
from masthead.workspace.contents import key_of, overridden
from masthead.workspace.desired import body_of
from masthead.workspace.normal import normal
from masthead.workspace.resources import Desired, Live


def wanted(content: Content, contents: Iterable[Content], workspace: Workspace) -> Desired:
    """What the content wants there; its overrides are applied already. Raises ContentError like `body_of`."""
    body = body_of(content, contents, workspace)
    return Desired(
        key=key_of(content),
        title=body["properties"]["displayName"],
        body=body,
        path=content.path,
        version=getattr(content, "version", None),
        items=content.rows if isinstance(content, Watchlist) else None,
    )


def remaining(
    files: Mapping[str, str], path: str, live: Live, contents: Iterable[Content], workspace: Workspace
) -> tuple[Content, tuple[FieldChange, ...]]:
    """The content at `path` if it were as `files` have it, and what its deployment would change at the live resource.

    `files` are all that it consists of, by their paths. Raises ContentError when they cannot be read.
    """
    kind = kind_of(path)
    assert kind is not None
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            place = Path(folder) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode())
        project = Project(Path(folder))
        content = overridden(project.read(ContentFile(path, kind)), workspace, project)
        return content, changes(normal(live), normal(wanted(content, contents, workspace)))

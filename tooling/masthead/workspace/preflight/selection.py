"""Which content a preflight asks for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from masthead.content.discovery import find_content
from masthead.content.finding import ContentError, finding
from masthead.content.model import Content, Detection, HuntingQuery
from masthead.content.project import Project
from masthead.content.workbooks import Workbook
from masthead.content.workspaces import Workspace
from masthead.workspace.contents import contents_for


def selected(project: Project, workspace: Workspace, paths: Iterable[Path]) -> list[Content]:
    """The rules, hunting queries and workbooks that the workspace gets and `paths` name; all of them if they name none.

    Raises ContentError for content that cannot be used, and for paths that hold none of it.
    """
    contents = [
        each for each in contents_for(project, workspace) if isinstance(each, Detection | HuntingQuery | Workbook)
    ]
    chosen = list(paths)
    if not chosen:
        return list(contents)
    named = {file.path for file in find_content(project.root, chosen)}
    found: list[Content] = [each for each in contents if each.path in named]
    if not found:
        hint = "Name rules, hunting queries or workbooks that the workspace gets."
        where = chosen[0].as_posix()
        raise ContentError(finding("MH010", f"nothing here reads tables of {workspace.name}", where, hint=hint))
    return found

"""masthead export"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from masthead.workspace.export.language import Language


def command(
    language: Annotated[Language, typer.Argument(metavar="arm|bicep", help="JSON of Resource Manager, or Bicep.")],
    workspace: Annotated[
        str | None,
        typer.Option("--workspace", metavar="NAME", help="What this workspace gets, with its overrides; else all."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The folder to write to, build/arm or build/bicep.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if something would change.")] = False,
) -> int:
    """Make templates for Sentinel's own Repositories feature.

    Each piece of content becomes a template in DIR/FOLDER/USE-CASE/NAME, with the parameter `workspace` that Sentinel
    fills in; DIR/sentinel-deployment.config names those that others need, to be deployed first. DIR is the root of the
    repository that Sentinel is connected to. The same content always gives the same bytes. Templates of content that is
    gone are removed; files that no export has written are left alone.

    Sentinel takes analytics rules, hunting queries, functions, workbooks and automation rules in this way, but no
    watchlists; and it deletes nothing that has left the repository. `masthead deploy` does both.

    Exit codes: 0; with --check 1 if something would change; 1 if content could not be used; 2 misuse.
    """
    from masthead.content.project import Project, find_root
    from masthead.workspace.connect import find_workspace
    from masthead.workspace.export.files import ANYWHERE, export
    from masthead.workspace.export.folder import apply, changes

    project = Project.load(find_root(Path()))
    found = export(project, language, find_workspace(project, workspace) if workspace else ANYWHERE)
    folder = out or Path("build") / language
    change = changes(folder, found.files)
    if not check:
        apply(folder, found.files, change)
    would = "would be " if check else ""
    for path, done in [(path, "written") for path in change.written] + [(path, "removed") for path in change.removed]:
        typer.echo(f"{(folder / path).as_posix()}: {would}{done}")
    for each in found.left_out:
        typer.echo(f"{each.path}: left out: Sentinel's repositories take no {each.key.kind}s")
    count = f"{len(found.files)} file{'' if len(found.files) == 1 else 's'}"
    typer.echo(f"{count}: {len(change.written)} {would}written, {len(change.removed)} {would}removed")
    return 1 if check and (change.written or change.removed) else 0

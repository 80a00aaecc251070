"""masthead pull"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Its name in workspaces.yaml, or demo.")],
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KIND|PATTERN]...", help="Detections, hunting, …, or content by path; all if none."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="DIR", help="Write everything below this folder, and leave the project alone."),
    ] = None,
    ours: Annotated[bool, typer.Option("--ours", help="Only what the content has, or Masthead deployed.")] = False,
    foreign: Annotated[bool, typer.Option("--foreign", help="Only what others made.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; print what would change.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite even what git could not give back.")] = False,
) -> int:
    """Write what a workspace has back to content files.

    What the project has already, by its id, is changed in its own file: only the values that somebody changed in the
    portal, and the rest of the file stays as it is. What is as it was deployed is left alone. What the project does not
    have becomes a new file, in the folder `pulled` in place of a use case: rules, hunting queries, functions,
    watchlists with their rows, workbooks as Azure's JSON, automation rules. What content cannot say is listed with the
    reason.

    Kinds are detections, hunting, functions, watchlists, workbooks and automation. A pattern names content by its path
    without the ending, as detections/rbac/*; new files count by the path they would have.

    Exit codes: 0; 1 if content cannot be used; 2 misuse, or files that git could not give back.
    """
    import sys

    from masthead.content.project import Project, find_root
    from masthead.report.pull import pull_difference, pull_lines
    from masthead.workspace.connect import connect
    from masthead.workspace.errors import WorkspaceError
    from masthead.workspace.live import read_live
    from masthead.workspace.pull.committed import uncommitted
    from masthead.workspace.pull.names import Whose, selection
    from masthead.workspace.pull.pulling import pull, write
    from masthead.workspace.resources import ResourceKind

    if ours and foreign:
        raise typer.BadParameter("name one of --ours and --foreign, or neither for all", param_hint="--foreign")
    project = Project.load(find_root(Path()))
    whose = Whose.OURS if ours else Whose.FOREIGN if foreign else Whose.ALL
    chosen = selection(what or (), whose)
    session = connect(project, workspace)
    everything = chosen.may_take(ResourceKind.WATCHLIST) and not ours
    state = read_live(session, None if everything else [each.alias for each in project.watchlists.readable()])
    found = pull(project, session.workspace, state, chosen, apart=into is not None)
    root = into or project.root
    if dry_run:
        sys.stdout.write(pull_difference(found, root, terminal=sys.stdout.isatty()))
    else:
        paths = [path for each in found.pulled for path in each.files]
        if not force and (changed := uncommitted(root, paths)):
            hint = "Commit them first, or overwrite them with --force."
            raise WorkspaceError(f"git could not give back {', '.join(changed)}", hint)
        write(root, found.pulled)
    for line in pull_lines(found, would=dry_run):
        typer.echo(line, err=dry_run)
    if into is None and any(not each.fields for each in found.pulled):
        typer.echo(f"What is new is not Masthead's yet: masthead plan {workspace} --adopt PATTERN", err=dry_run)
    return 0

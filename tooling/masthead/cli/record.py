"""masthead record"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def command(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Its name in workspaces.yaml, or demo.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the recording: its path below tests/recordings.")],
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="The first moment, like 2026-01-31T08:00Z.")],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="The moment after the last.")],
    table: Annotated[
        list[str] | None, typer.Option("--table", metavar="TABLE", help="All its rows; repeat it.")
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="KQL", help="The rows of one table it returns.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="What happens in it, in a few words.")] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", metavar="VALUE", help="A value that is nobody's; repeat it.")
    ] = None,
    seed: Annotated[str | None, typer.Option("--seed", help="What pseudonyms hang on; keep it to yourself.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="In place of the recording of that name.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, and write nothing.")] = False,
) -> int:
    """Record rows of a workspace to test with, scrubbed.

    Fetches the rows, in pieces where the service does not give all at once, and writes them as a recording. Before,
    what is somebody's is taken out: names of people, hosts, resources, repositories and organizations, mailboxes,
    addresses and ids get pseudonyms, the same for the same in all tables, in JSON and within texts. Words that no
    product, query or description of the project has get one, too, so what nobody has thought of is lost and not leaked.
    Secrets are removed. Which pseudonym stands for what is kept nowhere. If anything of the original is still there,
    nothing is written.

    Exit codes: 0; 1 when there are no rows; 2 misuse.
    """
    from masthead.content.project import Project, find_root
    from masthead.report.recorded import render_recorded
    from masthead.workspace.connect import connect
    from masthead.workspace.record.recorder import Wanted, record

    project = Project.load(find_root(Path()))
    wanted = Wanted(
        name=name,
        tables=tuple(table or ()),
        query=query,
        start=_moment("--from", start),
        end=_moment("--to", end),
        title=title,
        keep=tuple(keep or ()),
        seed=seed,
        replace=replace,
    )
    recorded = record(project, connect(project, workspace), wanted, dry_run=dry_run)
    typer.echo(render_recorded(recorded, project.root, dry_run=dry_run), nl=False)
    return 0


def _moment(option: str, text: str) -> datetime:
    from masthead.content.instants import parse_instant
    from masthead.workspace.errors import WorkspaceError

    try:
        return parse_instant(text)
    except ValueError as error:
        raise WorkspaceError(f"{option}: {error}", "Write it with its hour, as 2026-01-31T08:00Z.") from None

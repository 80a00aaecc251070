"""masthead drift"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from masthead.cli.plan import PATHS, WORKSPACE, Format


def command(
    workspace: Annotated[str, WORKSPACE],
    paths: Annotated[list[str] | None, PATHS] = None,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="For people, for programs, or for an issue.")
    ] = Format.HUMAN,
) -> int:
    """Show what somebody has changed since it was deployed.

    For a nightly job. What was changed or deleted in the portal is shown field by field, from what is there to what the
    content says, with who changed it where the workspace's logs tell, and rules that Sentinel has disabled with its
    reason. `masthead deploy` puts it back; `masthead pull` takes it over into the content.

    Exit codes: 0 no drift, 1 drift, 2 misuse.
    """
    from masthead.content.project import Project, find_root
    from masthead.workspace.connect import connect
    from masthead.workspace.prepare import Options, prepare

    project = Project.load(find_root(Path()))
    options = Options(paths=tuple(paths or ()))
    plan = prepare(project, connect(project, workspace), options).plan
    if format is Format.JSON:
        import json

        from masthead.workspace.plan_file import drift_data

        text = json.dumps(drift_data(plan), ensure_ascii=False, indent=1) + "\n"
    elif format is Format.MARKDOWN:
        from masthead.report.plan_markdown import drift_markdown

        text = drift_markdown(plan)
    else:
        from masthead.report.plan_human import plan_lines

        text = "\n".join(plan_lines(plan, colour=sys.stdout.isatty(), drift_only=True)) + "\n"
    typer.echo(text, nl=False)
    return 1 if plan.drifted else 0

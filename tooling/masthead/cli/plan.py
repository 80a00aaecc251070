"""masthead plan"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

WORKSPACE = typer.Argument(metavar="WORKSPACE", help="Its name in workspaces.yaml, or demo.")
PATHS = typer.Argument(metavar="[PATH]...", help="Only this content, by path or pattern, and what it needs.")
PRUNE = typer.Option("--prune", help="Delete what Masthead deployed and the content has no more.")
ADOPT = typer.Option("--adopt", metavar="PATH", help="Take over what somebody else made under this content's id.")


class Format(StrEnum):
    """How a plan is printed."""

    HUMAN = "human"
    JSON = "json"
    MARKDOWN = "markdown"


def command(
    workspace: Annotated[str, WORKSPACE],
    paths: Annotated[list[str] | None, PATHS] = None,
    prune: Annotated[bool, PRUNE] = False,
    adopt: Annotated[list[str] | None, ADOPT] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Keep the plan in this file.", dir_okay=False)] = None,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="For people, for programs, or for a pull request.")
    ] = Format.HUMAN,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if there is something to do.")] = False,
) -> int:
    """Show what a deployment would do to a workspace.

    Reads everything live, and compares it with the content field by field: what would be created, changed or deleted,
    what is in the way and not ours, and what somebody has changed since it was deployed. What Sentinel makes no
    difference of (spelling of durations, order, defaults) is none. Rules whose tables are missing are planned disabled.
    Nothing is written to the workspace. `masthead deploy WORKSPACE FILE` does the plan kept with --out.

    Exit codes: 0; 1 if something is in the way or, with --exit-code, to do, or content cannot be used; 2 misuse.
    """
    from masthead.content.project import Project, find_root
    from masthead.workspace.connect import connect
    from masthead.workspace.plan_file import write_plan
    from masthead.workspace.prepare import Options, prepare

    project = Project.load(find_root(Path()))
    options = Options(prune, tuple(adopt or ()), tuple(paths or ()))
    plan = prepare(project, connect(project, workspace), options).plan
    typer.echo(_render(plan, options, format), nl=False)
    if out:
        write_plan(plan, options, out)
        if format is Format.HUMAN:
            typer.echo(f"Kept in {out.as_posix()}: masthead deploy {workspace} {out.as_posix()}")
    return 1 if plan.in_the_way or plan.problems or (exit_code and plan.to_do) else 0


def _render(plan: object, options: object, format: Format) -> str:
    if format is Format.JSON:
        import json

        from masthead.workspace.plan_file import plan_data

        return json.dumps(plan_data(plan, options), ensure_ascii=False, indent=1) + "\n"
    if format is Format.MARKDOWN:
        from masthead.report.plan_markdown import plan_markdown

        return plan_markdown(plan)
    from masthead.report.plan_human import plan_lines

    return "\n".join(plan_lines(plan, colour=sys.stdout.isatty())) + "\n"

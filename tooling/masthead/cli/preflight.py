"""masthead preflight"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How it is printed."""

    HUMAN = "human"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"


def command(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Its name in workspaces.yaml, or demo.")],
    paths: Annotated[list[Path] | None, typer.Argument(help="Only what this content needs.")] = None,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="For people, for programs, or for GitHub.")
    ] = Format.HUMAN,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.", dir_okay=False)] = None,
) -> int:
    """See whether a workspace has the logs that the content needs.

    Looks at every table that rules, hunting queries and workbooks read: whether it is there, on a plan that rules can
    read, with the catalog's columns, when its last row came and how late rows are; at solutions, connectors and
    diagnostic settings; and in SentinelHealth at rules that fail. Says what each gap costs, in content and in risks
    that nothing else covers, and what closes it. Nothing is written to the workspace.

    Exit codes: 0 all is well; 1 there are gaps, something could not be looked at, or a rule fails; 2 misuse.
    """
    from masthead.content.project import Project, find_root
    from masthead.workspace.connect import connect
    from masthead.workspace.preflight.examine import examine
    from masthead.workspace.preflight.selection import selected

    project = Project.load(find_root(paths[0] if paths else Path()))
    session = connect(project, workspace)
    found = examine(project, session, selected(project, session.workspace, paths or ()))
    text = _render(found, format, colour=output is None and sys.stdout.isatty())
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8", newline="\n")
    return 0 if found.is_well else 1


def _render(found: object, format: Format, *, colour: bool) -> str:
    if format is Format.JSON:
        from masthead.report.preflight_json import render_json as render
    elif format is Format.MARKDOWN:
        from masthead.report.preflight_markdown import render_markdown as render
    elif format is Format.GITHUB:
        from masthead.report.preflight_github import render_github as render
    else:
        from masthead.report.preflight_human import render_human

        return render_human(found, colour=colour)
    return render(found)

"""masthead new"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class What(StrEnum):
    """What can be started."""

    DETECTION = "detection"
    HUNTING = "hunting"
    WORKBOOK = "workbook"
    AUTOMATION_RULE = "automation-rule"


def command(
    what: Annotated[What, typer.Argument(metavar="detection|hunting|workbook|automation-rule", help="What to start.")],
    address: Annotated[
        str,
        typer.Argument(
            metavar="USE-CASE/NAME", help="Like rbac/cluster-admin-granted; of an automation rule, the name alone."
        ),
    ],
    table: Annotated[str | None, typer.Option("--table", help="The table to start from, like AKSAudit.")] = None,
    project: Annotated[Path, typer.Option("--project", help="A folder inside the project.")] = Path(),
) -> None:
    """Start a detection or other content, with its cases.

    Writes two files to fill in: the content, and its cases at the mirrored path below tests/. The table's connector and
    a recording of it are looked up in the project. An automation rule is one file, in automation/.
    """
    from masthead.content.layout import Kind
    from masthead.content.project import Project, find_root
    from masthead.content.skeleton import SkeletonError, automation_skeleton, skeleton

    root = find_root(project)
    kinds = {What.DETECTION: Kind.DETECTION, What.HUNTING: Kind.HUNTING_QUERY, What.WORKBOOK: Kind.WORKBOOK}
    if what is What.AUTOMATION_RULE and table:
        raise typer.BadParameter("an automation rule reads no table; leave --table out")
    try:
        if what is What.AUTOMATION_RULE:
            files = automation_skeleton(Project.load(root), address)
        else:
            files = skeleton(Project.load(root), kinds[what], address, table)
    except SkeletonError as error:
        raise typer.BadParameter(str(error)) from error
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")
        typer.echo(f"wrote {path}")
    content, *cases = files
    test = f" && masthead test {cases[0]}" if cases else ""
    typer.echo(f"Fill in what says TODO, then: masthead lint {content}{test}")

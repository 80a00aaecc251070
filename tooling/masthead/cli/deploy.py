"""masthead deploy"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from masthead.cli.plan import ADOPT, PRUNE, WORKSPACE


def command(
    workspace: Annotated[str, WORKSPACE],
    plan_file: Annotated[
        Path | None, typer.Argument(metavar="[PLAN]", help="A file of masthead plan --out: do that, or nothing.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="PATH", help="Only this content and what it needs.")
    ] = None,
    prune: Annotated[bool, PRUNE] = False,
    adopt: Annotated[list[str] | None, ADOPT] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and do nothing.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask. In a pipeline nothing is asked anyway.")
    ] = False,
    summary: Annotated[
        Path | None, typer.Option("--summary", help="Add what was done to this file, as Markdown.", dir_okay=False)
    ] = None,
) -> int:
    """Bring a workspace to what the content says.

    Does exactly the plan: watchlists, functions, rules, hunting queries, workbooks, automation rules, in this order,
    several at a time. With a PLAN it stops before touching anything if the content or the workspace have changed since.
    What fails is reported at its line, and what does not depend on it is done all the same. Nothing that Masthead did
    not create is changed or deleted. It may be killed at any point and run again: what is done stays done.

    Exit codes: 0 all is done, 1 something failed or is in the way, 2 misuse.
    """
    from masthead.content.project import Project, find_root
    from masthead.report.plan_human import plan_lines
    from masthead.workspace.connect import connect
    from masthead.workspace.lease import Lease
    from masthead.workspace.plan_file import KeptPlan
    from masthead.workspace.prepare import Options, prepare

    project = Project.load(find_root(Path()))
    session = connect(project, workspace)
    options = Options(prune, tuple(adopt or ()), tuple(only or ()))
    kept = None
    if plan_file:
        if only or prune or adopt:
            raise typer.BadParameter("a PLAN has its own --only, --prune and --adopt; leave them out here")
        kept = KeptPlan.read(plan_file)
        kept.check_workspace(session.workspace)
        options = kept.options
    if dry_run:
        prepared = prepare(project, session, options)
        if kept:
            kept.check(prepared.plan)
        typer.echo("\n".join(plan_lines(prepared.plan, colour=sys.stdout.isatty())))
        return 1 if prepared.plan.in_the_way else 0
    with Lease(session, _holder(), lambda text: typer.echo(text, err=True)) as lease:
        prepared = prepare(project, session, options)
        if kept:
            kept.check(prepared.plan)
        typer.echo("\n".join(plan_lines(prepared.plan, colour=sys.stdout.isatty())))
        if not prepared.plan.to_do:
            return 1 if prepared.plan.in_the_way else 0
        if not (yes or kept) and sys.stdin.isatty() and not typer.confirm("\nDo this?"):
            return 0
        return _do(project, session, prepared, lease, summary)


def _do(project: Any, session: Any, prepared: Any, lease: Any, summary: Path | None) -> int:
    from masthead.report.deployment import deployment_markdown, outcome_line, progress_line
    from masthead.report.findings_human import human_lines
    from masthead.workspace.complaints import complaints
    from masthead.workspace.deploy import Outcome, deploy

    typer.echo()
    results = deploy(
        session,
        prepared.plan,
        prepared.desired,
        lease,
        lambda done, total, result: typer.echo(progress_line(done, total, result), err=True),
    )
    if findings := complaints(project, results):
        typer.echo("", err=True)
        typer.echo("\n".join(human_lines(findings, colour=sys.stderr.isatty())), err=True)
    typer.echo(outcome_line(results))
    if summary:
        with summary.open("a", encoding="utf-8") as file:
            file.write(deployment_markdown(results))
    done = all(each.outcome in (Outcome.DONE, Outcome.HELD) for each in results)
    return 0 if done and not prepared.plan.in_the_way else 1


def _holder() -> str:
    """Who deploys, as another deployment that has to wait is told."""
    import getpass
    import os
    import platform

    if run := os.environ.get("GITHUB_RUN_ID"):
        return f"run {run} of {os.environ.get('GITHUB_REPOSITORY', 'a repository')}"
    return f"{getpass.getuser()} on {platform.node()}"

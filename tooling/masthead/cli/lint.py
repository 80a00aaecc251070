"""masthead lint"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from masthead.lint.run import Result


class Format(StrEnum):
    """How findings are printed."""

    HUMAN = "human"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"


def command(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders; the whole project if none.")] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="For people, or for a program.")] = Format.HUMAN,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.", dir_okay=False)] = None,
    select: Annotated[list[str] | None, typer.Option(help="Only these checks: MH401, kql-error, MH4.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Not these checks.")] = None,
    since: Annotated[str | None, typer.Option(help="Compare versions with this git revision.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    cache: Annotated[bool, typer.Option(help="Remember what was found in files that stay as they are.")] = True,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes; the cores if not given.")] = None,
) -> int:
    """Find what is wrong with content before Sentinel does.

    Looks at rules, hunting queries, functions, watchlists, cases, recordings and the catalog. A finding can be
    suppressed, with a reason, by a comment at the end of its line: `# masthead: ignore[MH402] reason`, in KQL
    `// masthead: …`, and for a whole file by `ignore-file`. [tool.masthead.lint] in pyproject.toml selects checks and
    sets severities. `masthead explain` says what each check looks for.

    Exit codes: 0 clean, 1 errors (with --strict: or warnings), 2 misuse.
    """
    from masthead.content.discovery import find_content
    from masthead.content.finding import ContentError, finding
    from masthead.content.project import Project, find_root
    from masthead.lint.revision import Revision
    from masthead.lint.run import lint
    from masthead.lint.settings import read_settings

    project = Project.load(find_root(paths[0] if paths else Path()))
    files = find_content(project.root, paths) if paths else project.files
    if not files:
        hint = "Content is kept in detections/, hunting/, functions/, watchlists/, catalog/ and tests/."
        raise ContentError(finding("MH010", "the project holds no content", project.root.name, hint=hint))
    settings = read_settings(project.settings.get("lint", {}), select or (), ignore or (), strict)
    revision = Revision(project.root, since) if since else None
    result = lint(project, files, settings, since=revision, use_cache=cache, jobs=jobs)
    colour = output is None and sys.stdout.isatty()
    text = render(result, format, colour)
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8", newline="\n")
    return 1 if result.failed(strict=settings.strict) else 0


def render(result: Result, format: Format, colour: bool) -> str:
    """`result` in the format asked for."""
    if format is Format.HUMAN:
        from masthead.report.findings_human import render_human

        return render_human(result, colour=colour)
    if format is Format.JSON:
        from masthead.report.findings_json import render_json as renderer
    elif format is Format.SARIF:
        from masthead.report.findings_sarif import render_sarif as renderer
    elif format is Format.GITHUB:
        from masthead.report.findings_github import render_github as renderer
    else:
        from masthead.report.findings_junit import render_junit as renderer
    return renderer(result)

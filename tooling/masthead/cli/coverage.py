"""masthead coverage"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How coverage is printed."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    NAVIGATOR = "navigator"


def command(
    format: Annotated[
        Format, typer.Option("--format", "-f", help="A table for people; the rest to keep.")
    ] = Format.TABLE,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.", dir_okay=False)] = None,
    project: Annotated[Path, typer.Option("--project", help="A folder inside the project.")] = Path(),
) -> int:
    """Show which risks the content addresses, and what proves it.

    The matrix of use cases and log sources, by risk. A detection counts for the log sources of the tables that its KQL
    reads. Its proof is the best recording with which one of its cases expects an alert: recorded from a real system,
    published by the vendor, derived from objects that were recorded, or constructed from a documented schema; the
    weakest of the tables that the detection reads counts. `--format navigator` writes a layer for the ATT&CK Navigator.

    Exit codes: 0, or 1 when there is content that could not be counted.
    """
    from masthead.content.project import Project, find_root
    from masthead.coverage.measure import measure

    coverage = measure(Project.load(find_root(project)))
    if format is Format.TABLE and output is None:
        from rich.console import Console

        from masthead.report.coverage_table import print_table

        print_table(coverage, Console(highlight=False))
    else:
        text = _render(coverage, format)
        if output is None:
            typer.echo(text, nl=False)
        else:
            output.write_text(text, encoding="utf-8", newline="\n")
    return 1 if coverage.problems else 0


def _render(coverage: object, format: Format) -> str:
    if format is Format.JSON:
        from masthead.report.coverage_json import render_json as render
    elif format is Format.MARKDOWN:
        from masthead.report.coverage_markdown import render_markdown as render
    elif format is Format.NAVIGATOR:
        from masthead.report.coverage_navigator import render_navigator as render
    else:
        from masthead.report.coverage_table import render_text as render
    return render(coverage)

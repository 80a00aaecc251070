"""masthead explain"""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    name: Annotated[str | None, typer.Argument(help="A check's code or slug, like MH401 or kql-error.")] = None,
) -> int:
    """Say what a check looks for and how to mend a finding.

    Without a name: lists all checks.

    Exit codes: 0, or 2 when there is no such check.
    """
    from masthead.content.schema import closest
    from masthead.lint.registry import known_codes
    from masthead.report.checks import check_list, check_page

    if name is None:
        typer.echo(check_list(), nl=False)
        return 0
    page = check_page(name)
    if page is None:
        near = closest(name, [*known_codes(), *known_codes().values()])
        hint = f'Did you mean "{near}"?' if near else "`masthead explain` lists the checks."
        typer.echo(f'error: there is no check "{name}"\nhint: {hint}', err=True)
        return 2
    typer.echo(page, nl=False)
    return 0

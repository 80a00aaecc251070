"""masthead format"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders; the whole project if none.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if something would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Change nothing; print what would change.")] = False,
) -> int:
    """Lay out the KQL in content files with Microsoft's formatter.

    Everything else in a file stays as it was: comments, the order of keys, quotes. A query whose meaning the formatter
    would change is left alone, and so is one with a syntax error.

    Exit codes: 0; with --check or --diff 1 if something would change; 1 if a file could not be read; 2 misuse.
    """
    import sys

    from masthead.content.discovery import find_content
    from masthead.content.document import read_document
    from masthead.content.finding import ContentError
    from masthead.content.project import Project, find_root
    from masthead.lint.formatting import KINDS, format_document
    from masthead.report.differences import difference
    from masthead.report.findings_human import human_lines

    project = Project.load(find_root(paths[0] if paths else Path()))
    files = find_content(project.root, paths) if paths else project.files
    files = tuple(file for file in files if file.kind in KINDS)
    changed = unreadable = 0
    for file in files:
        try:
            document = read_document(project.root / file.path, project.root)
        except ContentError as error:
            unreadable += 1
            typer.echo("\n".join(human_lines(error.findings)), err=True)
            continue
        formatted = format_document(document)
        if formatted.problem:
            typer.echo(f"{file.path}: left as it was: {formatted.problem}", err=True)
        if formatted.text == document.source.text:
            continue
        changed += 1
        if diff:
            sys.stdout.write(difference(file.path, document.source.text, formatted.text))
        elif check:
            typer.echo(f"{file.path}: would be formatted")
        else:
            write(project.root / file.path, formatted.text)
            typer.echo(f"{file.path}: formatted")
    verb = "would change" if check or diff else "changed"
    typer.echo(f"{len(files)} file{'' if len(files) == 1 else 's'}: {changed} {verb}", err=diff)
    return 1 if unreadable or (changed and (check or diff)) else 0


def write(path: Path, text: str) -> None:
    """Write the file; a byte order mark stays."""
    mark = "\ufeff" if path.read_bytes().startswith(b"\xef\xbb\xbf") else ""
    path.write_text(mark + text, encoding="utf-8", newline="")

"""masthead build"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class What(StrEnum):
    """What can be built."""

    WORKBOOKS = "workbooks"


def command(
    what: Annotated[What, typer.Argument(metavar="workbooks", help="What to build.")],
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders; all of the project if none.")] = None,
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = Path("build/workbooks"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail if something would change.")] = False,
) -> int:
    """Make what Sentinel imports of the content.

    Each workbook becomes the JSON that the portal's advanced editor takes, in OUT/USE-CASE/NAME.workbook; the same
    workbook always gives the same bytes. Other files in the folder are left alone. Nothing is written when a
    workbook cannot be used.

    Exit codes: 0; with --check 1 if something would change; 1 if a workbook could not be used; 2 misuse.
    """
    from masthead.content.discovery import find_content
    from masthead.content.finding import ContentError, finding
    from masthead.content.layout import Kind
    from masthead.content.project import Project, find_root
    from masthead.workbooks.notebook import notebook_text

    root = find_root(paths[0] if paths else Path())
    project = Project.load(root)
    files = find_content(root, paths) if paths else project.files
    workbooks, findings = [], []
    for file in files:
        if file.kind is Kind.WORKBOOK:
            try:
                workbooks.append(project.read(file))
            except ContentError as error:
                findings += error.findings
    if findings:
        raise ContentError(findings)
    if paths and not workbooks:
        hint = "Name a workbook, or a folder below workbooks/."
        raise ContentError(finding("MH010", "there are no workbooks here", paths[0].as_posix(), hint=hint))
    made = {out / (each.use_case or "") / f"{each.slug}.workbook": notebook_text(each) for each in workbooks}
    changed = [path for path, text in made.items() if not path.is_file() or path.read_bytes() != text.encode()]
    for path in () if check else changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made[path].encode())
    for path in changed:
        typer.echo(f"{path.as_posix()}: {'would change' if check else 'written'}")
    count = f"{len(made)} workbook{'' if len(made) == 1 else 's'}"
    typer.echo(f"{count}: {len(changed)} {'would change' if check else 'written'}")
    return 1 if check and changed else 0

"""masthead query"""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from masthead.kql import KqlError

MAX_BYTES = 1_000_000
"""The size of a query that is read from a file or the standard input; Sentinel allows a rule 10,000 characters."""


class Format(StrEnum):
    """How the rows are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def command(
    query: Annotated[
        str,
        typer.Argument(metavar="KQL", help="The query; @FILE or the path of a .kql file reads it there, - from stdin."),
    ],
    logs: Annotated[
        list[str] | None,
        typer.Option(
            "--logs", "-l", metavar="RECORDING", help="A recording to query, like kubernetes/working-day; repeat it."
        ),
    ] = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write the rows.")] = Format.TABLE,
    now: Annotated[
        str | None,
        typer.Option(help="What now() is, in ISO 8601; the end of the recordings unless given.", metavar="TIME"),
    ] = None,
    limit: Annotated[int, typer.Option(help="Rows to write at most; 0 writes all.", min=0)] = 100,
) -> int:
    """Run a KQL query against recorded logs."""
    from masthead.kql import KqlError

    name, text = _read_query(query)
    try:
        return _run(text, logs or [], format, now, limit)
    except KqlError as error:
        print(_explained(error, name), file=sys.stderr)
        return 1


def _run(text: str, logs: list[str], format: Format, now: str | None, limit: int) -> int:
    from datetime import UTC, datetime

    from masthead.content.project import Project, find_root
    from masthead.report.rows import rows_csv, rows_json, table_lines
    from masthead.testing.bench import Bench

    bench = Bench(Project.load(find_root(Path.cwd())))
    recordings = bench.named(logs)
    moment = _moment(now) if now else max((each.end for each in recordings), default=datetime.now(UTC))
    try:
        result = bench.recorded(recordings).query(text, moment)
    finally:
        bench.workspace.close()
    names = [column.name for column in result.columns]
    rows = result.rows[:limit] if limit else result.rows
    if format is Format.JSON:
        print(rows_json(names, rows))
    elif format is Format.CSV:
        sys.stdout.write(rows_csv(names, rows))
    else:
        width = max(40, shutil.get_terminal_size((120, 24)).columns)
        for line in table_lines(names, [column.type for column in result.columns], rows, width):
            print(line)
    _say_how_many(len(result.rows), len(rows), format)
    return 0


def _say_how_many(count: int, shown: int, format: Format) -> None:
    said = f"{count:,} row{'' if count == 1 else 's'}"
    if shown < count:
        said += f", of which the first {shown:,} are shown; --limit 0 shows all"
    if shown < count or format is Format.TABLE:
        # Programs read the rows from stdout, so what is said about them goes elsewhere.
        print(said, file=sys.stdout if format is Format.TABLE else sys.stderr)


def _read_query(query: str) -> tuple[str, str]:
    """What to call the query in an error, and its text."""
    if query == "-":
        return "stdin", _decoded("stdin", sys.stdin.buffer.read(MAX_BYTES + 1))
    path = Path(query[1:]) if query.startswith("@") else Path(query) if query.endswith(".kql") else None
    if path is None:
        return "query", query
    try:
        with path.open("rb") as file:
            return path.as_posix(), _decoded(path.as_posix(), file.read(MAX_BYTES + 1))
    except OSError as error:
        raise typer.BadParameter(f"{path}: {(error.strerror or str(error)).lower()}", param_hint="KQL") from None


def _decoded(name: str, data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise typer.BadParameter(f"{name} is larger than {MAX_BYTES:,} bytes", param_hint="KQL")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{name} is not UTF-8 at byte {error.start}", param_hint="KQL") from None


def _moment(text: str) -> datetime:
    from masthead.content.instants import parse_instant

    try:
        return parse_instant(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a moment like 2026-01-31T08:00:00Z", param_hint="--now") from None


def _explained(error: KqlError, name: str) -> str:
    where = f"{name}:{error.line}:{error.column}" if error.line is not None else name
    lines = [f"{where}: error {error.code}: {'not supported: ' if error.unsupported else ''}{error.message}"]
    if excerpt := error.excerpt():
        lines += [f"    {line}" for line in excerpt.splitlines()]
    return "\n".join(lines)

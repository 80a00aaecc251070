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

    from masthead.kql import KqlError, Result

MAX_BYTES = 1_000_000
"""The size of a query that is read from a file or the standard input; Sentinel allows a rule 10,000 characters."""


class Format(StrEnum):
    """How the rows are written."""

    TABLE = "table"
    CHART = "chart"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    MARKDOWN = "markdown"


def command(
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="[KQL]",
            help="The query; @FILE or the path of a .kql file reads it there, - from stdin. Without it, stdin.",
        ),
    ] = None,
    logs: Annotated[
        list[str] | None,
        typer.Option(
            "--logs", "-l", metavar="RECORDING", help="A recording to query, like kubernetes/working-day; repeat it."
        ),
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", metavar="FILE", help="Read the query there.")] = None,
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            "-t",
            metavar="[NAME=]PATH",
            help="A CSV, NDJSON (plain or .gz), JSON or Parquet file as a table, or a folder of them, each named like "
            "its file; repeat it. Columns are the catalog's for tables that it knows, else inferred.",
        ),
    ] = None,
    fixture: Annotated[
        list[str] | None,
        typer.Option(
            "--fixture",
            metavar="NAME=FILE",
            help='What stands for that which lies outside the workspace: a .csv, .json or .ndjson file for adx("…").T, '
            "geo_info_from_ip_address or the address that externaldata reads; repeat it.",
        ),
    ] = None,
    format: Annotated[
        Format | None,
        typer.Option(
            "--format", "-o", help="How to write the rows; a chart if the query ends in render, else a table."
        ),
    ] = None,
    svg: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the chart of a query that ends in render as SVG (extra: charts)."),
    ] = None,
    now: Annotated[
        str | None,
        typer.Option(help="What now() is, in ISO 8601; the end of the recordings unless given.", metavar="TIME"),
    ] = None,
    memory: Annotated[
        str | None, typer.Option(metavar="SIZE", help="What the query may use, such as 4GB; 1GB unless given.")
    ] = None,
    spill: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where what needs more memory goes while the query runs; else it fails."),
    ] = None,
    limit: Annotated[int, typer.Option(help="Rows to write at most; 0 writes all.", min=0)] = 100,
) -> int:
    """Run a KQL query against recorded logs or files."""
    from masthead.cli.interrupt import interruptible
    from masthead.kql import KqlError
    from masthead.report.excerpt import visible
    from masthead.testing.table_files import TableFileError

    name, text = _read_query(query, file)
    moment = _moment(now) if now else None
    try:
        result = interruptible(
            lambda: _answer(
                text, logs or [], named("--table", table), named("--fixture", fixture), moment, memory, spill
            ),
            "running the query",
        )
    except KqlError as error:
        print(_explained(error, name), file=sys.stderr)
        return 1
    except TableFileError as error:
        raise typer.BadParameter(visible(str(error)), param_hint="--table") from None
    for each in (result, *result.others):
        if result.others:
            print(f"{each.name or 'result'}:", file=sys.stdout if format in (None, Format.TABLE) else sys.stderr)
        _write(each, format, limit)
    return _write_svg(result, svg) if svg else 0


def _answer(
    text: str,
    logs: list[str],
    tables: list[tuple[str | None, Path]],
    fixtures: list[tuple[str | None, Path]],
    moment: datetime | None,
    memory: str | None,
    spill: Path | None,
) -> Result:
    from datetime import UTC, datetime

    from masthead.content.finding import ContentError
    from masthead.content.project import Project, find_root
    from masthead.kql import KqlError
    from masthead.report.excerpt import visible
    from masthead.testing.bench import Bench
    from masthead.testing.query_tables import QueryTables

    try:
        root = find_root(Path.cwd())
    except ContentError:
        if logs or not tables:
            raise
        root = Path.cwd()  # files can be queried anywhere
    bench = Bench(Project.load(root))
    recordings = bench.named(logs)
    given = QueryTables(bench.project, tables, fixtures, attach=not logs)
    for said in given.inferred:
        print(visible(said), file=sys.stderr)
    moment = moment or max((each.end for each in recordings), default=datetime.now(UTC))
    workspace = given.workspace(memory, spill)
    try:
        recorded = bench.recorded(recordings, workspace=workspace)
        return workspace.query({**recorded.tables, **given.rows}, text, moment)
    except KqlError as error:
        raise given.placed(error) or error from None
    finally:
        workspace.close()


def _write(result: Result, format: Format | None, limit: int) -> None:
    from masthead.report import rows as report
    from masthead.report.charts import chart_lines, chart_of

    names, types = [column.name for column in result.columns], [column.type for column in result.columns]
    width = max(40, shutil.get_terminal_size((120, 24)).columns)
    asked = result.render if format in (None, Format.CHART) else None
    if asked and (chart := chart_of(names, types, result.rows, asked)):
        print(*chart_lines(chart, width), sep="\n")
        return
    if format is Format.CHART:
        print("there is no chart of this result: end the query in render, of a column of numbers", file=sys.stderr)
    rows = result.rows[:limit] if limit else result.rows
    if format is Format.JSON:
        print(report.rows_json(names, rows))
    elif format is Format.NDJSON:
        sys.stdout.write(report.rows_ndjson(names, rows))
    elif format is Format.CSV:
        sys.stdout.write(report.rows_csv(names, rows))
    elif format is Format.MARKDOWN:
        sys.stdout.write(report.rows_markdown(names, types, rows))
    else:
        for line in report.table_lines(names, types, rows, width):
            print(line)
    _say_how_many(len(result.rows), len(rows), format in (None, Format.TABLE, Format.CHART))


def _write_svg(result: Result, path: Path) -> int:
    from masthead.report.charts import chart_of
    from masthead.report.charts_svg import ChartsMissing, chart_svg

    names, types = [column.name for column in result.columns], [column.type for column in result.columns]
    chart = chart_of(names, types, result.rows, result.render or {})
    if chart is None:
        raise typer.BadParameter("end the query in render, of a column of numbers", param_hint="--svg")
    try:
        path.write_text(chart_svg(chart), encoding="utf-8", newline="\n")
    except ChartsMissing as error:
        raise typer.BadParameter(str(error), param_hint="--svg") from None
    print(f"wrote {path}", file=sys.stderr)
    return 0


def _say_how_many(count: int, shown: int, for_people: bool) -> None:
    said = f"{count:,} row{'' if count == 1 else 's'}"
    if shown < count:
        said += f", of which the first {shown:,} are shown; --limit 0 shows all"
    if shown < count or for_people:
        # Programs read the rows from stdout, so what is said about them goes elsewhere.
        print(said, file=sys.stdout if for_people else sys.stderr)


def named(option: str, given: list[str] | None) -> list[tuple[str | None, Path]]:
    """What an option has as NAME=PATH, split at the last =, as an address may have one; a fixture needs its name."""
    out: list[tuple[str | None, Path]] = []
    for each in given or ():
        name, equals, path = each.rpartition("=")
        if not path or (option == "--fixture" and not (equals and name)):
            raise typer.BadParameter(f"{each} is not NAME=PATH", param_hint=option)
        out.append((name or None, Path(path)))
    return out


def _read_query(query: str | None, file: Path | None) -> tuple[str, str]:
    """What to call the query in an error, and its text."""
    if file is not None and query is not None:
        raise typer.BadParameter("give the query or --file, not both", param_hint="KQL")
    if file is None and (query == "-" or query is None):
        if query is None and sys.stdin.isatty():
            raise typer.BadParameter("give a query, --file FILE, or a query on the standard input", param_hint="KQL")
        return "stdin", _decoded("stdin", sys.stdin.buffer.read(MAX_BYTES + 1))
    text = query or ""
    path = file or (Path(text[1:]) if text.startswith("@") else Path(text) if text.endswith(".kql") else None)
    if path is None:
        return "query", text
    try:
        with path.open("rb") as opened:
            return path.as_posix(), _decoded(path.as_posix(), opened.read(MAX_BYTES + 1))
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
    from masthead.report.excerpt import excerpt, visible

    where = f"{name}:{error.line}:{error.column}" if error.line is not None else name
    lines = [f"{where}: error {error.code}: {'not supported: ' if error.unsupported else ''}{error.message}"]
    if error.source_line is not None and error.end_column is not None:
        lines += excerpt(error.source_line, error.line, error.column, error.end_column)
    return "\n".join([visible(lines[0]), *lines[1:]])

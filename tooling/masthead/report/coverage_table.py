"""Coverage as a table in the terminal."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from masthead.coverage.evidence import Evidence
from masthead.coverage.matrix import Cell, Coverage, Risk
from masthead.report.coverage_words import (
    LEGEND,
    cell_text,
    evidence_sentence,
    lost_by_source,
    not_shown,
    summary,
    unaddressed_by_use_case,
)
from masthead.report.excerpt import visible

_STYLES = {
    Evidence.RECORDED: "bold green",
    Evidence.VENDOR_SAMPLE: "green",
    Evidence.DERIVED: "cyan",
    Evidence.CONSTRUCTED: "yellow",
    Evidence.UNTESTED: "red",
    None: "dim",
}
_HEADING = "use case / risk"
_CELL = 4  # the least width of a column whose heading is a letter


def print_table(coverage: Coverage, console: Console) -> None:
    """Print the matrix by risk, and below it what is missing, in the width and colours of `console`."""
    for part in _parts(coverage, console.width):
        console.print(part)


def render_text(coverage: Coverage, width: int = 120) -> str:
    """The same as plain text, `width` columns wide."""
    console = Console(file=StringIO(), width=width, color_system=None, legacy_windows=False)
    print_table(coverage, console)
    assert isinstance(console.file, StringIO)
    return "".join(f"{line.rstrip()}\n" for line in console.file.getvalue().splitlines())


def _parts(coverage: Coverage, width: int) -> Iterator[RenderableType]:
    yield from _matrix(coverage, width)
    yield Text(LEGEND, style="dim")
    yield Text()
    yield Text(f"{summary(coverage)} {evidence_sentence(coverage)}".rstrip(), style="bold")
    yield from _listed("Not addressed", ((name, ", ".join(slugs)) for name, slugs in unaddressed_by_use_case(coverage)))
    yield from _listed("Not shown by any log", not_shown(coverage))
    yield from _listed(
        "Lost if a log source stops (risks by use case)",
        ((source, _by_use_case(risks)) for source, risks in lost_by_source(coverage)),
    )
    yield from _listed("Content that addresses no risk of the catalog", ((each.path, "") for each in coverage.unplaced))
    yield from _listed("Not counted", ((each, "") for each in coverage.problems))


def _matrix(coverage: Coverage, width: int) -> Iterator[RenderableType]:
    """The matrix; its columns are called by letters where names need too much room, and in parts where they do too."""
    labels = max([len(_HEADING), *(len(risk.slug) + 2 for risk in coverage.risks)]) + 2
    names = [source.replace("-", "-\n") for source in coverage.sources]
    if labels + sum(_wide(each) for each in names) <= width:
        yield _columns(coverage, names, range(len(names)))
        return
    letters = string.ascii_uppercase[: len(names)]
    cells = [[cell_text(risk.cells[i]) for risk in coverage.risks] for i in range(len(letters))]
    start, room = 0, width - labels
    for index, texts in enumerate(cells):
        need = max([_CELL, *map(len, texts)]) + 2
        if need > room and index > start:
            yield _columns(coverage, letters, range(start, index))
            yield Text()
            start, room = index, width - labels
        room -= need
    yield _columns(coverage, letters, range(start, len(letters)))
    yield Text(", ".join(f"{letter} {source}" for letter, source in zip(letters, coverage.sources, strict=False)))


def _wide(name: str) -> int:
    return max(map(len, name.splitlines())) + 2


def _columns(coverage: Coverage, names: Sequence[str], shown: range) -> Table:
    """The matrix, of which only some columns are shown."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(_HEADING, no_wrap=True, vertical="bottom")
    for index in shown:
        table.add_column(names[index], no_wrap=True, min_width=_CELL, vertical="bottom")
    for use_case in coverage.use_cases:
        # Where nothing is addressed one line says so; its risks are listed below the matrix.
        addressed = any(risk.pieces for risk in use_case.risks)
        cells = [] if addressed else [use_case.risks[0].cells[i] for i in shown]
        table.add_row(Text(use_case.slug, style="bold" if addressed else "dim"), *map(_cell, cells))
        for risk in use_case.risks if addressed else ():
            style = "" if risk.pieces else "dim"
            table.add_row(Text(f"  {risk.slug}", style=style), *(_cell(risk.cells[i]) for i in shown))
    return table


def _cell(cell: Cell) -> Text:
    return Text(cell_text(cell), style=_STYLES[cell.evidence])


def _by_use_case(risks: tuple[Risk, ...]) -> str:
    counts = Counter(risk.use_case for risk in risks)
    return ", ".join(f"{use_case} ({count})" for use_case, count in counts.items())


def _listed(title: str, rows: Iterator[tuple[str, str]]) -> Iterator[RenderableType]:
    listed = list(rows)
    if not listed:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    # A name beside something stays whole; a sentence on its own may wrap.
    table.add_column(no_wrap=any(rest for _, rest in listed))
    table.add_column()
    for name, rest in listed:
        table.add_row(Text(f"  {visible(name)}"), Text(rest))
    yield Text()
    yield Text(title, style="bold")
    yield table

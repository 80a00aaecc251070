"""Coverage as Markdown, for a pull request or a job summary on GitHub."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.coverage.matrix import Cell, Coverage, UseCaseCoverage
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


def render_markdown(coverage: Coverage) -> str:
    """`coverage` as GitHub Flavored Markdown: the matrix by use case, then by risk, then what is missing."""
    lines = ["## Coverage", "", *overview(coverage), ""]
    lines += ["<details><summary>By risk</summary>", ""]
    lines += _table("Risk", coverage.sources, _risk_rows(coverage))
    lines += ["", "</details>", *gaps(coverage)]
    return "\n".join(lines) + "\n"


def overview(coverage: Coverage) -> list[str]:
    """What is covered in a sentence, and the matrix by use case with its legend."""
    lines = [f"{summary(coverage)} {evidence_sentence(coverage)}".rstrip(), ""]
    lines += _table("Use case", coverage.sources, (_use_case_row(each) for each in coverage.use_cases))
    return [*lines, "", f"<sub>{'<br>'.join(LEGEND.splitlines())}</sub>"]


def gaps(coverage: Coverage) -> list[str]:
    """What is missing, in sections; those that would be empty are left out."""
    lines = _section(
        "Not addressed", (f"{name}: {', '.join(slugs)}" for name, slugs in unaddressed_by_use_case(coverage))
    )
    lines += _section("Not shown by any log", (f"{risk}: {escape(why)}" for risk, why in not_shown(coverage)))
    lines += _section(
        "Lost if a log source stops",
        (f"{source}: {', '.join(risk.address for risk in risks)}" for source, risks in lost_by_source(coverage)),
    )
    lines += _section(
        "Content that addresses no risk of the catalog", (escape(each.path) for each in coverage.unplaced)
    )
    lines += _section("Not counted", (escape(each) for each in coverage.problems))
    return lines


def _table(heading: str, sources: tuple[str, ...], rows: Iterator[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join([heading, *sources])} |"
    yield f"| --- |{' :-: |' * len(sources)}"
    for row in rows:
        yield f"| {' | '.join(map(escape, row))} |"


def _use_case_row(use_case: UseCaseCoverage) -> list[str]:
    cells = zip(*(risk.cells for risk in use_case.risks), strict=True)
    return [use_case.title, *(_together(column) for column in cells)]


def _together(column: tuple[Cell, ...]) -> str:
    # A piece that addresses several risks of a use case is one piece.
    pieces = {piece.path: piece for cell in column for piece in cell.pieces}
    return cell_text(Cell(column[0].source, column[0].expected, tuple(pieces.values())))


def _risk_rows(coverage: Coverage) -> Iterator[list[str]]:
    for risk in coverage.risks:
        yield [risk.address, *(cell_text(cell) for cell in risk.cells)]


def _section(title: str, items: Iterator[str]) -> list[str]:
    listed = [f"- {item}" for item in items]
    return ["", f"### {title}", "", *listed] if listed else []


def escape(text: str) -> str:
    """`text` as it can stand in a table."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")

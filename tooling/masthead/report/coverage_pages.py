"""The documentation of what is covered: the matrix for the README, and a page with the proof behind each cell."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.coverage.matrix import Coverage, Piece, UseCaseCoverage
from masthead.report.coverage_markdown import escape, gaps, overview
from masthead.report.coverage_words import MARKS

BEGIN = "<!-- Made by `python docs/generate.py coverage`: -->"
END = "<!-- until here. -->"

_INTRODUCTION = """# Coverage

<!-- Made by `python docs/generate.py coverage` from the content, its cases and the catalog. -->

Which risks the content addresses, with which logs, and what proves it. How that is counted is told in
[ARCHITECTURE.md](../ARCHITECTURE.md#how-coverage-counts).
"""


def coverage_page(coverage: Coverage) -> str:
    """docs/coverage.md: the matrix, then for each use case every piece with its proof on each log source."""
    lines = [_INTRODUCTION, *overview(coverage)]
    for use_case in coverage.use_cases:
        lines += ["", f"## {escape(use_case.title)}", "", *_use_case(use_case)]
    if missing := gaps(coverage):
        lines += ["", "## What is missing", *missing]
    return "\n".join(lines) + "\n"


def with_matrix(readme: str, coverage: Coverage) -> str:
    """The README with the matrix of now between its marks. Raises ValueError where it has none."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the README does not have the marks {BEGIN} and {END}")
    matrix = "\n".join(overview(coverage))
    return f"{before}{begin}\n\n{matrix}\n\n{end}{after}"


def _use_case(use_case: UseCaseCoverage) -> Iterator[str]:
    yield "| Risk | Content | Proof by log source |"
    yield "| --- | --- | --- |"
    for risk in use_case.risks:
        if not risk.pieces:
            yield f"| {risk.slug} | {'no log can show it' if risk.not_shown else '**nothing**'} | |"
        for index, piece in enumerate(risk.pieces):
            yield f"| {'' if index else risk.slug} | {_link(piece)} | {_proof(piece)} |"
    if use_case.blind_sources:
        yield ""
        yield f"Nothing here reads {', '.join(use_case.blind_sources)}."


def _link(piece: Piece) -> str:
    kind = "" if piece.alerts else f" ({piece.kind.replace('-', ' ')})"
    return f"[{escape(piece.name)}](../{piece.path}){kind}"


def _proof(piece: Piece) -> str:
    proofs = ((source or "other tables", evidence) for source, evidence in piece.sources.items())
    return "<br>".join(f"{MARKS[evidence]} {source}" for source, evidence in proofs)

"""Measures what a project covers."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.content.finding import ContentError
from masthead.content.model import Query
from masthead.content.project import Project
from masthead.content.workbooks import Workbook
from masthead.coverage.evidence import proof
from masthead.coverage.matrix import Coverage, Piece, build_matrix
from masthead.coverage.sources import TableReader
from masthead.kql.language import LanguageError


def measure(project: Project) -> Coverage:
    """The coverage of `project` by its detections, hunting queries and workbooks.

    Content that cannot be read or bound is not counted but named in `Coverage.problems`. Raises ContentError when the
    use cases cannot be read: then there is nothing to measure against.
    """
    pieces: list[Piece] = []
    problems = [str(finding) for finding in _findings(project)]
    with TableReader(project) as reader:
        for content in (
            *project.detections.readable(),
            *project.hunting_queries.readable(),
            *project.workbooks.readable(),
        ):
            try:
                pieces.append(_piece(project, reader, content))
            except ContentError as error:
                problems += (str(finding) for finding in error.findings)
            except LanguageError as error:
                problems.append(f"{content.path}: {error}")
    return build_matrix(project.use_cases.values(), pieces, dict.fromkeys(problems))


def _findings(project: Project) -> Iterator[object]:
    for each in (
        project.detections,
        project.hunting_queries,
        project.workbooks,
        project.functions,
        project.watchlists,
        project.log_sources,
    ):
        yield from each.findings()


def _piece(project: Project, reader: TableReader, content: Query | Workbook) -> Piece:
    cases = project.cases_for(content)
    by_source = reader.tables_by_source(content)
    tables = tuple(dict.fromkeys(table for each in by_source.values() for table in each))
    return Piece(
        path=content.path,
        kind=content.file.kind,
        name=content.name,
        risks=content.risk_addresses,
        evidence=proof(project, cases, tables),
        sources={source: proof(project, cases, read) for source, read in by_source.items()},
        tables=tables,
        tactics=() if isinstance(content, Workbook) else content.tactics,
        techniques=() if isinstance(content, Workbook) else content.relevant_techniques,
    )

"""What the service refuses, at its place in the content."""

from __future__ import annotations

from pathlib import Path

import pytest
from tooling.workspace.logs_project import write_project

from masthead.kql.inlining.traced import Traced
from masthead.workspace.refused_query import refused_query

SENT = (
    Traced.made("let Events = datatable(A: string)[];\n")
    + Traced.made("let Deletions = () {\n")
    + Traced.written('Events\n| where Action == "delete"', "Deletions")
    + Traced.made("\n};\n")
    + Traced.written("Deletions\n| where TimeGenerated > ago(2h)", "query")
)


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ("Query could not be parsed at 'x' on line [7,9]", ("detections/rbac/often.yaml", 15, 11)),
        ("Failed to resolve column named 'Action'", ("functions/deletions.yaml", 8, 11)),
        ("Failed to resolve table or function named 'Deletions'", ("detections/rbac/often.yaml", 14, 3)),
        ("The query is too complex", ("detections/rbac/often.yaml", 13, 8)),
        ("A let statement is wrong on line [1,5]", ("detections/rbac/often.yaml", 13, 8)),
    ],
)
def test_a_refusal_is_found_in_the_query_or_its_function(
    tmp_path: Path, message: str, place: tuple[str, int, int]
) -> None:
    project = write_project(tmp_path)
    rule = project.detections.at("detections/rbac/often.yaml")
    assert rule is not None
    found = refused_query(message, SENT, rule.document, ("query",), project)
    assert found.span is not None
    assert (found.path, found.span.start.line, found.span.start.column) == place
    assert found.message == message

"""Findings as they are shown for a case that cannot be run."""

from __future__ import annotations

from masthead.content.document import parse_document
from masthead.kql import KqlError
from masthead.testing.findings import kql_problem, lines_of, problem


def test_a_finding_shows_its_line_with_a_caret_and_a_hint() -> None:
    document = parse_document("cases:\n  - name: silence\n", "tests/x.yaml")
    finding = problem("MH955", "no clock", document, ("cases", 0, "name"), hint="Set one.")
    assert lines_of(finding) == [
        "tests/x.yaml:2:11: error MH955 case-clock: no clock",
        "      - name: silence",
        "              ^^^^^^^",
        "    hint: Set one.",
    ]


def test_an_error_in_kql_stands_at_its_place_in_the_file() -> None:
    document = parse_document("query: |\n  T\n  | frobnicate\n", "detections/x.yaml")
    error = KqlError("the operator frobnicate", query="T\n| frobnicate", start=4, end=14, unsupported=True)
    assert lines_of(kql_problem("MH951", error, document, ("query",))) == [
        "detections/x.yaml:3:5: error MH951 case-query: not supported: the operator frobnicate",
        "      | frobnicate",
        "        ^^^^^^^^^^",
        "    hint: Masthead's engine does not know this yet; Sentinel may.",
    ]


def test_an_error_without_a_place_is_about_the_whole_query() -> None:
    document = parse_document("query: T\n", "detections/x.yaml")
    shown = lines_of(kql_problem("MH951", KqlError("out of memory"), document, ("query",)))
    assert shown == [
        "detections/x.yaml:1:8: error MH951 case-query: out of memory",
        "    query: T",
        "           ^",
    ]

"""Findings in every format: whole results, and content that would like to be more than text."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from masthead.content.finding import Finding, Severity
from masthead.content.location import Position, Span
from masthead.lint.registry import known_codes
from masthead.lint.run import Result
from masthead.report.excerpt import excerpt
from masthead.report.findings_github import render_github
from masthead.report.findings_human import render_human
from masthead.report.findings_json import render_json
from masthead.report.findings_junit import render_junit
from masthead.report.findings_sarif import render_sarif


def at(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span(Position(line, column), Position(end_line, end_column))


FINDINGS = (
    Finding(
        "MH401", "kql-error", Severity.ERROR, "no column Verbs", "detections/a, b.yaml", at(12, 11, 12, 16),
        'Did you mean "Verb"?', '  | where Verbs == "create"',
    ),
    Finding(
        "MH104", "name-style", Severity.WARNING, "100% wrong:\nreally", "detections/a, b.yaml", at(2, 1, 4, 3), None,
        "name: X",
    ),
    Finding("MH702", "orphan-cases", Severity.INFO, "escape \x1b[2J and \u202e", "tests/detections/b.yaml"),
)  # fmt: skip
RESULT = Result(FINDINGS, files=3, seconds=1.234, cached=1)
NOTHING = Result((), files=1, seconds=0.1)


def test_human() -> None:
    assert render_human(RESULT) == (
        "detections/a, b.yaml:12:11: error MH401 kql-error  no column Verbs\n"
        '  12 |   | where Verbs == "create"\n'
        "     |           ^^^^^\n"
        '  hint: Did you mean "Verb"?\n'
        "\n"
        "detections/a, b.yaml:2:1: warning MH104 name-style  100% wrong:\\u000areally\n"
        "  2 | name: X\n"
        "    | ^^^^^^^\n"
        "\n"
        "tests/detections/b.yaml: info MH702 orphan-cases  escape \\u001b[2J and \\u202e\n"
        "\n"
        "3 files: 1 error, 1 warning, 1 piece of advice (1.23 s, 1 of them known from last time)\n"
    )
    assert render_human(NOTHING) == "1 file: no findings (0.10 s)\n"


def test_human_in_colour_says_the_same() -> None:
    import re

    coloured = render_human(RESULT, colour=True)
    assert re.sub(r"\x1b\[\d+m", "", coloured) == render_human(RESULT)
    assert coloured != render_human(RESULT)


@pytest.mark.parametrize(
    ("line", "column", "end", "expected"),
    [
        ("abc", 2, 3, ["  7 | abc", "    |  ^"]),
        ("abc", 4, 4, ["  7 | abc", "    |    ^"]),
        ("\tabc", 2, 5, ["  7 |  abc", "    |  ^^^"]),
        ("日本 x", 4, 5, ["  7 | 日本 x", "    |      ^"]),
        ("a\u202eb", 3, 4, ["  7 | a\\u202eb", "    |        ^"]),
        ("", 1, 1, ["  7 | ", "    | ^"]),
    ],
)
def test_the_caret_stands_under_what_is_meant(line: str, column: int, end: int, expected: list[str]) -> None:
    assert excerpt(line, 7, column, end) == expected


def test_of_a_long_line_the_part_that_matters_is_shown() -> None:
    source, carets = excerpt("x" * 500 + "HERE" + "y" * 500, 1, 501, 505)
    assert len(source) < 130
    assert source[carets.index("^") : carets.rindex("^") + 1] == "HERE"


def test_json() -> None:
    data = json.loads(render_json(RESULT))
    assert data["summary"] == {"files": 3, "cached": 1, "seconds": 1.234, "error": 1, "warning": 1, "info": 1}
    assert data["findings"][0] == {
        "path": "detections/a, b.yaml", "line": 12, "column": 11, "end_line": 12, "end_column": 16,
        "severity": "error", "code": "MH401", "slug": "kql-error", "message": "no column Verbs",
        "hint": 'Did you mean "Verb"?',
    }  # fmt: skip
    assert data["findings"][2]["line"] is None
    assert [each["code"] for each in data["findings"]] == ["MH401", "MH104", "MH702"]


def test_github_escapes_what_would_end_a_property_or_a_command() -> None:
    assert render_github(RESULT) == (
        "::error file=detections/a%2C b.yaml,line=12,col=11,endLine=12,endColumn=15,title=MH401 kql-error"
        '::no column Verbs%0ADid you mean "Verb"?\n'
        "::warning file=detections/a%2C b.yaml,line=2,col=1,endLine=4,title=MH104 name-style"
        "::100%25 wrong:%0Areally\n"
        "::notice file=tests/detections/b.yaml,title=MH702 orphan-cases::escape \x1b[2J and \u202e\n"
        "3 files: 1 error, 1 warning, 1 piece of advice (1.23 s, 1 of them known from last time)\n"
    )


def test_sarif_is_valid_and_describes_every_check() -> None:
    log = json.loads(render_sarif(RESULT))
    schema = json.loads((Path(__file__).parent / "sarif-subset.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(log, schema)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(known_codes())
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == ["MH401", "MH104", "MH702"]
    assert run["results"][0] == {
        "ruleId": "MH401",
        "ruleIndex": run["results"][0]["ruleIndex"],
        "level": "error",
        "message": {"text": 'no column Verbs. Did you mean "Verb"?'},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "detections/a%2C%20b.yaml", "uriBaseId": "ROOT"},
                    "region": {"startLine": 12, "startColumn": 11, "endLine": 12, "endColumn": 16},
                }
            }
        ],
    }


def test_junit_fails_the_files_with_errors_and_holds_no_character_that_xml_cannot() -> None:
    suites = ElementTree.fromstring(render_junit(RESULT))  # noqa: S314  our own output
    assert suites.attrib == {
        "name": "masthead lint", "tests": "3", "failures": "1", "errors": "0", "skipped": "0", "time": "1.234",
    }  # fmt: skip
    cases = {case.get("name"): case for case in suites.iter("testcase")}
    assert list(cases) == ["detections/a, b.yaml", "tests/detections/b.yaml"]
    failure = cases["detections/a, b.yaml"].find("failure")
    assert failure is not None
    assert failure.attrib == {"type": "MH401", "message": "MH401 no column Verbs"}
    assert "  12 |   | where Verbs" in (failure.text or "")
    assert "MH104" in (cases["detections/a, b.yaml"].findtext("system-out") or "")
    assert cases["tests/detections/b.yaml"].find("failure") is None


def test_junit_of_nothing_is_one_suite_that_passed() -> None:
    suites = ElementTree.fromstring(render_junit(NOTHING))  # noqa: S314  our own output
    assert (suites.get("tests"), suites.get("failures"), list(suites.iter("testcase"))) == ("1", "0", [])

"""Findings as JUnit XML, which every CI service can show: a test for each file that has any."""

from __future__ import annotations

import re
from itertools import groupby

# Only written, never parsed: nothing hostile is read as XML.
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from masthead.content.finding import Finding, Severity
from masthead.lint.run import Result
from masthead.report.findings_human import human_lines

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(result: Result) -> str:
    """A suite whose tests are the files with findings, failed where there are errors; the others count as one test
    each, without a name."""
    by_path = [(path, list(found)) for path, found in groupby(result.findings, key=lambda each: each.path)]
    failed = sum(any(each.severity is Severity.ERROR for each in found) for _, found in by_path)
    counts = {"tests": str(max(result.files, len(by_path))), "failures": str(failed), "errors": "0", "skipped": "0"}
    counts["time"] = f"{result.seconds:.3f}"
    suites = Element("testsuites", {"name": "masthead lint", **counts})
    suite = SubElement(suites, "testsuite", {"name": "masthead lint", **counts})
    for path, found in by_path:
        _add_file(suite, path, found)
    indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _add_file(suite: Element, path: str, found: list[Finding]) -> None:
    case = SubElement(suite, "testcase", {"classname": "masthead.lint", "name": _xml(path), "file": _xml(path)})
    errors = [each for each in found if each.severity is Severity.ERROR]
    if errors:
        first = f"{errors[0].code} {errors[0].message}"
        message = first if len(errors) == 1 else f"{first} (and {len(errors) - 1} more)"
        failure = SubElement(case, "failure", {"type": errors[0].code, "message": _xml(message)})
        failure.text = _xml("\n".join(human_lines(errors)))
    rest = [each for each in found if each.severity is not Severity.ERROR]
    if rest:
        SubElement(case, "system-out").text = _xml("\n".join(human_lines(rest)))


def _xml(text: str) -> str:
    """`text` without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)

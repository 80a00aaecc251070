"""Findings as annotations on a pull request: workflow commands that GitHub Actions reads from a step's output.

<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
"""

from __future__ import annotations

from collections.abc import Mapping

from masthead.content.finding import Finding, Severity
from masthead.lint.run import Result
from masthead.report.findings_human import summary

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render_github(result: Result) -> str:
    """A command for each finding, and the summary as a plain line."""
    return "\n".join((*(_annotation(each) for each in result.findings), summary(result))) + "\n"


def _annotation(each: Finding) -> str:
    properties = {"file": each.path}
    if each.span:
        start, end = each.span.start, each.span.end
        properties |= {"line": str(start.line), "col": str(start.column), "endLine": str(end.line)}
        # Columns are understood only within a line; ours end behind the last character, theirs on it.
        if end.line == start.line:
            properties["endColumn"] = str(max(start.column, end.column - 1))
    properties["title"] = f"{each.code} {each.slug}"
    text = f"{each.message}\n{each.hint}" if each.hint else each.message
    return command(_COMMANDS[each.severity], properties, text)


def command(kind: str, properties: Mapping[str, str], text: str) -> str:
    """A workflow command of a kind, error, warning or notice, with its properties and what it says."""
    fields = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {fields}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

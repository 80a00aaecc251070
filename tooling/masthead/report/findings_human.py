"""Findings for people: one line each, with the source line, a caret and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from masthead.content.finding import Finding, Severity
from masthead.lint.run import Result
from masthead.report.excerpt import excerpt, visible

_BOLD, _DIM, _RESET = "\033[1m", "\033[2m", "\033[0m"
_COLOURS = {Severity.ERROR: "\033[31m", Severity.WARNING: "\033[33m", Severity.INFO: "\033[36m"}


def render_human(result: Result, *, colour: bool = False) -> str:
    """All findings, and a summary at the end."""
    return "\n".join((*human_lines(result.findings, colour=colour), summary(result))) + "\n"


def human_lines(findings: Iterable[Finding], *, colour: bool = False) -> Iterator[str]:
    """The lines that show `findings`, an empty one after each."""
    for each in findings:
        where = f"{each.path}:{each.span.start}" if each.span else each.path
        severity = _paint(each.severity, _COLOURS[each.severity], colour)
        yield f"{_paint(visible(where), _BOLD, colour)}: {severity} {each.code} {each.slug}  {visible(each.message)}"
        if each.span and each.source_line is not None:
            start, end = each.span.start, each.span.end
            last = end.column if end.line == start.line else len(each.source_line) + 1
            source, carets = excerpt(each.source_line, start.line, start.column, last)
            yield _paint(source, _DIM, colour)
            yield _paint(carets, _COLOURS[each.severity], colour)
        if each.hint:
            yield f"  hint: {visible(each.hint)}"
        yield ""


def summary(result: Result) -> str:
    """How many files were looked at, what was found, and how long it took."""
    counts = [(result.count(severity), severity) for severity in Severity]
    found = ", ".join(_count(number, _NOUNS[severity]) for number, severity in counts if number) or "no findings"
    known = f", {result.cached} of them known from last time" if result.cached else ""
    return f"{_count(result.files, 'file')}: {found} ({result.seconds:.2f} s{known})"


_NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "piece of advice"}


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} pieces of advice" if noun.startswith("piece") else f"{number} {noun}s"


def _paint(text: str, code: str, colour: bool) -> str:
    return f"{code}{text}{_RESET}" if colour else text

"""What can be wrong with a case, apart from what it expects."""

from __future__ import annotations

from masthead.content.document import Document, ValuePath
from masthead.content.finding import Code, Finding, Severity, visible, visible_line
from masthead.content.location import Span
from masthead.kql import KqlError

CODES: dict[str, Code] = {
    code.code: code
    for code in (
        Code("MH951", "case-query", "The query of the content that a case tests cannot be run."),
        Code("MH952", "case-given", "The KQL under `given` cannot be run, or does not fit the table it replaces."),
        Code(
            "MH953",
            "case-settings",
            "A setting of the simulation, or a time range of a workbook, does not exist or has a value it cannot have.",
        ),
        Code(
            "MH954",
            "case-content",
            "There is no content at the path that a file of cases mirrors, or nothing in it that a case names.",
        ),
        Code("MH955", "case-clock", "Rows lie where no run of the simulation can see them, or its clock has no end."),
        Code("MH956", "case-fixture", "A fixture cannot be read, or nothing in a query has its name."),
    )
}
"""Every code that running cases can give."""


def problem(
    code: str,
    message: str,
    document: Document,
    path: ValuePath = (),
    *,
    span: Span | None = None,
    hint: str | None = None,
) -> Finding:
    """A finding of a kind in `CODES` about the value at `path`, or about `span`."""
    span = span or document.span(path)
    line = visible_line(document.source.line(span.start.line))
    return Finding(code, CODES[code].slug, Severity.ERROR, visible(message), document.source.path, span, hint, line)


def kql_problem(code: str, error: KqlError, document: Document, path: ValuePath) -> Finding:
    """The finding for an error in the KQL text at `path`, at its place in the file."""
    span = None
    if error.start is not None:
        span = document.span_in(path, error.start, max(error.end or 0, error.start + 1))
    message = f"not supported: {error.message}" if error.unsupported else error.message
    hint = "Masthead's engine does not know this yet; Sentinel may." if error.unsupported else None
    return problem(code, message, document, path, span=span, hint=hint)


def lines_of(finding: Finding) -> list[str]:
    """The finding for people: where and what, the source line with a caret, and what to do."""
    where = f"{finding.path}:{finding.span.start}" if finding.span else finding.path
    lines = [f"{where}: {finding.severity} {finding.code} {finding.slug}: {finding.message}"]
    if finding.span and finding.source_line is not None:
        start, end = finding.span.start, finding.span.end
        stop = end.column if end.line == start.line else len(finding.source_line) + 1
        pad = "".join("\t" if each == "\t" else " " for each in finding.source_line[: start.column - 1])
        lines += [f"    {finding.source_line}", f"    {pad}{'^' * max(1, stop - start.column)}"]
    if finding.hint:
        lines.append(f"    hint: {finding.hint}")
    return lines

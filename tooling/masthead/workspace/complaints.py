"""Where in the content stands what Sentinel refuses."""

from __future__ import annotations

import re

from masthead.content.document import Document, ValuePath
from masthead.content.finding import ContentError, Finding, finding
from masthead.content.layout import ContentFile, kind_of
from masthead.content.project import Project
from masthead.workspace.deploy import Outcome, StepResult

_NAMES = {
    "displayName": "name",
    "techniques": "relevantTechniques",
    "templateVersion": "version",
    "eventGroupingSettings": "eventGroupingSettings",
}
"""Fields of the API that content files call otherwise."""

_PLACE = re.compile(r"\bline:?\s*(\d+)(?:\D{1,20}?(?:position|column|char\w*):?\s*(\d+))?", re.IGNORECASE)
_QUERY = re.compile(r"\bquery\b|\bsyntax|\bsemantic|\bkql\b|\btables?\b|\bcolumn", re.IGNORECASE)


def complaints(project: Project, results: list[StepResult]) -> list[Finding]:
    """A finding for each step that failed, at the line that the refusal is about as far as its message tells."""
    return [_complaint(project, each) for each in results if each.outcome is Outcome.FAILED]


def _complaint(project: Project, result: StepResult) -> Finding:
    step, error = result.step, result.error
    message = error.message if error else "it failed"
    hint = error.hint if error else None
    kind = kind_of(step.path) if step.path else None
    if step.path is None or kind is None:
        return finding("MH022", f"{step.key}: {message}", step.path or str(step.key), hint=hint)
    try:
        document = project.document(ContentFile(step.path, kind))
    except ContentError:
        return finding("MH022", message, step.path, hint=hint)
    return _at_its_place(document, message, hint)


def _at_its_place(document: Document, message: str, hint: str | None) -> Finding:
    query = document.data.get("query") if isinstance(document.data, dict) else None
    if isinstance(query, str) and (found := _PLACE.search(message)):
        start, end = _place(query, int(found[1]), int(found[2]) if found[2] else None)
        span = document.span_in(("query",), start, end)
        return finding("MH022", message, document.source, span, hint=hint)
    return document.finding("MH022", message, _field(document, message), hint=hint)


def _place(query: str, line: int, column: int | None) -> tuple[int, int]:
    """From where to where the message means: one character, or the line as far as it is not indentation."""
    lines = query.split("\n")
    line = max(1, min(line, len(lines)))
    before, text = sum(len(each) + 1 for each in lines[: line - 1]), lines[line - 1]
    if column is None:
        return before + len(text) - len(text.lstrip()), before + len(text.rstrip())
    start = before + max(0, min(column - 1, len(text)))
    return start, min(start + 1, len(query))


def _field(document: Document, message: str) -> ValuePath:
    """The key that the message names; the query when it speaks of one; the whole file otherwise."""
    data = document.data if isinstance(document.data, dict) else {}
    words = set(re.findall(r"\w+", message))
    for key in data:
        if key != "query" and key in words and len(key) > 4:
            return (key,)
    for name, key in _NAMES.items():
        if name in words and key in data:
            return (key,)
    return ("query",) if "query" in data and _QUERY.search(message) else ()

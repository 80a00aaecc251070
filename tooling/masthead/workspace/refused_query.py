"""Where in the content stands what the query service refuses."""

from __future__ import annotations

import re
from collections.abc import Callable

from masthead.content.document import Document, ValuePath
from masthead.content.finding import Finding
from masthead.content.project import Project
from masthead.kql.inlining.program import QUERY
from masthead.kql.inlining.traced import Traced
from masthead.testing.findings import problem

_PLACE = re.compile(r"\bline\D{0,12}?(\d+)\D{1,14}?(\d+)", re.IGNORECASE)
_NAME = re.compile(r"'([^'\s]+)'|\"([^\"\s]+)\"")


def refused_query(
    message: str,
    sent: Traced,
    document: Document,
    path: ValuePath,
    project: Project,
    original: Callable[[int], int] = lambda offset: offset,
) -> Finding:
    """The finding for a refusal: at the place that its message tells, by line and column or by a name.

    sent: the query that was refused, and from where it is. path: where the query stands in the document, in which
    `original` turns an offset of the query into that of the text as it is written there. Something that stands in a
    function is found in the function's file.
    """
    found = _origin(message, sent)
    if found is None:
        return problem("MH951", message, document, path)
    source, start, length = found
    if source != QUERY:
        function = next((each for each in project.functions.readable() if each.alias == source), None)
        if function is None:
            return problem("MH951", message, document, path)
        document, path, original = function.document, ("query",), lambda offset: offset
    first = original(start)
    span = document.span_in(path, first, max(original(start + length), first + 1))
    return problem("MH951", message, document, path, span=span)


def _origin(message: str, sent: Traced) -> tuple[str, int, int] | None:
    """The source, the offset in it and the length of what the message is about."""
    if place := _PLACE.search(message):
        lines = sent.text.split("\n")
        line, column = int(place[1]), int(place[2])
        if 1 <= line <= len(lines):
            offset = sum(len(each) + 1 for each in lines[: line - 1]) + min(max(column - 1, 0), len(lines[line - 1]))
            if offset < len(sent.text) and (origin := sent.origin(offset)):
                return (*origin, 1)
    for first, second in _NAME.findall(message):
        name = first or second
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", sent.text):
            if origin := sent.origin(match.start()):
                return (*origin, len(name))
    return None

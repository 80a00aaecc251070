"""Lays out the KQL inside a YAML file with Microsoft's formatter, and leaves every other character as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from masthead.content.document import Document, parse_document
from masthead.content.finding import ContentError
from masthead.content.layout import Kind
from masthead.kql.language import LanguageError, LanguageService

KINDS = frozenset({Kind.DETECTION, Kind.HUNTING_QUERY, Kind.FUNCTION})
"""The kinds of files whose KQL is formatted."""

_KEY = "query"
_PASSES = 5
_SPACE = re.compile(r"\s+")
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Formatted:
    """The text of the file, formatted. `problem` says why KQL that is not fine was left as it was."""

    text: str
    problem: str | None = None


class _Leave(Exception):
    """The KQL stays as it is, for the reason that this says."""


def format_document(document: Document) -> Formatted:
    """The file with its KQL laid out."""
    query = document.data.get(_KEY) if isinstance(document.data, dict) else None
    if not isinstance(query, str) or not query.strip():
        return Formatted(document.source.text)
    try:
        return Formatted(_rewritten(document, query, format_query(query)))
    except _Leave as reason:
        return Formatted(document.source.text, str(reason))


def format_query(query: str) -> str:
    """`query` as Microsoft's formatter lays it out, without blank lines around it. Raises _Leave when the formatter
    would change more than its layout, or never settles."""
    service = LanguageService.shared()
    try:
        before = _meaning(service, query)
        text = query
        for _ in range(_PASSES):
            last, text = text, _lines(service.format(text))
            if text == last:
                break
        else:
            raise _Leave("the formatter lays it out differently each time")
        # Comments are in no tree: that all characters are still there says that none was lost.
        if _SPACE.sub("", text) != _SPACE.sub("", query) or _meaning(service, text) != before:
            raise _Leave("the formatter would change its meaning")
    except LanguageError as error:
        raise _Leave(str(error)) from None
    return text


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


def _meaning(service: LanguageService, query: str) -> list[tuple[Any, ...]]:
    """Everything that the parser sees in a query but where it stands."""
    try:
        nodes = list(service.analyze(query, {}, analyzers=False).tree.walk())
    except RecursionError:
        raise _Leave("the query is nested too deeply") from None
    if any(node.missing or node.kind == "SkippedTokens" for node in nodes):
        raise _Leave("it has a syntax error; `masthead lint` says where")
    # The text of a dynamic literal has its layout in it; what it holds are the nodes below.
    return [
        (node.kind, node.name, node.text, node.simple_name, None if node.kind == "DynamicExpression" else node.literal)
        for node in nodes
    ]


def _rewritten(document: Document, query: str, formatted: str) -> str:
    if formatted == _lines(query):
        # Also when only blanks at line ends differ: in a block scalar they may be meant for who reads the file.
        return document.source.text
    span = document.span((_KEY,))
    text = document.source.text
    start, end = document.source.index(span.start), document.source.index(span.end)
    style = text[start]
    if style == "|":
        changed = _in_block(document, query, formatted)
    elif style in "&!*":
        raise _Leave("its value has an anchor, an alias or a tag")
    elif "\n" not in formatted:
        return text  # a query of one line stays on its line, as it was written
    else:
        changed = _to_block(document, start, end, formatted)
    _check(document, changed, formatted)
    return changed


def _in_block(document: Document, query: str, formatted: str) -> str:
    """The file with other lines in the block scalar; its header, its indentation and blank lines around it stay."""
    source = document.source
    first, last = len(query) - len(query.lstrip()), len(query.rstrip())
    line_start = query.rfind("\n", 0, first) + 1
    begin = document.position_in((_KEY,), line_start)
    indent = source.line(begin.line)[: begin.column - 1]
    start = source.index(begin) - len(indent)
    end = source.index(document.span_in((_KEY,), last - 1, last).end)
    while source.text[end : end + 1] in (" ", "\t"):
        end += 1  # blanks behind the last character of the query
    newline = "\r\n" if "\r\n" in source.text[:start] else "\n"
    block = newline.join(indent + line if line else "" for line in formatted.split("\n"))
    return source.text[:start] + block + source.text[end:]


def _to_block(document: Document, start: int, end: int, formatted: str) -> str:
    """The file with a block scalar in place of a query that was quoted, folded or plain."""
    text = document.source.text
    key = document.key_span((_KEY,))
    if key.start.column != 1 or not text[document.source.index(key.end) :].startswith(":"):
        raise _Leave("it stands in braces, where it must stay on its line")
    newline = "\r\n" if "\r\n" in text else "\n"
    rest_end = min((at for at in (text.find("\n", end), len(text)) if at >= 0), default=len(text))
    rest = text[end:rest_end].rstrip("\r")
    if rest.strip() and not rest.lstrip().startswith("#"):
        raise _Leave("something follows it on its line")
    block = "".join(newline + (_INDENT + line if line else "") for line in formatted.split("\n"))
    tail = text[rest_end:] or newline
    return text[:start] + "|-" + rest + block + (newline + tail[1:] if tail.startswith("\n") else tail)


def _check(document: Document, changed: str, formatted: str) -> None:
    """Read the result once more: nothing but the layout of the query may differ."""
    try:
        data = parse_document(changed, document.source.path).data
    except ContentError:
        raise _Leave("the file could not be read afterwards") from None
    if data.get(_KEY, "").strip() != formatted or {**data, _KEY: ""} != {**document.data, _KEY: ""}:
        raise _Leave("the rest of the file would change")

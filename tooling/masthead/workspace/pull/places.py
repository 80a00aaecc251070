"""Where things stand in the text of a YAML file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from masthead.content.document import Document, ValuePath

ABSENT: Final = object()
"""What `at` gives for a path that leads nowhere."""

_LINE_END = re.compile(r"\r?\n|\Z")
_COMMENT = re.compile(r"(?:.*?[ \t])??(#.*)")


def at(data: Any, path: ValuePath) -> Any:
    """The value at the path, or ABSENT."""
    for step in path:
        inside = isinstance(data, Mapping) and step in data
        inside = inside or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if not inside:
            return ABSENT
        data = data[step]
    return data


class Places:
    """The indexes in a document's text of its keys, values and lines. Paths must lead somewhere."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.source.text

    def value(self, path: ValuePath) -> tuple[int, int]:
        """Where the value starts and ends, white space at its end not counted."""
        span, source = self.document.span(path), self.document.source
        return source.index(span.start), source.index(span.end)

    def key(self, path: ValuePath) -> tuple[int, int]:
        """Where the key of the value starts and ends."""
        span, source = self.document.key_span(path), self.document.source
        return source.index(span.start), source.index(span.end)

    def colon(self, path: ValuePath) -> int:
        """The index behind the colon of the key."""
        return self.text.index(":", self.key(path)[1]) + 1

    def indent(self, path: ValuePath) -> str:
        """Spaces up to the column of the key."""
        return " " * len(self.before(path))

    def before(self, path: ValuePath) -> str:
        """What stands on the line before the key: spaces, and the dash of an item whose first key it is."""
        start = self.key(path)[0]
        return self.text[self.text.rfind("\n", 0, start) + 1 : start]

    def begins_with(self, path: ValuePath, characters: str) -> bool:
        """Whether the value is written with one of these characters first, as collections on one line and anchors."""
        start, end = self.value(path)
        return start < end and self.text[start] in characters

    def line_end(self, index: int) -> int:
        """Where the line ends that `index` is on."""
        found = _LINE_END.search(self.text, index)
        assert found is not None  # the end of the text is one
        return found.start()

    def next_line(self, index: int) -> int:
        """Where the line after it begins; the end of the text, when there is none."""
        found = _LINE_END.search(self.text, index)
        assert found is not None
        return found.end()

    def comment(self, index: int) -> str:
        """The comment on the line, behind `index`, where no value follows."""
        found = _COMMENT.fullmatch(self.text[index : self.line_end(index)])
        return found[1].rstrip() if found else ""

"""Where something stands in a file."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

# Editors and terminals break lines here and nowhere else; YAML 1.1 also breaks at NEL, LS and PS, which no one counts.
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A character of a file: `line` and `column` count from 1, in characters (not bytes)."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters from `start` up to, not including, `end`."""

    start: Position
    end: Position

    def __str__(self) -> str:
        return str(self.start)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The text of one file.

    `path` is relative to the project's root and uses "/". `text` is what the file holds, line ends included, without
    a byte order mark. An *index* counts characters of `text` from 0.
    """

    path: str
    text: str
    _starts: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def _line_starts(self) -> list[int]:
        if not self._starts:
            self._starts.append(0)
            self._starts.extend(match.end() for match in _LINE_END.finditer(self.text))
        return self._starts

    @property
    def line_count(self) -> int:
        """How many lines the file has; an empty file has one."""
        return len(self._line_starts())

    def line(self, number: int) -> str:
        """Line `number` (from 1) without its line end; empty when there is no such line."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def position(self, index: int) -> Position:
        """Line and column of the character at `index`; an index past the end means the end."""
        index = max(0, min(index, len(self.text)))
        starts = self._line_starts()
        line = bisect_right(starts, index)
        return Position(line, index - starts[line - 1] + 1)

    def index(self, position: Position) -> int:
        """The index of `position`; a column past the line's end means the line's end."""
        starts = self._line_starts()
        line = max(1, min(position.line, len(starts)))
        return starts[line - 1] + min(position.column - 1, len(self.line(line)))

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from index `start` up to index `end`."""
        return Span(self.position(start), self.position(end))

    def line_span(self, number: int) -> Span:
        """The whole of line `number`, without its line end."""
        return Span(Position(number, 1), Position(number, len(self.line(number)) + 1))

"""Text that knows where each part of it was written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of what stands from `start` to `end`: it becomes `text`, or stays between `before` and `after`."""

    start: int
    end: int
    text: str | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """`text`, which stands at `offset` of a source; `put`: for what stands there, or at that place.

    source: None for text that has no place anywhere.
    """

    text: str
    source: str | None = None
    offset: int = 0
    put: bool = False

    def part(self, first: int, last: int) -> _Piece:
        moved = self.offset if self.put else self.offset + first
        return replace(self, text=self.text[first:last], offset=moved)


class Traced:
    """A text made of pieces of several sources, each known by a name."""

    def __init__(self, pieces: Iterable[_Piece] = ()) -> None:
        self._pieces = [piece for piece in pieces if piece.text]
        self._starts: list[int] = []
        length = 0
        for piece in self._pieces:
            self._starts.append(length)
            length += len(piece.text)
        self.text = "".join(piece.text for piece in self._pieces)

    @classmethod
    def written(cls, text: str, source: str) -> Traced:
        """A text as it was written in a source."""
        return cls([_Piece(text, source)])

    @classmethod
    def made(cls, text: str) -> Traced:
        """A text that nobody wrote."""
        return cls([_Piece(text)])

    def __add__(self, other: Traced) -> Traced:
        return Traced([*self._pieces, *other._pieces])

    def origin(self, offset: int) -> tuple[str, int] | None:
        """The source of a character and its offset there; None if nobody wrote it.

        For what an edit put in, the place it was put at.
        """
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or self._pieces[index].source is None:
            return None
        piece = self._pieces[index]
        return piece.source or "", piece.offset if piece.put else piece.offset + offset - self._starts[index]

    def edit(self, edits: Iterable[Edit]) -> Traced:
        """The text with the edits. They may lie within each other; what lies within a replaced part does not count."""
        out: list[_Piece] = []
        at = 0
        for position, _, until, text in sorted(_steps(edits)):
            if position < at:
                continue
            out += self._between(at, position)
            at = until
            source, offset = self.origin(position) or self.origin(position - 1) or (None, 0)
            out.append(_Piece(text, source, offset, put=True))
        return Traced([*out, *self._between(at, len(self.text))])

    def _between(self, start: int, end: int) -> Iterator[_Piece]:
        index = max(0, bisect_right(self._starts, start) - 1)
        for piece, begin in zip(self._pieces[index:], self._starts[index:], strict=True):
            if begin >= end:
                return
            yield piece.part(max(start, begin) - begin, min(end - begin, len(piece.text)))


def _steps(edits: Iterable[Edit]) -> Iterator[tuple[int, tuple[int, int], int, str]]:
    """Each insertion and replacement: where, which comes first at the same place, up to where, and its text.

    What closes comes before what opens; of those that open the outermost first, of those that close the innermost.
    """
    for edit in edits:
        if edit.text is not None:
            yield edit.start, (2, 0), edit.end, edit.text
        if edit.before:
            yield edit.start, (1, -edit.end), edit.start, edit.before
        if edit.after:
            yield edit.end, (0, -edit.start), edit.end, edit.after

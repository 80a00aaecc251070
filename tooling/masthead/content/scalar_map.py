"""Which characters of a YAML file produced which characters of a scalar's value.

A query inside YAML is indented, folded or escaped; the KQL service knows only offsets in the value. A `ScalarMap`
walks the source of one scalar once, as a YAML processor would, and remembers runs: stretches of the value that stand
in the file as they are, and single characters that the file spells otherwise (an escape, a folded line break).
The rules are those of libyaml (YAML 1.1), whose reading of the value decides whether the walk was right.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

_Break = tuple[str, int, int]
"""The character that a line break stands for, its index in the text, and its width there."""

MAX_INDENT = 256
"""How far in a block scalar whose header counts its indentation is looked for; see `_map_block`."""

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BREAK_OR_END = re.compile("[\n\r\x85\u2028\u2029]|\\Z")
_BLANKS = re.compile("[ \t]*")
_SPACES = re.compile(" *")
_PROPERTIES = re.compile("(?:[&!][^ \t\n\r]*(?:[ \t\n\r]+|#[^\n\r]*)*)*")
_BLOCK_HEADER = re.compile("[|>](?:([1-9])[+-]?|[+-]([1-9])?)?")
_ESCAPE_WIDTH = {"x": 4, "u": 6, "U": 10}


@dataclass(slots=True)
class ScalarMap:
    """Maps offsets in a scalar's `value` to indexes in the file's text; `end` is the index behind the last of them."""

    value: str
    end: int
    # Of each run: its offset in the value, its index in the text, and the width there of each of its characters.
    _offsets: list[int] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _widths: list[int] = field(default_factory=list)

    def start_of(self, offset: int) -> int:
        """The index of what produced `value[offset]`; the value's end stands behind its last character."""
        if offset >= len(self.value) or not self._offsets:
            return self.end
        run = bisect_right(self._offsets, max(offset, 0)) - 1
        return self._starts[run] + max(offset, 0) - self._offsets[run]

    def end_of(self, offset: int) -> int:
        """The index behind what produced `value[offset]`."""
        if offset >= len(self.value) or not self._offsets:
            return self.end
        return self.start_of(offset) + self._widths[bisect_right(self._offsets, max(offset, 0)) - 1]


def map_scalar(text: str, start: int, end: int, value: str) -> ScalarMap:
    """The map of the scalar that stands in `text` from `start` up to `end` and that the YAML parser read as `value`.

    `start` may point at the scalar's anchor or tag. Should the walk not arrive at `value`, every offset maps to the
    scalar's start: a coarse position, never a wrong character.
    """
    start = _PROPERTIES.match(text, start, end).end()  # type: ignore[union-attr]  # it matches the empty string
    in_block = start < end and text[start] in "|>"
    candidates = _map_block(text, start) if in_block else _map_flow(text, start, end)
    return next((each for each in candidates if each.value == value), ScalarMap(value, start))


class _Writer:
    """Collects a value and its runs."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._parts: list[str] = []
        self._length = 0
        self._map = ScalarMap("", start)

    def copy(self, start: int, end: int) -> None:
        """The value continues with `text[start:end]`, as it is."""
        if start < end:
            self._add(self._text[start:end], start, 1)
            self._map.end = end

    def put(self, char: str, start: int, width: int) -> None:
        """The value continues with `char`, which the file spells in `width` characters from `start`."""
        self._add(char, start, width)
        self._map.end = start + width

    def put_breaks(self, breaks: list[_Break]) -> None:
        for each in breaks:
            self.put(*each)

    def finish(self) -> ScalarMap:
        self._map.value = "".join(self._parts)
        return self._map

    def _add(self, piece: str, start: int, width: int) -> None:
        self._map._offsets.append(self._length)
        self._map._starts.append(start)
        self._map._widths.append(width)
        self._parts.append(piece)
        self._length += len(piece)


def _read_break(text: str, index: int) -> _Break | None:
    found = _BREAK.match(text, index)
    if not found:
        return None
    char = found.group()
    return (char if char in "\u2028\u2029" else "\n"), index, len(char)


def _line_end(text: str, index: int) -> int:
    return _BREAK_OR_END.search(text, index).start()  # type: ignore[union-attr]  # it matches at the end


# --- block scalars: | and > ------------------------------------------------------------------------------------------


def _map_block(text: str, start: int) -> Iterator[ScalarMap]:
    """The readings of the block scalar at `start`, likeliest first.

    The indentation is the first line's, unless the header counts it from the parent's, which is not known here: then
    each possible parent gives a reading, and they differ in their leading spaces.
    """
    header = _BLOCK_HEADER.match(text, start)
    assert header is not None
    digit = header.group(1) or header.group(2)
    body = _line_end(text, start)
    if line_break := _read_break(text, body):
        body += line_break[2]
    folded = text[start] == ">"
    chomping = "+" if "+" in header.group() else "-" if "-" in header.group() else ""
    if not digit:
        yield _walk_block(text, start, body, _detect_indent(text, body), folded, chomping)
        return
    # Beyond the first content all indentations read the same: nothing but empty lines.
    for indent in range(int(digit), min(max(_detect_indent(text, body) + 1, int(digit)), MAX_INDENT) + 1):
        yield _walk_block(text, start, body, indent, folded, chomping)


def _detect_indent(text: str, body: int) -> int:
    """The indentation of the first line that holds more than spaces, and of no line before it less."""
    deepest = 0
    while True:
        content = _SPACES.match(text, body).end()  # type: ignore[union-attr]
        deepest = max(deepest, content - body)
        line_break = _read_break(text, content)
        if not line_break:
            return max(deepest, 1)
        body = content + line_break[2]


def _skip_empty_lines(text: str, index: int, indent: int) -> tuple[int, list[_Break]]:
    """Past indentation and empty lines: the index of the next content, and the line breaks on the way."""
    breaks: list[_Break] = []
    while True:
        spaces = _SPACES.match(text, index, index + indent).end()  # type: ignore[union-attr]
        line_break = _read_break(text, spaces)
        if not line_break:
            return spaces, breaks
        breaks.append(line_break)
        index = spaces + line_break[2]


def _walk_block(text: str, start: int, body: int, indent: int, folded: bool, chomping: str) -> ScalarMap:
    writer = _Writer(text, start)
    index, empty_lines = _skip_empty_lines(text, body, indent)
    last_break: list[_Break] = []
    after_indented = False
    line_start = body if not empty_lines else empty_lines[-1][1] + empty_lines[-1][2]
    while index - line_start == indent and index < len(text):
        indented = text[index] in " \t"
        if folded and last_break and last_break[0][0] == "\n" and not after_indented and not indented:
            if not empty_lines:
                writer.put(" ", *last_break[0][1:])
        else:
            writer.put_breaks(last_break)
        writer.put_breaks(empty_lines)
        after_indented = indented
        end = _line_end(text, index)
        writer.copy(index, end)
        line_break = _read_break(text, end)
        last_break = [line_break] if line_break else []
        line_start = end + (line_break[2] if line_break else 0)
        index, empty_lines = _skip_empty_lines(text, line_start, indent)
        if empty_lines:
            line_start = empty_lines[-1][1] + empty_lines[-1][2]
    if chomping != "-":
        writer.put_breaks(last_break)
    if chomping == "+":
        writer.put_breaks(empty_lines)
    return writer.finish()


# --- plain and quoted scalars ----------------------------------------------------------------------------------------


def _map_flow(text: str, start: int, end: int) -> Iterator[ScalarMap]:
    """The reading of the plain or quoted scalar from `start` up to `end`."""
    writer = _Writer(text, start)
    quote = text[start] if start < end and text[start] in "'\"" else ""
    index, end = start + len(quote), end - len(quote)
    while index < end:
        char = text[index]
        if char in " \t" or _BREAK.match(text, index):
            index = _fold(text, index, end, writer)
        elif quote == "'" and char == "'":
            writer.put("'", index, 2)
            index += 2
        elif quote == '"' and char == "\\":
            index = _escape(text, index, end, writer)
        else:
            index = _copy_words(text, index, end, quote, writer)
    yield writer.finish()


_WORDS = {
    "": re.compile("[^ \t\n\r\x85\u2028\u2029]+"),
    "'": re.compile("[^ '\t\n\r\x85\u2028\u2029]+"),
    '"': re.compile('[^ "\\\\\t\n\r\x85\u2028\u2029]+'),
}


def _copy_words(text: str, index: int, end: int, quote: str, writer: _Writer) -> int:
    found = _WORDS[quote].match(text, index, end)
    stop = found.end() if found else index + 1
    writer.copy(index, stop)
    return stop


def _escape(text: str, index: int, end: int, writer: _Writer) -> int:
    kind = text[index + 1 : index + 2]
    if _BREAK.match(text, index + 1):
        # An escaped line break joins the lines; empty lines after it still count.
        return _fold(text, index + 1, end, writer, escaped=True)
    width = _ESCAPE_WIDTH.get(kind, 2)
    writer.put(_unescape(text[index : index + width]), index, width)
    return index + width


_SHORT_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


def _unescape(escape: str) -> str:
    if escape[1] in _ESCAPE_WIDTH:
        return chr(int(escape[2:], 16))
    return _SHORT_ESCAPES.get(escape[1], escape[1])


def _fold(text: str, index: int, end: int, writer: _Writer, *, escaped: bool = False) -> int:
    """White space inside a line stays; a single line break becomes a space, and of several all but the first stay."""
    blanks_end = _BLANKS.match(text, index, end).end()  # type: ignore[union-attr]
    first = _read_break(text, blanks_end) if blanks_end < end else None
    if not first:
        writer.copy(index, blanks_end)
        return blanks_end
    breaks: list[_Break] = []
    at = blanks_end + first[2]
    while at < end:
        at = _BLANKS.match(text, at, end).end()  # type: ignore[union-attr]
        line_break = _read_break(text, at) if at < end else None
        if not line_break:
            break
        breaks.append(line_break)
        at += line_break[2]
    if not escaped:
        if first[0] != "\n":
            writer.put(*first)
        elif not breaks:
            writer.put(" ", *first[1:])
    writer.put_breaks(breaks)
    return at

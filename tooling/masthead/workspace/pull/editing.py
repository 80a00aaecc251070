"""Changes single values in the text of a YAML file, and leaves every other character as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from masthead.content.document import Document, ValuePath
from masthead.workspace.pull.converted import Inexpressible
from masthead.workspace.pull.differences import Edit, applied
from masthead.workspace.pull.places import ABSENT, Places, at
from masthead.workspace.pull.yaml_text import entry, flow, scalar

_LITERAL = re.compile(r"\|[-+]?[ \t]*(?:#[^\r\n]*)?\r?\n")


def edited(document: Document, edits: Sequence[Edit], comments: Mapping[str, str] | None = None) -> str:
    """The text with the edits done. `comments`: what is said behind values at the top that are edited.

    Raises Inexpressible where a value cannot be changed by itself.
    """
    text = document.source.text
    editor = _Editor(document, applied(document.data, edits), comments or {})
    changes = sorted(editor.changes(edits), key=lambda each: (each.start, each.end))
    if any(one.end > other.start for one, other in pairwise(changes)):
        raise Inexpressible(f"its values stand too close together in {document.source.path}")
    for change in reversed(changes):
        text = text[: change.start] + change.text + text[change.end :]
    return text


@dataclass(frozen=True, slots=True)
class _Change:
    """`text` in place of the characters from `start` up to `end`."""

    start: int
    end: int
    text: str


class _Editor:
    """Knows the file before, and its data afterwards."""

    def __init__(self, document: Document, data: Mapping[str, Any], comments: Mapping[str, str]) -> None:
        self.places = Places(document)
        self.document = document
        self.data = data
        self.comments = comments
        self.newline = "\r\n" if "\r\n" in document.source.text else "\n"

    def changes(self, edits: Sequence[Edit]) -> Iterator[_Change]:
        if self.places.begins_with((), "{") or not self.data.keys() & self.document.data.keys():
            raise Inexpressible(f"{self.document.source.path} is in braces, or nothing of it would stay")
        orders = {edit.path: edit.order for edit in edits}
        paths = dict.fromkeys(self.movable(edit.path) for edit in edits)
        for path in paths:
            if any(path[:length] in paths for length in range(len(path))):
                continue  # it is within another that is written anew
            value = at(self.data, path)
            if value is ABSENT:
                yield self.removal(path)
            elif at(self.document.data, path) is ABSENT:
                yield self.insertion(path, value, orders[path])
            else:
                yield self.replacement(path, value)

    def movable(self, path: ValuePath) -> ValuePath:
        """The path, or the nearest above it whose value can be written anew by itself."""
        above = [path[:length] for length in range(1, len(path))]
        path = next((each for each in above if self.places.begins_with(each, "{[")), path)
        while len(path) > 1 and not self.stands_alone(path):
            path = path[:-1]
        for length in range(1, len(path) + 1):
            if at(self.document.data, path[:length]) is not ABSENT and self.places.begins_with(path[:length], "&*!"):
                raise Inexpressible(f"an anchor shares what has changed in {self.document.source.path}")
        return path

    def stands_alone(self, path: ValuePath) -> bool:
        value, there = at(self.data, path), at(self.document.data, path)
        if isinstance(path[-1], int):
            return ABSENT not in (value, there) and not (isinstance(value, str) and "\n" in value)
        if value is ABSENT:
            # The first key of an item shares its line with the dash, and an empty mapping has no lines.
            return bool(at(self.data, path[:-1])) and not self.places.before(path).strip()
        return there is not ABSENT or bool(self.neighbours(path))

    def neighbours(self, path: ValuePath) -> list[str]:
        """The keys beside which a new one can be put: those of its mapping that stay."""
        there, stay = at(self.document.data, path[:-1]), at(self.data, path[:-1])
        return [key for key in there if key in stay] if isinstance(there, Mapping) else []

    def replacement(self, path: ValuePath, value: Any) -> _Change:
        places = self.places
        start, end = places.value(path)
        if isinstance(path[-1], int):
            return _Change(start, end, flow(value))
        first, *rest = self.entry(path, value)
        literal = _LITERAL.match(places.text, start)
        there = at(self.document.data, path)
        if literal and first.endswith(": |-") and there.strip():
            blank = len(there) - len(there.lstrip("\n"))
            indent = " " * (self.document.position_in(path, blank).column - 1)
            return _Change(literal.end(), places.line_end(end), self.joined(value.split("\n"), indent))
        colon = places.colon(path)
        first = first[len(scalar(str(path[-1]))) + 1 :]
        if start == end:  # a key without a value
            start = end = colon
        below = places.line_end(colon) < start
        several_lines = places.line_end(start) < end
        behind = colon if below else start if places.begins_with(path, "|>") else None if several_lines else end
        comment = places.comment(behind) if behind is not None else ""
        if comment and "  #" not in first:
            first += f"  {comment}"
        stop = end if below or several_lines else places.line_end(end)
        following = [self.newline + self.joined(rest, places.indent(path))] if rest else []
        return _Change(colon, stop, "".join([first, *following]))

    def insertion(self, path: ValuePath, value: Any, order: Sequence[str]) -> _Change:
        there, key = self.neighbours(path), str(path[-1])
        earlier = order[: order.index(key)] if key in order else there
        before = [each for each in earlier if each in there]
        neighbour = (*path[:-1], before[-1] if before else there[0])
        indent = self.places.indent(neighbour)
        lines = self.joined(self.entry(path, value), indent)
        if before:
            place = self.places.line_end(max(self.places.value(neighbour)[1], self.places.colon(neighbour)))
            return _Change(place, place, self.newline + lines)
        if self.places.before(neighbour).strip():
            raise Inexpressible(f"there is no room for {key} in {self.document.source.path}")
        place = self.places.key(neighbour)[0] - len(indent)
        return _Change(place, place, lines + self.newline)

    def removal(self, path: ValuePath) -> _Change:
        """Its lines and the line break before them, so that something can be put behind; the first with that after."""
        start = self.places.key(path)[0] - len(self.places.before(path))
        end = max(self.places.value(path)[1], self.places.colon(path))
        if start == 0:
            return _Change(0, self.places.next_line(end), "")
        return _Change(start - len(self.newline), self.places.line_end(end), "")

    def entry(self, path: ValuePath, value: Any) -> list[str]:
        first, *rest = entry(str(path[-1]), value, 0)
        comment = self.comments.get(str(path[-1])) if len(path) == 1 and not rest else None
        return [f"{first}  # {comment}" if comment else first, *rest]

    def joined(self, lines: Sequence[str], indent: str) -> str:
        """The lines as the file breaks them, indented where they are not empty."""
        return self.newline.join(indent + line if line else "" for line in lines)

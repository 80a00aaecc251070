"""YAML text to a tree of nodes: plain data, and of every value where it stands.

Reads libyaml's events rather than PyYAML's objects, for three reasons. Scalars follow the core schema of YAML 1.2, as
editors do: `no` and `on` are text, dates stay text, `1:30` is no number. Duplicate keys and what an alias would
expand to are seen while reading. And nothing recurses, so hostile nesting costs no stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from masthead.content.finding import ContentError, Finding, finding
from masthead.content.location import SourceFile

MAX_DEPTH = 64
MAX_VALUES = 200_000
"""How deep a file may nest and how many values it may hold, aliases written out."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True, eq=False)
class Node:
    """A value of a YAML file: its `data`, and the indexes in the text where it starts and ends.

    A mapping has `entries`: key → (node of the key, node of the value); a sequence has `items`. `raw` is a scalar's
    text. An alias has the span of the alias and, as `target`, the node it stands for. `weight` counts the values
    inside, aliases written out.
    """

    data: Any
    start: int
    end: int
    raw: str | None = None
    entries: dict[str, tuple[Node, Node]] | None = None
    items: list[Node] | None = None
    target: Node | None = None
    weight: int = 1


_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER = re.compile(
    r"(?P<int>[-+]?[0-9]{1,40})|0o(?P<oct>[0-7]{1,40})|0x(?P<hex>[0-9a-fA-F]{1,40})"
    r"|(?P<float>[-+]?(?:\.[0-9]{1,400}|[0-9]{1,400}(?:\.[0-9]{0,400})?)(?:[eE][-+]?[0-9]{1,5})?)"
)


def plain_value(text: str) -> Any:
    """What an unquoted scalar means: null, a truth value, a number, or text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-+.0123456789":
        return text
    number = _NUMBER.fullmatch(text)
    if not number:
        return text
    if number["oct"]:
        return int(number["oct"], 8)
    if number["hex"]:
        return int(number["hex"], 16)
    return int(text) if number["int"] else float(text)


def read_nodes(source: SourceFile) -> Node:
    """The tree of the one YAML document in `source`; an empty file is a null.

    Raises ContentError: MH004 for what is not YAML or not allowed here, MH005, MH006, MH007.
    """
    loader = _Loader(source.text)
    try:
        return _Builder(source).build(_events(loader))
    except yaml.MarkedYAMLError as error:
        raise ContentError(_syntax_finding(source, error)) from None
    except yaml.reader.ReaderError:
        raise ContentError(_character_finding(source)) from None
    finally:
        loader.dispose()


def _events(loader: Any) -> Iterator[Any]:
    while loader.check_event():
        yield loader.get_event()


class _Builder:
    """Builds the tree from events with a stack of open collections."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.stack: list[Node] = []
        self.keys: list[Node | None] = []
        self.anchors: dict[str, Node] = {}
        self.root: Node | None = None
        self.documents = 0

    def build(self, events: Iterator[Any]) -> Node:
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self.add(self.scalar(event), event.anchor)
            elif kind is yaml.MappingStartEvent:
                self.open(event, Node({}, event.start_mark.index, event.end_mark.index, entries={}))
            elif kind is yaml.SequenceStartEvent:
                self.open(event, Node([], event.start_mark.index, event.end_mark.index, items=[]))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.close(event)
            elif kind is yaml.AliasEvent:
                self.add(self.alias(event), None)
            elif kind is yaml.DocumentStartEvent:
                self.documents += 1
                if self.documents > 1:
                    self.fail("MH004", "the file holds more than one YAML document", event, "Keep one document a file.")
        return self.root or Node(None, 0, 0, raw="")

    def scalar(self, event: Any) -> Node:
        start, end, text = event.start_mark.index, event.end_mark.index, event.value
        tag = event.tag
        if event.implicit[0] and tag is None:
            data = plain_value(text)
        elif tag is None or tag in ("!", "tag:yaml.org,2002:str"):
            data = text
        else:
            self.refuse_tag(event)
        return Node(data, start, end, raw=text)

    def open(self, event: Any, node: Node) -> None:
        if event.tag is not None and event.tag not in ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            self.refuse_tag(event)
        if len(self.stack) >= MAX_DEPTH:
            self.fail("MH007", f"the values nest deeper than {MAX_DEPTH} levels", event, "Flatten the file.")
        if event.anchor:
            self.anchors[event.anchor] = node
        self.stack.append(node)
        self.keys.append(None)

    def close(self, event: Any) -> None:
        node = self.stack.pop()
        self.keys.pop()
        # A block collection's end mark is where the next token starts; a flow collection's is its bracket.
        flow = event.start_mark.index != event.end_mark.index
        if flow:
            node.end = event.end_mark.index
        elif node.items:
            node.end = node.items[-1].end
        elif node.entries:
            node.end = next(reversed(node.entries.values()))[1].end
        self.add(node, None)

    def alias(self, event: Any) -> Node:
        target = self.anchors.get(event.anchor)
        if target is None:
            self.fail("MH004", f"the alias *{event.anchor} has no anchor &{event.anchor} before it", event)
        if any(target is each for each in self.stack):
            self.fail("MH007", f"the alias *{event.anchor} contains itself", event, "Write the value out.")
        start, end = event.start_mark.index, event.end_mark.index
        return Node(target.data, start, end, target.raw, target.entries, target.items, target, target.weight)

    def add(self, node: Node, anchor: str | None) -> None:
        """Puts a finished node where it belongs: the next key or value of the open collection."""
        if anchor:
            self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            return
        parent, key = self.stack[-1], self.keys[-1]
        parent.weight += node.weight
        if parent.weight > MAX_VALUES:
            message = f"the file holds more than {MAX_VALUES:,} values once its aliases are written out"
            raise ContentError(finding("MH007", message, self.source, self.source.span(node.start, node.end)))
        if parent.items is not None:
            parent.items.append(node)
            parent.data.append(node.data)
        elif key is None:
            self.keys[-1] = self.checked_key(node, parent)
        else:
            assert parent.entries is not None and key.raw is not None
            parent.entries[key.raw] = (key, node)
            parent.data[key.raw] = node.data
            self.keys[-1] = None

    def checked_key(self, node: Node, parent: Node) -> Node:
        span = self.source.span(node.start, node.end)
        if node.raw is None:
            raise ContentError(finding("MH004", "a key must be text, not a list or a mapping", self.source, span))
        if node.raw == "<<" and node.data == "<<":
            hint = "Write the keys out; YAML 1.2 has no merge keys."
            raise ContentError(finding("MH004", "merge keys (<<) are not allowed", self.source, span, hint=hint))
        assert parent.entries is not None
        if node.raw in parent.entries:
            first = self.source.position(parent.entries[node.raw][0].start)
            message = f'the key "{node.raw}" stands here a second time; the first is in line {first.line}'
            raise ContentError(finding("MH006", message, self.source, span, hint="Remove or rename one of the two."))
        return node

    def refuse_tag(self, event: Any) -> Any:
        hint = "Remove the tag; quote the value if it is meant as text."
        self.fail("MH004", f"the tag {event.tag} is not allowed", event, hint)

    def fail(self, code: str, message: str, event: Any, hint: str | None = None) -> Any:
        span = self.source.span(event.start_mark.index, event.end_mark.index)
        raise ContentError(finding(code, message, self.source, span, hint=hint))


# libyaml's words for what it did not expect, and what most often is behind them.
_HINTS = (
    ("mapping values are not allowed", 'A text that contains ": " must be quoted; otherwise check the indentation.'),
    ("could not find expected ':'", "A key needs a colon and a space; a text of several lines starts with | or >."),
    ("did not find expected key", "Check the indentation of this line, and for a quote that ends too early."),
    ("did not find expected '-' indicator", "Check the indentation: a list's items start in the same column."),
    ("did not find expected ',' or", "Close the bracket, or quote the text if the bracket belongs to it."),
    ("cannot start any token", "Quote a text that starts with @, ` or %."),
    ("unexpected end of stream", "A quote that opens here is never closed."),
    ("unknown escape character", "Write \\\\ for a backslash, or use single quotes or a block scalar (|)."),
    ("alphabetic or numeric character", "Quote a text that starts with * or &."),
)


def _syntax_finding(source: SourceFile, error: yaml.MarkedYAMLError) -> Finding:
    mark = error.problem_mark or error.context_mark
    index = mark.index if mark else 0
    problem = error.problem or "this is not YAML"
    if "maximum nesting depth" in problem:  # the parser reads ahead, and gives up before our own bound is reached
        return _depth_finding(source, index)
    position = source.position(index)
    before = source.line(position.line)[: position.column]
    span = source.span(index, index + 1)
    if "\t" in before and not before.strip(" \t-"):
        tab = index - (position.column - 1) + before.index("\t")
        message = "a tab stands in the indentation"
        return finding("MH005", message, source, source.span(tab, tab + 1), hint="Indent with spaces.")
    hint = next((hint for words, hint in _HINTS if words in problem), None)
    if "unexpected end of stream" in problem and error.context_mark:
        span = source.span(error.context_mark.index, error.context_mark.index + 1)
    context = f" {error.context}" if error.context else ""
    return finding(
        "MH004", f"this is not valid YAML:{context}{',' if context else ''} {problem}", source, span, hint=hint
    )


_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _character_finding(source: SourceFile) -> Finding:
    found = _FORBIDDEN.search(source.text)
    index = found.start() if found else 0
    code_point = f"U+{ord(source.text[index]):04X}" if source.text else "nothing"
    message = f"the control character {code_point} is not allowed in YAML"
    hint = f'Remove it, or write it in double quotes as "\\x{ord(source.text[index]):02x}".' if found else None
    return finding("MH004", message, source, source.span(index, index + 1), hint=hint)


def _depth_finding(source: SourceFile, end: int) -> Finding:
    """Of brackets that nest too deep for the parser: the first that is deeper than may be."""
    opened: list[int] = []
    for index, character in enumerate(source.text[: end + 1]):
        if character in "[{":
            opened.append(index)
        elif character in "]}" and opened:
            opened.pop()
    at = opened[MAX_DEPTH] if len(opened) > MAX_DEPTH else end
    message = f"the values nest deeper than {MAX_DEPTH} levels"
    return finding("MH007", message, source, source.span(at, at + 1), hint="Flatten the file.")

"""A YAML file: its data, and where every key and value of it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from masthead.content.files import read_text
from masthead.content.finding import Finding, Severity, finding
from masthead.content.location import Position, SourceFile, Span
from masthead.content.nodes import Node, read_nodes
from masthead.content.scalar_map import ScalarMap, map_scalar

ValuePath = tuple[str | int, ...]
"""The keys and indexes that lead to a value, like `("entityMappings", 0, "entityType")`."""

MAX_BYTES = 2 * 1024 * 1024
"""No content file is larger; recordings and watchlist rows, which are not YAML, have their own bounds."""


class Document:
    """A parsed YAML file.

    `data` is plain: dict, list, str, int, float, bool, None. A `path` that leads nowhere means the nearest
    value above it that exists, so a finding about a missing key points at the mapping that lacks it. `checked` is
    `schema_findings`' memory of what each schema said.
    """

    __slots__ = ("_maps", "_root", "checked", "data", "source")

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self._root = read_nodes(source)
        self.data: Any = self._root.data
        self._maps: dict[int, ScalarMap] = {}
        self.checked: dict[str, tuple[Finding, ...]] = {}

    def __repr__(self) -> str:
        return f"Document({self.source.path!r})"

    def span(self, path: ValuePath = ()) -> Span:
        """Where the value at `path` stands, quotes and block header included; an alias stands where it is written."""
        return self._span_of(self._walk(path)[1])

    def key_span(self, path: ValuePath) -> Span:
        """Where the key of the value at `path` stands; for an item of a list, or the root, the value itself."""
        key, node = self._walk(path)
        return self._span_of(key or node)

    def position_in(self, path: ValuePath, offset: int) -> Position:
        """Where character `offset` of the text at `path` stands in the file; its length means just behind it."""
        return self.source.position(self._map(path).start_of(offset))

    def span_in(self, path: ValuePath, start: int, end: int) -> Span:
        """Where the characters `start` up to `end` of the text at `path` stand in the file."""
        scalar = self._map(path)
        first = scalar.start_of(start)
        return self.source.span(first, max(first, scalar.end_of(end - 1)) if end > start else first)

    def finding(
        self,
        code: str,
        message: str,
        path: ValuePath = (),
        *,
        key: bool = False,
        hint: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """A finding of a kind in `finding.CODES` about the value at `path`, or about its key."""
        span = self.key_span(path) if key else self.span(path)
        return finding(code, message, self.source, span, hint=hint, severity=severity)

    def _walk(self, path: ValuePath) -> tuple[Node | None, Node]:
        """The nodes of the key (None for a list's item) and value at `path`, or of the nearest ancestor's."""
        key, node = None, self._root
        for step in path:
            if node.entries is not None and step in node.entries:
                key, node = node.entries[step]  # type: ignore[index]
            elif node.items is not None and isinstance(step, int) and -len(node.items) <= step < len(node.items):
                key, node = None, node.items[step]
            else:
                break
        return key, node

    def _span_of(self, node: Node) -> Span:
        text = self.source.text
        end = max(node.start, node.end)
        # A block scalar ends where the next line starts; a reader looks for the end of its last line.
        while end > node.start and text[end - 1 : end].isspace():
            end -= 1
        return self.source.span(node.start, end)

    def _map(self, path: ValuePath) -> ScalarMap:
        node = self._walk(path)[1]
        node = node.target or node
        found = self._maps.get(id(node))
        if found is None:
            found = map_scalar(self.source.text, node.start, node.end, node.raw) if node.raw is not None else None
            found = self._maps[id(node)] = found or ScalarMap("", node.start)
        return found


def parse_document(text: str, path: str) -> Document:
    """The document in `text`; `path` is what findings call it. Raises ContentError like `read_document`."""
    return Document(SourceFile(path, text))


def read_document(path: Path, root: Path) -> Document:
    """The YAML file at `path`, which lies in the project at `root`.

    Raises ContentError: MH001 not readable or outside `root`, MH002 not UTF-8, MH003 larger than 2 MB, MH004 not
    YAML or not allowed, MH005 tab in the indentation, MH006 duplicate key, MH007 too deep or too many values.
    """
    return Document(read_text(path, root, MAX_BYTES))

"""All files together: what the checks that compare files look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from masthead.content.files import read_text
from masthead.content.finding import ContentError
from masthead.content.layout import ContentFile, Kind
from masthead.content.location import SourceFile
from masthead.content.project import Project
from masthead.lint.facts import NAMES, Facts, Place, Rule, rule_in

MAX_BYTES = 2 * 1024 * 1024

# A top-level key stands in the first column, and nothing inside a block or a nested value can.
_KEY = re.compile(
    r"^(?P<key>[A-Za-z]+):[ \t]+(?P<quote>[\"']?)(?P<value>(?![|>&*!{\[])[^\"'\r\n#]+?)(?P=quote)[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Known:
    """A file of the project and the names it goes by; `checked` when it is among the files that lint was asked for."""

    file: ContentFile
    names: Mapping[str, Place]
    checked: bool


class Overview:
    """The project, and the facts of the files that lint was asked for."""

    def __init__(self, project: Project, facts: Mapping[ContentFile, Facts]) -> None:
        self.project = project
        self.facts = facts

    @property
    def root(self) -> Path:
        """The project's root."""
        return self.project.root

    @cached_property
    def whole(self) -> bool:
        """Whether all of the project's files are looked at; only then can something be called unused."""
        return self.facts.keys() >= set(self.project.files)

    def of(self, *kinds: Kind) -> Iterator[tuple[ContentFile, Facts]]:
        """The files of some kinds that lint was asked for, with their facts."""
        return ((file, facts) for file, facts in self.facts.items() if file.kind in kinds)

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """Every file with names: those that were asked for, and the rest of the project, whose names are only peeked
        at, so that looking at one rule does not mean reading five hundred."""
        asked = [Known(file, facts.names, True) for file, facts in self.facts.items()]
        rest = [file for file in self.project.files if file.kind in NAMES and file not in self.facts]
        return (*asked, *(Known(file, _peek(self.root, file), False) for file in rest))

    def rule(self, file: ContentFile) -> Rule | None:
        """The facts of an analytics rule of the project, asked for or not; None when it cannot be read."""
        if file in self.facts:
            return self.facts[file].rule
        try:
            return rule_in(self.project.document(file).data)
        except ContentError:
            return None

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of all content files of the project, and of those asked for outside its folders."""
        return frozenset(file.path for file in (*self.project.files, *self.facts))


def _peek(root: Path, file: ContentFile) -> dict[str, Place]:
    try:
        source = read_text(root / file.path, root, MAX_BYTES)
    except ContentError:
        return {}
    keys = NAMES[file.kind]
    return {m["key"]: _place(source, m) for m in _KEY.finditer(source.text) if m["key"] in keys}


def _place(source: SourceFile, match: re.Match[str]) -> Place:
    span = source.span(match.start("value"), match.end("value"))
    return Place(match["value"], source.path, span, source.line(span.start.line))

"""Suppressions: a comment `masthead: ignore[CODE] reason` for its line, or `ignore-file[CODE] reason` for its file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from masthead.content.finding import Finding
from masthead.content.location import Position, SourceFile, Span
from masthead.lint.facts import Place

# `#` in YAML, `//` in KQL, which may stand in a block of YAML where `#` would be a part of the query.
_SUPPRESSION = re.compile(
    r"(?:^|(?<=\s))(?:#|//)\s*masthead:\s*ignore(?P<file>-file)?\s*(?:\[(?P<codes>[^\]]*)\])?(?P<reason>.*)"
)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One suppression: the codes or slugs it names, its reason, whether it covers the file, and where it stands."""

    names: tuple[str, ...]
    reason: str
    whole_file: bool
    place: Place

    def covers(self, finding: Finding) -> bool:
        """Whether it means this finding."""
        if finding.code.lower() not in self._wanted and finding.slug not in self._wanted:
            return False
        return self.whole_file or (finding.span is not None and finding.span.start.line == self.place.span.start.line)

    @property
    def _wanted(self) -> set[str]:
        return {name.lower() for name in self.names}


def read_suppressions(source: SourceFile) -> tuple[Suppression, ...]:
    """The suppressions in a file, in its order."""
    if "masthead:" not in source.text:
        return ()
    lines = ((number, source.line(number)) for number in range(1, source.line_count + 1))
    return tuple(
        _suppression(source.path, number, line, m) for number, line in lines if (m := _SUPPRESSION.search(line))
    )


def _suppression(path: str, number: int, line: str, match: re.Match[str]) -> Suppression:
    names = tuple(name.strip() for name in (match["codes"] or "").split(",") if name.strip())
    span = Span(Position(number, match.start() + 1), Position(number, len(line.rstrip()) + 1))
    place = Place(match[0].rstrip(), path, span, line)
    return Suppression(names, match["reason"].strip(" \t:-"), match["file"] is not None, place)


@dataclass(frozen=True, slots=True)
class Applied:
    """What is left of the findings, and which names of each suppression had something to suppress."""

    findings: tuple[Finding, ...]
    used: dict[Suppression, frozenset[str]]


def apply(findings: Iterable[Finding], suppressions: Iterable[Suppression]) -> Applied:
    """Take out the findings that suppressions cover. One without a reason covers nothing."""
    by_path: dict[str, list[Suppression]] = {}
    used: dict[Suppression, set[str]] = {}
    for each in suppressions:
        by_path.setdefault(each.place.path, []).append(each)
        used[each] = set()
    left = []
    for finding in findings:
        covering = [each for each in by_path.get(finding.path, ()) if each.covers(finding)]
        for each in covering:
            used[each].update((finding.code.lower(), finding.slug))
        if not any(each.reason for each in covering):
            left.append(finding)
    return Applied(tuple(left), {each: frozenset(names) for each, names in used.items()})


@dataclass(frozen=True, slots=True)
class Usage:
    """How a suppression was used: the names in it that no check has, and those that had nothing to suppress."""

    suppression: Suppression
    unknown: tuple[Place, ...]
    unused: tuple[Place, ...]


def usage(suppression: Suppression, used: frozenset[str], known: dict[str, str], ran: frozenset[str]) -> Usage:
    """How `suppression` was used. `known`: code → slug of all checks; `ran`: the codes of those that ran. A name of a
    check that did not run is neither used nor unused."""
    code_of = {slug: code for code, slug in known.items()} | {code.lower(): code for code in known}
    unknown, unused = [], []
    for place in _names(suppression):
        code = code_of.get(place.value.lower())
        if code is None:
            unknown.append(place)
        elif code in ran and place.value.lower() not in used:
            unused.append(place)
    return Usage(suppression, tuple(unknown), tuple(unused))


def _names(suppression: Suppression) -> Iterator[Place]:
    """The names in a suppression, each with where it stands."""
    whole = suppression.place
    number, column = whole.span.start.line, whole.span.start.column
    for name in suppression.names:
        column = whole.line.index(name, column - 1) + 1
        yield Place(name, whole.path, Span(Position(number, column), Position(number, column + len(name))), whole.line)
        column += len(name)

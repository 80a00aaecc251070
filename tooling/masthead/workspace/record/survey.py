"""What rows hold that is somebody's, looked up before anything is replaced: names are replaced wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from masthead.workspace.record.atoms import AtomKind, atoms, words
from masthead.workspace.record.positions import Position
from masthead.workspace.record.vocabulary import Vocabulary
from masthead.workspace.record.walking import Visitor, walk_row

# /subscriptions/…/resourceGroups/NAME/providers/NAMESPACE/type/NAME/type/NAME
RESOURCE_ID = re.compile(
    r"(?P<start>/subscriptions/[^/\s\"'?]+)"
    r"(?:(?P<groups>/resourcegroups/)(?P<group>[^/\s\"'?]+))?"
    r"(?:(?P<providers>/providers/[\w.]+)(?P<rest>(?:/[\w.-]+/[^/\s\"'?,;]+)*))?",
    re.IGNORECASE,
)

SYSTEM = "system:"
"""How the names of Kubernetes's own accounts and groups begin, before those that somebody gave."""


@dataclass(slots=True)
class Survey:
    """What was found. forced: words, in lower case, that are replaced wherever they stand. phrases: values of several
    words, in lower case, that are replaced as a whole, since their words by themselves are kept. seen: all words and
    addresses that stand in the rows. kinds: words that name types of resources."""

    forced: set[str] = field(default_factory=set)
    phrases: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)


def survey(
    tables: Mapping[str, Iterable[Mapping[str, Any]]],
    schemas: Mapping[str, Mapping[str, str]],
    vocabulary: Vocabulary,
) -> Survey:
    """Look through the rows of tables. schemas: their columns with Kusto types."""
    surveyor = _Surveyor(vocabulary)
    visitor = Visitor(surveyor.text, surveyor.number, surveyor.member)
    for table, rows in tables.items():
        for row in rows:
            walk_row(row, schemas[table], visitor)
    found = surveyor.found
    # What is a type of resource somewhere is no name elsewhere.
    found.forced -= found.kinds
    return found


class _Surveyor:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.found = Survey()
        self._vocabulary = vocabulary
        self._known: set[tuple[str, Position]] = set()

    def text(self, text: str, position: Position) -> str:
        """Look at a text; gives it back."""
        if (text, position) not in self._known:
            self._known.add((text, position))
            self._look(text, position)
        return text

    def number(self, number: int, position: Position) -> int:
        """Look at a number; gives it back."""
        self.found.seen.add(str(abs(number)))
        return number

    def member(self, name: str, chosen: bool) -> str:
        """Look at the name of a member; gives it back."""
        return self.text(name, Position.NAME if chosen else Position.ANY)

    def _look(self, text: str, position: Position) -> None:
        self.found.seen.update(word.lower() for word in words(text))
        for match in RESOURCE_ID.finditer(text):
            self._resource(match)
        for kind, atom in atoms(text):
            if kind is AtomKind.MAILBOX:
                local, host = split_mailbox(atom)
                if not self._vocabulary.is_well_known(atom):
                    self._force(words(local), self._vocabulary.is_structure)
                    self._host(host, own=True)
            elif kind is AtomKind.DOMAIN:
                self._host(atom, own=False)
            elif kind in (AtomKind.IPV4, AtomKind.IPV6):
                self.found.seen.add(atom)
        if position in (Position.PERSON, Position.OWN, Position.NAME) and not self._vocabulary.is_well_known(text):
            self._name(text, position)

    def _name(self, text: str, position: Position) -> None:
        named = list(_free_words(text))
        if position is Position.NAME or text.lower().startswith(SYSTEM):
            if text.lower() not in self._vocabulary.texts:
                self._force((each for each in named if len(each) > 2), self._vocabulary.is_asked)
            return
        plain = [self._vocabulary.is_structure(each) or each.isdigit() for each in named]
        self._force(named, self._vocabulary.is_structure)
        mixed = any(plain) if position is Position.PERSON else all(plain)
        if len(named) > 1 and mixed and not all(map(str.isdigit, named)) and len(text) < 200 and "/" not in text:
            self.found.phrases.add(text.strip().lower())

    def _resource(self, match: re.Match[str]) -> None:
        own = [match["group"] or ""]
        segments = (match["rest"] or "").split("/")[1:]
        self.found.kinds.update(
            word.lower()
            for kind in ((match["providers"] or "").removeprefix("/providers/"), *segments[::2])
            for word in (words(kind) if (match["providers"] or "").lower().startswith("/providers/microsoft.") else ())
        )
        for each in (*own, *segments[1::2]):
            if each and not self._vocabulary.is_well_known(each):
                self._name(each, Position.OWN)

    def _host(self, host: str, *, own: bool) -> None:
        public = None if own else self._vocabulary.public_part(host)
        before = host[: -len(public)] if public else host
        labels = [word for word in words(before) if not self._vocabulary.is_structure(word)]
        self._force(labels, self._vocabulary.is_structure)

    def _force(self, named: Iterable[str], keeps: Any) -> None:
        for each in named:
            letters = re.match(r"[^\W\d_]+", each)
            for word in (each, letters[0] if letters and letters[0] != each and len(letters[0]) > 2 else ""):
                if len(word) > 1 and not word.isdigit() and not keeps(word):
                    self.found.forced.add(word.lower())


def _free_words(text: str) -> Iterator[str]:
    """The words that are no part of an address, an id or a secret."""
    return (atom for kind, atom in atoms(text) if kind is AtomKind.WORD)


def split_mailbox(text: str) -> tuple[str, str]:
    """What stands before and behind the @ of a mailbox, which a URL spells %40."""
    local, _, host = text.replace("%40", "@").rpartition("@")
    return local, host

"""Replaces in rows what is somebody's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from masthead.workspace.record.atoms import Atom, AtomKind, atoms, words
from masthead.workspace.record.positions import Position
from masthead.workspace.record.pseudonyms import Pseudonyms
from masthead.workspace.record.survey import RESOURCE_ID, SYSTEM, Survey, split_mailbox, survey
from masthead.workspace.record.vocabulary import Vocabulary
from masthead.workspace.record.walking import REDACTED, Visitor, walk_row

_UNITS = frozenset("s m h d w y ms us ns b k kb mb gb tb ki mi gi ti kib mib gib x th st nd rd fa".split())  # noqa: SIM905
_NAME_AND_NUMBER = re.compile(r"([^\W\d_]{3,})(\d{1,5})")
_SHORT = re.compile(r"[^\W\d_]{1,2}\d{0,2}")
_AMOUNT = re.compile(r"(\d{1,5})([^\W\d_]{1,3})")
_LARGE, _WHICH = 10**7, 1000  # numbers from which on they are taken for ids: anywhere, and where ids stand
_FEW = 4  # digits of a number below which there are too few others, and it tells nothing
_LONG = 6  # digits of a number within a text from which on it is
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "ac", "gov", "edu"})


class Scrubber:
    """Scrubs the rows of tables that belong together.

    schemas: the columns of the tables with Kusto types. key: of the pseudonyms. What it replaces is the same in all of
    the rows; the rows must be those that are scrubbed, since what is somebody's is looked up in them first.
    measured: numbers that tell how much, which it left as they are.
    """

    def __init__(
        self,
        tables: Mapping[str, Iterable[Mapping[str, Any]]],
        schemas: Mapping[str, Mapping[str, str]],
        vocabulary: Vocabulary,
        key: bytes,
    ) -> None:
        self.vocabulary, self._schemas = vocabulary, schemas
        self.found: Survey = survey(tables, schemas, vocabulary)
        avoid = self.found.seen | vocabulary.structure | vocabulary.asked | vocabulary.prose
        self.pseudonyms = Pseudonyms(key, avoid)
        self.secrets = 0
        self.measured: set[str] = set()
        phrases = sorted(self.found.phrases, key=lambda each: (-len(each), each))
        self._phrases = re.compile(
            r"(?<!\w)(?:" + "|".join(map(re.escape, phrases)) + r")(?!\w)" if phrases else r"(?!)", re.IGNORECASE
        )
        self._known: dict[tuple[str, Position], str] = {}
        self._visitor = Visitor(self.text, self.number, self.member)

    def row(self, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with pseudonyms. Raises WorkspaceError when there are not enough of them."""
        return walk_row(row, self._schemas[table], self._visitor)

    def phrases_in(self, text: str) -> Iterator[str]:
        """The values of several words, kept by themselves, that stand in a text as a whole."""
        return (match[0] for match in self._phrases.finditer(text))

    def number(self, number: int, position: Position) -> int:
        """A whole number: one that says which gets another, one that says how much stays."""
        size = abs(number)
        limit = _WHICH if position in (Position.ID, Position.PERSON, Position.OWN) else _LARGE
        if position is Position.MEASURE or size < limit:
            self.measured.add(str(size))
            return number
        made = int(self.pseudonyms.number(str(size)))
        return -made if number < 0 else made

    def member(self, name: str, chosen: bool) -> str:
        """The name of a member: what a product calls so stays."""
        if not chosen and name.isalnum() and self.vocabulary.is_known(name) and name.lower() not in self.found.forced:
            return name
        return self.text(name, Position.NAME if chosen else Position.ANY)

    def text(self, text: str, position: Position = Position.ANY) -> str:
        """A text, with what is somebody's replaced."""
        known = self._known.get((text, position))
        if known is None:
            known = self._known[text, position] = self._text(text, position)
        return known

    def _text(self, text: str, position: Position) -> str:
        if self.vocabulary.is_well_known(text):
            return text
        if position in (Position.PERSON, Position.OWN) and self._is_plain(text):
            return self._all_words(text)
        return "".join(self._pieces(text, position))

    def _is_plain(self, text: str) -> bool:
        """Whether a value that is somebody's is made of words that are kept elsewhere, so that only its place tells."""
        if text.lower().startswith(SYSTEM) or len(text) > 200:
            return False
        found = list(atoms(text))
        named = [atom.text for atom in found if atom.kind is AtomKind.WORD]
        return (
            bool(named)
            and all(each.kind in (AtomKind.WORD, AtomKind.PLAIN) for each in found)
            and all(self.vocabulary.is_structure(each) or each.isdigit() for each in named)
        )

    def _pieces(self, text: str, position: Position) -> Iterator[str]:
        end = 0
        for match in RESOURCE_ID.finditer(text):
            yield from self._with_phrases(text[end : match.start()], position)
            yield from self._resource(match)
            end = match.end()
        yield from self._with_phrases(text[end:], position)

    def _resource(self, match: re.Match[str]) -> Iterator[str]:
        yield from map(self._atom, atoms(match["start"]))
        if match["group"]:
            yield match["groups"] + self.text(match["group"], Position.OWN)
        if match["providers"]:
            yield from map(self._atom, atoms(match["providers"]))
            for index, segment in enumerate((match["rest"] or "").split("/")[1:]):
                yield "/" + self.text(segment, Position.OWN if index % 2 else Position.ANY)

    def _with_phrases(self, text: str, position: Position) -> Iterator[str]:
        end = 0
        for match in self._phrases.finditer(text):
            yield from (self._atom(each, position) for each in atoms(text[end : match.start()]))
            yield self._all_words(match[0])
            end = match.end()
        yield from (self._atom(each, position) for each in atoms(text[end:]))

    def _all_words(self, text: str) -> str:
        """The text with every word replaced, also those that are kept elsewhere."""
        return "".join(
            self._atom(Atom(kind, each)) if kind is not AtomKind.WORD or self._tells_nothing(each)
            else self.pseudonyms.any(each)
            for kind, each in atoms(text)
        )  # fmt: skip

    def _tells_nothing(self, word: str) -> bool:
        """Whether a word is kept even in a name of somebody."""
        return word.lower() in self.vocabulary.also or (word.isdecimal() and len(word) < _FEW)

    def _atom(self, atom: Atom, position: Position = Position.ANY) -> str:
        kind, text = atom
        match kind:
            case AtomKind.PLAIN:
                return text
            case AtomKind.WORD:
                return self._word(text, position)
            case AtomKind.SECRET:
                self.secrets += text != REDACTED
                return REDACTED
            case AtomKind.GUID:
                return text if self.vocabulary.keeps_id(text) else self.pseudonyms.guid(text)
            case AtomKind.IPV4 | AtomKind.IPV6:
                return self.pseudonyms.address(text)
            case AtomKind.DASHED_IPV4:
                sign = "-" if "-" in text else "_"
                return self.pseudonyms.address(text.replace(sign, ".")).replace(".", sign)
            case AtomKind.MAC:
                digits = self.pseudonyms.mixed(re.sub("[:-]", "", text))
                return text[2].join(digits[at : at + 2] for at in range(0, 12, 2))
            case AtomKind.HOME:
                return f"/srv{text}"
            case AtomKind.MAILBOX:
                return self._mailbox(text)
        return self._host(text, self._public_part(text))

    def _public_part(self, host: str) -> str | None:
        """The end of a host's name that is a product's, or that a query names and nobody of the rows has."""
        public = self.vocabulary.public_part(host)
        is_own = public is not None and any(word.lower() in self.found.forced for word in words(public))
        return None if is_own else public

    def _mailbox(self, text: str) -> str:
        if self.vocabulary.is_well_known(text):
            return text
        local, host = split_mailbox(text)
        sign = "%40" if "%40" in text else "@"
        return self._all_words(local) + sign + self._host(host, None)

    def _host(self, host: str, public: str | None) -> str:
        """The name of a host. public: its end, if that is a product's; otherwise it comes to lie below .example."""
        if public is None:
            labels = host.split(".")
            own = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2].lower() in _SECOND_LEVEL else 2
            before, end = labels[:-own], self.pseudonyms.domain(".".join(labels[-own:]))
        else:
            before, end = host[: -len(public)].rstrip(".").split("."), host[-len(public) :]
        made = ["".join(map(self._atom, atoms(label))) for label in before if label]
        return ".".join([*made, end])

    def _word(self, word: str, position: Position) -> str:
        lower = word.lower()
        if (named := _NAME_AND_NUMBER.fullmatch(word)) and not self.vocabulary.is_known(word):
            base = self._word(named[1], position)
            if base != named[1] or lower not in self.found.forced:
                return base + named[2]
        if lower in self.found.forced:
            return self.pseudonyms.any(word)
        if self.vocabulary.is_known(word) or lower in self.found.kinds:
            return word
        if word.isdecimal():
            return word if len(word) < _LONG or position is Position.MEASURE else self.pseudonyms.number(word)
        if _SHORT.fullmatch(word):
            return word
        if (amount := _AMOUNT.fullmatch(word)) and amount[2].lower() in _UNITS:
            return word
        return self.pseudonyms.any(word)

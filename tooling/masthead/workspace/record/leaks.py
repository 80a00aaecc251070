"""Looks through what is about to be written for anything that stood in the rows before they were scrubbed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from masthead.workspace.record.atoms import AtomKind, atoms, words
from masthead.workspace.record.pseudonyms import NOBODYS
from masthead.workspace.record.scrubber import Scrubber
from masthead.workspace.record.walking import REDACTED

MOST = 20
"""Of so many leaks all are named; more say the same again."""

_SURE = 9  # digits of a number from which on it stands there by no chance


def leaks(text: str, scrubber: Scrubber) -> list[str]:
    """What of `text` was somebody's before, shortened, so that saying it leaks no more; at most `MOST` of them.

    text: all of the files. An address, id, mailbox or secret is a leak unless it is one of those that were put there;
    a word or number if one was put in its place.
    """
    found: dict[str, None] = {}
    for each in _leaks(text, scrubber):
        found[each] = None
        if len(found) >= MOST:
            break
    return list(found)


def _leaks(text: str, scrubber: Scrubber) -> Iterator[str]:
    replaced = {
        original
        for kind, original in scrubber.pseudonyms.originals()
        if kind != "number" or (len(original) >= _SURE and original not in scrubber.measured)
        if not scrubber.vocabulary.is_structure(original) and kind != "domain"
    }
    made = scrubber.pseudonyms.made()
    # Strings repeat from row to row: each is looked at once.
    for part in dict.fromkeys(text.split('"')):
        part = part.replace("\\n", " ").replace("\\t", " ")
        yield from (f"the word {_shown(word)}" for word in words(part) if word.lower() in replaced)
        for phrase in scrubber.phrases_in(part):
            yield f"the name {_shown(phrase)}"
        for kind, atom in atoms(part):
            if _is_leak(kind, atom, scrubber, made):
                yield f"the {kind} {_shown(atom)}"


def _is_leak(kind: AtomKind, atom: str, scrubber: Scrubber, made: frozenset[str]) -> bool:
    match kind:
        case AtomKind.GUID:
            return atom.lower().replace("-", "") not in made and not scrubber.vocabulary.keeps_id(atom)
        case AtomKind.IPV4 | AtomKind.IPV6:
            return atom not in made and atom not in NOBODYS and not ipaddress.ip_address(atom).is_loopback
        case AtomKind.MAILBOX:
            return not atom.lower().endswith(".example") and not scrubber.vocabulary.is_well_known(atom)
        case AtomKind.SECRET:
            return atom != REDACTED
    return False


def _shown(text: str) -> str:
    return f"{text[:3]}… ({len(text)} characters)"

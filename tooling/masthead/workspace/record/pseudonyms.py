"""What stands in place of names, addresses and numbers: the same for the same, another for another.

Each pseudonym comes from a keyed hash, so nobody gets from it to the original without the key, which is kept nowhere. A
word becomes a word of the same length and capitals, a number one of as many digits, letters and digits of an id stay
letters and digits: what rules look for in the shape of a value is still there.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable, Collection, Iterator
from hashlib import sha256

from masthead.workspace.errors import WorkspaceError

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_LETTERS, _DIGITS, _HEX_LETTERS = "abcdefghijklmnopqrstuvwxyz", "0123456789", "abcdef"
_TRIES = 64  # then a word gets longer: there are few short ones
_PRIVATE = ipaddress.ip_network("192.0.2.0/24")
_PUBLIC = (ipaddress.ip_network("198.51.100.0/24"), ipaddress.ip_network("203.0.113.0/24"))
_DOCUMENTATION_6 = 0x20010DB8

NOBODYS = frozenset({"0.0.0.0", "169.254.169.254", "::", "::1"})  # noqa: S104
"""Addresses that are the same everywhere: any, that of a cloud's metadata service, and loopback, as all of 127.0.0.0/8
is."""


class Pseudonyms:
    """Gives pseudonyms, and remembers them so that no two originals share one.

    key: what the hash is keyed with. avoid: words in lower case, and addresses, that no pseudonym may be, since they
    stand in the rows.
    Two runs with one key agree, but where a pseudonym was taken already.
    """

    def __init__(self, key: bytes, avoid: Collection[str] = ()) -> None:
        self._key = key
        self._avoid = avoid
        self._given: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._addresses: dict[str, str] = {}
        self._groups: dict[tuple[int, ...], dict[int, int]] = {}

    def originals(self) -> Iterator[tuple[str, str]]:
        """What has a pseudonym, in lower case, with its kind: word, number, mixed or domain."""
        return iter(self._given)

    def made(self) -> frozenset[str]:
        """All pseudonyms that were given."""
        return frozenset(self._taken | set(self._addresses.values()))

    def counts(self) -> dict[str, int]:
        """How many pseudonyms were given, by kind."""
        found = {"address": len(self._addresses)}
        for kind, _ in self._given:
            found[kind] = found.get(kind, 0) + 1
        return {kind: number for kind, number in sorted(found.items()) if number}

    # --- words and numbers ------------------------------------------------------------------------------------------
    def word(self, word: str) -> str:
        """A word of letters, with the capitals of the original."""
        return _with_capitals_of(word, self._unique("word", word.lower(), self._pronounceable))

    def number(self, digits: str) -> str:
        """As many digits. It stays within a 32 or 64 bit number if the original is one, and a zero in front stays."""
        return self._unique("number", digits, self._as_number)

    def mixed(self, token: str) -> str:
        """An id of letters and digits: each stays what it is, hexadecimal ones hexadecimal."""
        return _with_capitals_of(token, self._unique("mixed", token.lower(), self._as_mixed))

    def guid(self, guid: str) -> str:
        """A GUID; the same digits as for the same GUID without hyphens."""
        digits = self.mixed(guid.replace("-", ""))
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def domain(self, domain: str) -> str:
        """A name below .example for a domain that somebody has registered, or for the host part of a mailbox."""
        labels = domain.lower().split(".")
        named = self._unique("domain", domain.lower(), lambda random, tried: self._label(labels, random, tried))
        *_, first, end = ["", *domain.split(".")]
        return f"{_with_capitals_of(first, named)}.{'EXAMPLE' if end.isupper() else 'example'}"

    def _label(self, labels: list[str], random: Iterator[int], tried: int) -> str:
        # What the domain is called is mostly what its owner is called elsewhere, too.
        first = labels[-2] if len(labels) > 1 else labels[0]
        parts = re.split(r"([^\W_]+)", first)
        if not tried:
            return "".join(self.any(part) if index % 2 else part for index, part in enumerate(parts))
        return self._pronounceable(first, random, tried)

    def any(self, token: str) -> str:
        """A pseudonym for a word, a number or an id."""
        if token.isdecimal() and token.isascii():
            return self.number(token)
        return self.word(token) if not any(map(str.isdigit, token)) else self.mixed(token)

    def _unique(self, kind: str, original: str, make: Callable[..., str]) -> str:
        known = self._given.get((kind, original))
        if known is not None:
            return known
        tried = 0
        while True:
            random = self._random(f"{kind}\0{original}\0{tried}")
            made = make(random, tried) if kind == "domain" else make(original, random, tried)
            key = f"{made}." if kind == "domain" else made
            if key not in self._taken and made not in self._avoid and made != original:
                self._taken.add(key)
                self._given[kind, original] = made
                return made
            tried += 1
            if tried > 100 * _TRIES:
                raise WorkspaceError(f"there are more values of {len(original)} characters than pseudonyms for them")

    def _random(self, text: str) -> Iterator[int]:
        """Numbers from 0 to 2**16 - 1, as many as one likes."""
        block = 0
        while True:
            digest = hmac.digest(self._key, f"{text}\0{block}".encode(), sha256)
            yield from (int.from_bytes(digest[at : at + 2], "big") for at in range(0, len(digest), 2))
            block += 1

    @staticmethod
    def _pronounceable(original: str, random: Iterator[int], tried: int) -> str:
        length = len(original) + tried // _TRIES
        turn = next(random) % 2
        sets = (_CONSONANTS, _VOWELS)
        return "".join(sets[(turn + at) % 2][next(random) % len(sets[(turn + at) % 2])] for at in range(length))

    @staticmethod
    def _as_number(original: str, random: Iterator[int], tried: int) -> str:
        length = len(original)
        first = {10: "1", 19: "12345678"}.get(length, "123456789")
        start = "0" if original[0] == "0" else first[next(random) % len(first)]
        return start + "".join(_DIGITS[next(random) % 10] for _ in range(length - 1))

    @staticmethod
    def _as_mixed(original: str, random: Iterator[int], tried: int) -> str:
        is_hex = all(each in "0123456789abcdef" for each in original)
        letters = _HEX_LETTERS if is_hex else _LETTERS
        made = [
            _DIGITS[next(random) % 10] if each.isdigit() else letters[next(random) % len(letters)] for each in original
        ]
        return "".join(made) + "".join(letters[next(random) % len(letters)] for _ in range(tried // _TRIES))

    # --- addresses --------------------------------------------------------------------------------------------------
    def address(self, text: str) -> str:
        """An address of the documentation ranges.

        Private ones come from 192.0.2.0/24, public ones of version 4 from the other two; addresses of one /24 network
        stay in one as long as there is room. Of version 6, what begins alike still begins alike, from /48 on.

        Raises WorkspaceError when there are more addresses than the ranges hold.
        """
        parsed = ipaddress.ip_address(".".join(str(int(each)) for each in text.split(".")) if ":" not in text else text)
        if str(parsed) in NOBODYS or parsed.is_loopback:
            return text
        known = self._addresses.get(str(parsed))
        if known is None:
            known = self._version_4(parsed) if parsed.version == 4 else self._version_6(parsed)
            self._addresses[str(parsed)] = known
        return known

    def _version_4(self, address: ipaddress.IPv4Address) -> str:
        network = int(address) >> 8
        if not address.is_global:
            ranges = (_PRIVATE,)
        else:
            first = next(self._random(f"network\0{network}")) % 2
            ranges = (_PUBLIC[first], _PUBLIC[1 - first])
        start = next(self._random(f"address\0{address}"))
        used = set(self._addresses.values())
        for block in ranges:
            for step in range(254):
                candidate = str(block[1 + (start + step) % 254])
                if candidate not in used and candidate not in self._avoid:
                    return candidate
        what = "private" if ranges == (_PRIVATE,) else "public"
        raise WorkspaceError(
            f"the rows hold more {what} addresses of version 4 than can be told apart in a recording",
            "Take a shorter time, or a query that leaves such columns out: --query '… | project-away PodIp'.",
        )

    def _version_6(self, address: ipaddress.IPv6Address) -> str:
        if address.ipv4_mapped:
            return f"::ffff:{self.address(str(address.ipv4_mapped))}"
        groups = [int(address) >> (112 - 16 * at) & 0xFFFF for at in range(8)]
        out = [_DOCUMENTATION_6 >> 16, _DOCUMENTATION_6 & 0xFFFF]
        for at in range(2, 8):
            out.append(self._group(tuple(groups[: at + 1]), private=not address.is_global and at == 2))
        return str(ipaddress.IPv6Address(sum(group << (112 - 16 * at) for at, group in enumerate(out))))

    def _group(self, prefix: tuple[int, ...], *, private: bool) -> int:
        """The group at the end of a prefix: another for each that follows the same prefix."""
        # The first group tells networks of 48 bits apart, whatever came before them.
        siblings = self._groups.setdefault(prefix[:-1] if len(prefix) > 3 else (), {})
        mine = _joined(prefix)
        if mine not in siblings:
            for each in self._random(f"group\0{prefix}"):
                value = each | 0x8000 if private else each & 0x7FFF if len(prefix) == 3 else each
                if value not in siblings.values():
                    siblings[mine] = value
                    break
        return siblings[mine]


def _with_capitals_of(original: str, made: str) -> str:
    pairs = zip(made, original, strict=False)
    return "".join(new.upper() if old.isupper() else new for new, old in pairs) + made[len(original) :]


def _joined(prefix: tuple[int, ...]) -> int:
    """A number for a prefix, another for another."""
    number = 1
    for group in prefix:
        number = number << 16 | group
    return number

"""Texts taken apart into what may be somebody's and what lies between."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class AtomKind(StrEnum):
    """What a piece of text is. PLAIN: signs, times, and numbers of products' versions, which are nobody's."""

    SECRET = "secret"  # noqa: S105
    MAILBOX = "mailbox"
    DOMAIN = "domain"
    GUID = "guid"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    DASHED_IPV4 = "dashed ipv4"
    MAC = "mac"
    HOME = "home"
    WORD = "word"
    PLAIN = "plain"


class Atom(NamedTuple):
    """A piece of a text."""

    kind: AtomKind
    text: str


_ZONES = (
    "com|org|net|io|dev|cloud|app|co|ai|eu|de|fr|uk|nl|be|ch|at|es|it|pl|pt|cz|se|no|fi|dk|ie|us|ca|au|nz|jp|cn|in|br|ru|ua"
    "|me|tv|tech|tools|online|site|xyz|gg|biz|info|int|gov|edu|mil|cat|local|internal|lan|corp|intranet|example|test|invalid"
)
"""Ends of names that are taken for those of hosts wherever they stand; in mailboxes and URLs any end is."""

_PRODUCTS = (
    "Mozilla|AppleWebKit|Chrome|Safari|Edge|Edg|EdgA|EdgiOS|Firefox|OPR|Gecko|Version|HeadlessChrome|CriOS|FxiOS|Mobile"
    "|Trident|Electron|Teams|Outlook|PostmanRuntime|curl|Wget"
)

# A value that a name announces: password=…, sig=…
_ANNOUNCED = (
    r"\b(?:sig|signature|passwd|password|pwd|secret|token|apikey|api[_-]key|access[_-]key|AccountKey|SharedAccessKey"
    r"|client[_-]secret|access[_-]token|refresh[_-]token|id[_-]token|sas|credential|connectionstring)"
    r"(?P<sign>\\?[\"']?\s*[=:]\s*\\?[\"']?)(?P<value>[^\s&;,\"'\\{}\[\]]+)"
)

_PATTERNS = {
    "time": r"(?<![\w.-])\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])",
    "clock": r"(?<![\w.:-])\d{1,2}:\d\d:\d\d(?:\.\d+)?(?![\w:])",
    "pem": r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|\Z)",
    "jwt": r"\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}",
    "github": r"\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|npm_\w{30,})",
    "aws": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "ssh": r"\b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d+) AAAA[\w+/=]*",
    "encoded": r"(?:LS0tLS1CRUdJTi|ZXlK)[A-Za-z0-9+/]{6,}={0,2}",
    "bearer": r"\b(?P<scheme>[Bb]earer|[Bb]asic) +(?P<credential>[A-Za-z0-9._~+/-]{16,}=*)",
    "announced": _ANNOUNCED,
    "guid": r"(?<![0-9A-Za-z])[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}(?![0-9A-Za-z])",
    # What stands for a sign is no part of the word behind it.
    "escape": r"%[0-9A-F]{2}|\\[nrtbf]",
    "mailbox": r"(?<![\w.+'#&~^=*%-])[\w.+'#&~^=*-]+(?:@|%40)(?:[\w-]+\.)+[A-Za-z]{2,}(?![\w-])",
    "mac": r"(?<![\w:-])[0-9A-Fa-f]{2}(?P<between>[:-])(?:[0-9A-Fa-f]{2}(?P=between)){4}[0-9A-Fa-f]{2}(?![\w:-])",
    "ipv6": r"(?<![\w:.])(?:[0-9A-F]{0,4}(?::[0-9A-F]{0,4}){1,6}:\d{1,3}(?:\.\d{1,3}){3}(?![\w:])"
    r"|[0-9A-F]{0,4}(?::[0-9A-F]{0,4}){2,7}(?![\w:]))",
    "product": rf"(?<![\w/.-])(?:{_PRODUCTS})/\d+(?:\.\d+)*",
    "dashed": r"(?<![0-9])(?<!\d[-_])\d{1,3}(?P<dash>[-_])\d{1,3}(?P=dash)\d{1,3}(?P=dash)\d{1,3}(?![-_]?\d)",
    "ipv4": r"(?:(?<![A-Za-z0-9.])|(?<=%[0-9A-F]{2})|(?<=\\[nrtbf]))\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\d)",
    "home": r"(?<![\w./-])(?:/home/|/Users/|/root\b)",
    "url": r"(?<=://)(?:[\w-]+\.)+[A-Za-z][\w-]*",
    "domain": rf"(?<![\w.-])(?:[A-Za-z0-9_](?:[\w-]*\w)?\.)+(?:{_ZONES})(?![\w-])",
    "word": r"[^\W_]+",
}

_ATOMS = re.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()), re.DOTALL | re.IGNORECASE
)
_WITHOUT_IPV6 = re.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items() if name not in ("ipv6", "ipv4", "dashed")),
    re.DOTALL | re.IGNORECASE,
)

_KINDS = {
    "guid": AtomKind.GUID,
    "mailbox": AtomKind.MAILBOX,
    "mac": AtomKind.MAC,
    "home": AtomKind.HOME,
    "url": AtomKind.DOMAIN,
    "domain": AtomKind.DOMAIN,
    "word": AtomKind.WORD,
    "time": AtomKind.PLAIN,
    "clock": AtomKind.PLAIN,
    "escape": AtomKind.PLAIN,
    "product": AtomKind.PLAIN,
}
_SECRETS = ("pem", "jwt", "github", "aws", "ssh", "encoded")
_NESTED = {"ipv4": AtomKind.IPV4, "ipv6": AtomKind.IPV6, "dashed": AtomKind.DASHED_IPV4}


def atoms(text: str) -> Iterator[Atom]:
    """The pieces of `text`, which are all of it, in their order.

    What could be two things is the one that is more likely somebody's: four numbers with dots are an address, unless
    they are the version of a product that is known to have such.
    """
    return _taken_apart(text, _ATOMS)


def _taken_apart(text: str, pattern: re.Pattern[str]) -> Iterator[Atom]:
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            yield Atom(AtomKind.PLAIN, text[end : match.start()])
        yield from _of(match)
        end = match.end()
    if end < len(text):
        yield Atom(AtomKind.PLAIN, text[end:])


def _of(match: re.Match[str]) -> Iterator[Atom]:
    name = match.lastgroup if match.lastgroup in _PATTERNS else _named(match)
    if name in _KINDS:
        yield Atom(_KINDS[name], match[0])
    elif name in _SECRETS:
        yield Atom(AtomKind.SECRET, match[0])
    elif name in ("announced", "bearer"):
        secret = match["value"] if name == "announced" else match["credential"]
        before, behind = match[0].split(secret, 1) if match[0].count(secret) == 1 else (match[0][: -len(secret)], "")
        yield Atom(AtomKind.PLAIN, before)
        yield Atom(AtomKind.SECRET, secret)
        if behind:
            yield Atom(AtomKind.PLAIN, behind)
    elif is_address(match[0], name):
        yield Atom(_NESTED[name], match[0])
    else:
        yield from _taken_apart(match[0], _WITHOUT_IPV6)


def _named(match: re.Match[str]) -> str:
    """Which pattern it is; `lastgroup` may be a group within it."""
    return next(name for name in _PATTERNS if match[name] is not None)


def is_address(text: str, name: str) -> bool:
    """Whether what looks like an address is one, and not a time or a number too large."""
    if name == "dashed":
        text = re.sub("[-_]", ".", text)
    try:
        ipaddress.ip_address(text)
    except ValueError:
        # Numbers like 010 are refused as ambiguous; somebody may mean an address all the same.
        return name != "ipv6" and all(int(each) < 256 for each in text.split("."))
    return True


def words(text: str) -> list[str]:
    """The words of a text: what stands between signs."""
    return _WORD.findall(text)


_WORD = re.compile(_PATTERNS["word"])

"""What in a recording could be somebody's: addresses, mailboxes, secrets, and traces of the machine that recorded."""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Iterable, Iterator

# RFC 5737 and RFC 3849, what every host calls itself and everything, and where every cloud has its metadata.
NOBODYS = [
    ipaddress.ip_network(block)
    for block in (
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "2001:db8::/32",
        "127.0.0.0/8",
        "::1",
        "0.0.0.0/32",
        "::",
        "169.254.169.254",
    )
]
EXAMPLE_DOMAINS = re.compile(r"(^|\.)(example|invalid|test|example\.(com|net|org))$", re.IGNORECASE)
PUBLIC_MAILBOXES = {"git@github.com"}

# A dot may end a sentence; a fifth number or a letter makes it a version or a part of a name.
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\w|\.\w|-[A-Za-z])")
_IPV4_IN_A_NAME = re.compile(r"\bip-(\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3})(?!\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:[0-9A-Fa-f]{0,4}(?![\w:]|\.\d)")
_MAILBOX = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})(?![\w-])")
_SECRETS = {
    "GitHub token": re.compile(r"(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})"),
    "AWS access key": re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "Azure shared access signature": re.compile(r"sig=[A-Za-z0-9%+/=]{20,}"),
    "Azure storage key": re.compile(r"AccountKey=[A-Za-z0-9+/]{20,}"),
    # What a service account shows the API server, and most other tokens.
    "signed web token": re.compile(r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "bearer token": re.compile(r"[Bb]earer [A-Za-z0-9._~+/-]{20,}"),
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "public key": re.compile(r"(?:ssh-(?:rsa|ed25519)|ecdsa-sha2-nistp\d+) AAAA"),
    "home folder": re.compile(r"(?<![\w./-])(?:/home/|/Users/|/root\b)[\w./-]*"),
}
# In base64, "-----BEGIN " of a key and "eyJ" of a token always look so at their start.
_ENCODED = re.compile(r"(?:LS0tLS1CRUdJTi|ZXlK)[A-Za-z0-9+/]{20,}")
# Looked for in the whole text, since it is more than one string.
_LEAKED = re.compile(r'"secret\\?":\\?"(?!REDACTED)')


def private_things(text: str, also: Iterable[str] = ()) -> list[str]:
    """What in `text` (JSON, NDJSON or YAML) could be somebody's, each said once, in the order of kinds.

    That is: addresses outside the documentation ranges, mailboxes outside the example domains, secrets, keys and home
    folders, and the words of `also` (in any case), which are the names of the machine that records and of who uses it.
    A secret is shown by its first letters. Empty means that nothing was found, not that there is nothing.
    """
    # Strings repeat from row to row: each is looked at once, which is several times faster than reading it all.
    strings = "\n".join(dict.fromkeys(text.split('"')))
    # A line break that JSON escapes ends in a letter, which would hide the word behind it.
    strings = strings.replace("\\n", " ").replace("\\t", " ")
    found = [*_addresses(strings), *_mailboxes(strings), *_secrets(strings)]
    for encoded in _ENCODED.findall(strings):
        found += [f"{each} in base64" for each in _secrets(_decoded(encoded))]
    if _LEAKED.search(text):
        found.append("value of a leaked secret")
    for word in filter(None, also):
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", strings, re.IGNORECASE):
            found.append(f"name {word}")
    return list(dict.fromkeys(found))


def _addresses(text: str) -> Iterator[str]:
    for match in _IPV4.finditer(text):
        yield from _somebodys(match[0])
    for match in _IPV4_IN_A_NAME.finditer(text):
        yield from _somebodys(match[1].replace("-", "."))
    for match in _IPV6.finditer(text):
        yield from _somebodys(match[0])


def _somebodys(address: str) -> Iterator[str]:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a version, a time, or a name with colons
        return
    if not any(parsed in block for block in NOBODYS):
        yield f"address {address}"


def _mailboxes(text: str) -> Iterator[str]:
    for match in _MAILBOX.finditer(text):
        if not EXAMPLE_DOMAINS.search(match[1]) and match[0] not in PUBLIC_MAILBOXES:
            yield f"mailbox {match[0]}"


def _secrets(text: str) -> Iterator[str]:
    for name, pattern in _SECRETS.items():
        for match in pattern.finditer(text):
            yield f"{name} {match[0][:16]}…" if len(match[0]) > 16 else f"{name} {match[0]}"


def _decoded(encoded: str) -> str:
    return base64.b64decode(encoded[: len(encoded) // 4 * 4]).decode("utf-8", errors="replace")

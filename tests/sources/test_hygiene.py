"""No recording holds a secret, a mailbox or an address that could be somebody's."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

import pytest

RECORDINGS = Path(__file__).parents[1] / "recordings"
FILES = sorted(RECORDINGS.rglob("*.ndjson"))

# RFC 5737 and RFC 3849, and what every host calls itself.
DOCUMENTATION = [
    ipaddress.ip_network(block)
    for block in (
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "2001:db8::/32",
        "127.0.0.0/8",
        "169.254.169.254",
    )
]
ADDRESS = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.-])")
MAILBOX = re.compile(r"(?<![\w.+-])[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
EXAMPLE_DOMAINS = re.compile(r"(^|\.)(example|invalid|test|example\.(com|net|org))$")
SECRETS = {
    "GitHub token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})"),
    "AWS access key": re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "signed web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "public key": re.compile(r"ssh-(rsa|ed25519) AAAA"),
    "value of a leaked secret": re.compile(r'\\?"secret\\?":\\?"(?!REDACTED)'),
}


def documented(address: str) -> bool:
    return any(ipaddress.ip_address(address) in block for block in DOCUMENTATION)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(RECORDINGS).as_posix())
def test_a_recording_holds_nothing_that_is_somebodys(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    mailboxes = (match for match in MAILBOX.finditer(text) if match[0] != "git@github.com")

    assert [address for address in ADDRESS.findall(text) if not documented(address)] == []
    assert [match[0] for match in mailboxes if not EXAMPLE_DOMAINS.search(match[1])] == []
    assert [name for name, pattern in SECRETS.items() if pattern.search(text)] == []


def test_there_are_recordings_to_look_at() -> None:
    assert FILES

"""Clients of the recorded cluster talk from loopback addresses, each of which stands for a documentation address.

    127.1.0.N  is  192.0.2.N
    127.2.0.N  is  198.51.100.N
    127.3.0.N  is  203.0.113.N

So the API server sees clients from different addresses on one machine, and the recording holds none that is somebody's
(RFC 5737).
"""

from __future__ import annotations

import re

CONTROL_PLANE = "192.0.2.2"
"""Where the programs of the control plane are said to be; they reach the API server from 127.0.0.1."""

_NETWORKS = {"127.1.0": "192.0.2", "127.2.0": "198.51.100", "127.3.0": "203.0.113"}
_LOOPBACKS = {documentation: loopback for loopback, documentation in _NETWORKS.items()}
_HOST = r"(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
# A dot may end a sentence, but not lead to one more number.
_DOTTED = re.compile(rf"(?<![\d.])(127\.[123]\.0)\.{_HOST}(?!\d|\.\d)")
_DASHED = re.compile(rf"(?<!\d)(127-[123]-0)-{_HOST}(?!\d)")


def loopback_of(documentation: str) -> str:
    """The loopback address that stands for `documentation`. Raises ValueError for one outside the three networks."""
    return _exchange(documentation, _LOOPBACKS, "192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24")


def documentation_of(loopback: str) -> str:
    """The documentation address that `loopback` stands for. Raises ValueError for one that stands for none."""
    return _exchange(loopback, _NETWORKS, "127.1.0.0/24, 127.2.0.0/24 and 127.3.0.0/24")


def source_of(address: str) -> str:
    """What a row's SourceIps says for the address that the API server saw.

    127.0.0.1 is the control plane. All else that stands for nothing stays, such as ::1, from where the API server calls
    itself.
    """
    return CONTROL_PLANE if address == "127.0.0.1" else move_text(address)


def move_text(text: str) -> str:
    """`text` with each loopback address replaced by what it stands for, also in URLs and in names like ip-127-1-0-11.

    127.0.0.1 stays: in objects it means the machine itself.
    """
    text = _DOTTED.sub(lambda match: f"{_NETWORKS[match[1]]}.{match[2]}", text)
    return _DASHED.sub(lambda match: f"{_NETWORKS[match[1].replace('-', '.')]}.{match[2]}".replace(".", "-"), text)


def _exchange(address: str, networks: dict[str, str], known: str) -> str:
    network, _, host = address.rpartition(".")
    if network not in networks or not re.fullmatch(_HOST, host):
        raise ValueError(f"{address} is not an address in {known}")
    return f"{networks[network]}.{host}"

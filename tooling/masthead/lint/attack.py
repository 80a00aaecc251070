"""MITRE ATT&CK's techniques, from the data that lies in lint/data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

ICS_TACTICS = frozenset({"ImpairProcessControl", "InhibitResponseFunction"})
"""Tactics of ATT&CK for ICS, whose techniques (T0800 and up) the data does not hold."""


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique or sub-technique; `tactics` as Sentinel spells them; `retired`: revoked or deprecated."""

    id: str
    name: str
    tactics: tuple[str, ...]
    retired: bool


@cache
def techniques() -> dict[str, Technique]:
    """ATT&CK for Enterprise, by the number of the technique."""
    text = (resources.files("masthead.lint") / "data" / "attack.json").read_text(encoding="utf-8")
    return {
        number: Technique(number, each["name"], tuple(each["tactics"]), each.get("retired", False))
        for number, each in json.loads(text)["techniques"].items()
    }


def is_ics(number: str) -> bool:
    """Whether this is the number of a technique of ATT&CK for ICS."""
    return number.startswith("T0")

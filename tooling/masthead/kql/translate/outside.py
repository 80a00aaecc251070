"""What lies outside the workspace: how a query names it, and what the fixture is called that stands for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

FIXTURE = "fixture:"
"""How the name of the table begins that holds the rows of a fixture."""

EXTERNAL_DATA = "externaldata:"
"""Likewise of a table that externaldata makes; what it is made of follows, in JSON."""

GEOGRAPHY = "geo_info_from_ip_address"

_TEXT = r"""@?["']([^"']*)["']"""
_SCOPE = rf"(?:(?:adx|arg|workspace|app|resource|database)\({_TEXT}\)|cluster\({_TEXT}\)\.database\({_TEXT}\))"
_PLACE = re.compile(rf"""({_SCOPE})\.(?:(\w+)|\[["']([^"']+)["']\])""")
_EXTERNAL = re.compile(rf"external_table\({_TEXT}\)")
_WATCHLIST = re.compile(rf"_GetWatchlist\({_TEXT}\)")


@dataclass(frozen=True, slots=True)
class Place:
    """A table outside: the scope, adx("…") or cluster("…").database("…"), and its name there.

    The scope of an external table is external_table.
    """

    scope: str
    table: str

    @property
    def name(self) -> str:
        """The one way to write it."""
        return f'{self.scope}("{self.table}")' if self.scope == "external_table" else f"{self.scope}.{self.table}"

    @property
    def in_workspace(self) -> bool:
        """Whether it is a table of another workspace, which is like those of this one."""
        return self.scope.startswith(("workspace(", "app(", "resource("))


def place_of(name: str) -> Place | None:
    """The table that a fixture of this name stands for; None for other names."""
    text = re.sub(r"\s+(?=[().])|(?<=[().])\s+", "", name.strip())
    if found := _EXTERNAL.fullmatch(text):
        return Place("external_table", found[1])
    if found := _PLACE.fullmatch(text):
        return Place(re.sub(_TEXT, r'"\1"', found[1]), found[found.lastindex or 0])
    return None


def watchlist_alias(name: str) -> str | None:
    """The alias of the watchlist that a fixture of this name stands for; None for other names."""
    found = _WATCHLIST.fullmatch(name.strip())
    return found[1] if found else None


def external_names(url: str) -> tuple[str, ...]:
    """What the fixture of a file may be called that externaldata reads: its address, with or without what gives access
    to it."""
    return url, url.partition(";")[0], url.partition("?")[0].partition(";")[0]


def how_to_provide(name: str) -> str:
    """What a refusal says about a fixture that is missing."""
    return f"give its rows as the fixture {name} (fixtures: in a case, --fixture of masthead query)"

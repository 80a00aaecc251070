"""Fixtures: the rows of what a query takes from outside its workspace, given by whoever runs it.

A fixture is named by the piece of the query that it stands for:

    https://example.com/list.csv                    a file that externaldata reads
    adx("cluster/database").Table                   likewise arg("").Resources, workspace("…").T, app("…").T,
                                                    resource("…").T, cluster("…").database("…").T, database("…").T
    external_table("Name")
    _GetWatchlist("alias")
    geo_info_from_ip_address                        rows {network, country, state, city, latitude, longitude}
"""

from __future__ import annotations

import csv
import io
import ipaddress
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from masthead.kql.engine.external import json_values
from masthead.kql.engine.external import table as external_table
from masthead.kql.errors import KqlError
from masthead.kql.translate.outside import (
    EXTERNAL_DATA,
    FIXTURE,
    GEOGRAPHY,
    Place,
    external_names,
    place_of,
    watchlist_alias,
)
from masthead.kql.translate.types import canonical_type

_GEOGRAPHY_COLUMNS = {"first": "string", "last": "string", "bits": "long", "place": "dynamic"}
_PLACE_KEYS = ("country", "state", "city", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Fixture:
    """What stands for something outside: `rows`, or the `text` of a file whose `format` is csv, json or ndjson.

    columns: {name: Kusto type} of a table. Without them another workspace's table has those of this workspace's; the
    columns of others have the types that JSON's values have, text being text.
    """

    rows: Sequence[Mapping[str, Any]] | None = None
    text: str = ""
    format: str = ""
    columns: Mapping[str, str] | None = None

    def as_rows(self, name: str) -> list[Mapping[str, Any]]:
        """The rows; of a file, those that its format says. Raises KqlError."""
        if self.rows is not None:
            return list(self.rows)
        if self.format == "csv":
            return list(csv.DictReader(io.StringIO(self.text)))
        if self.format in ("json", "ndjson"):
            return [_object(name, value) for value in json_values(self.text, name)]
        raise _wrong(name, "the rows of a table come from a file that ends in .csv, .json or .ndjson")


class Fixtures:
    """The fixtures of an engine. `known`: the schemas of the workspace's tables, for those that are called the same."""

    def __init__(self, given: Mapping[str, Fixture], known: Mapping[str, Mapping[str, str]]) -> None:
        self.tables: dict[str, tuple[dict[str, str], list[Mapping[str, Any]]]] = {}
        self.watchlists: dict[str, list[Mapping[str, Any]]] = {}
        self.places: list[tuple[Place, dict[str, str]]] = []
        self._files: dict[str, Fixture] = {}
        for name, fixture in given.items():
            self._add(name, fixture, known)

    def _add(self, name: str, fixture: Fixture, known: Mapping[str, Mapping[str, str]]) -> None:
        if "://" in name.partition("(")[0]:
            self._files[name] = fixture
            self.tables[FIXTURE + name] = {}, []
        elif name.removesuffix("()") == GEOGRAPHY:
            self.tables[FIXTURE + GEOGRAPHY] = _GEOGRAPHY_COLUMNS, _networks(fixture.as_rows(name))
        elif alias := watchlist_alias(name):
            rows = fixture.as_rows(name)
            if any("SearchKey" not in row for row in rows):
                raise _wrong(name, "each row of a watchlist needs its SearchKey")
            self.watchlists[alias] = [{key: str(value) for key, value in row.items()} for row in rows]
        elif place := place_of(name):
            rows = fixture.as_rows(name)
            same = place.in_workspace and place.table in known
            columns = fixture.columns or (known[place.table] if same else _inferred(rows))
            typed = {column: canonical_type(kind) for column, kind in columns.items()}
            self.tables[FIXTURE + place.name] = typed, rows
            self.places.append((place, typed))
        else:
            hint = 'name it like https://…, adx("…").T, external_table("…") or _GetWatchlist("…")'
            raise _wrong(name, f"a query has nothing of this name; {hint}")

    def external(self, table: str) -> tuple[dict[str, str], list[dict[str, Any]]] | None:
        """The columns and rows of a table that externaldata made of files; None for other names. Raises KqlError."""
        if not table.startswith(EXTERNAL_DATA):
            return None
        spec = json.loads(table.removeprefix(EXTERNAL_DATA))
        columns: dict[str, str] = dict(spec["columns"])
        rows: list[dict[str, Any]] = []
        for url in spec["urls"]:
            name = next((each for each in external_names(url) if each in self._files), None)
            if name is None:
                raise _wrong(url, "there is no such fixture any more")
            fixture = self._files[name]
            if fixture.rows is not None:
                rows += fixture.rows
            else:
                rows += external_table(fixture.text, spec["format"], columns, name, skip=spec["skip"])
        return columns, rows


def _wrong(name: str, message: str) -> KqlError:
    return KqlError(f"the fixture {name}: {message}", code="MASTHEAD-FIXTURE")


def _object(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(name, "a row is a JSON object")
    return value


def _inferred(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The columns of rows with the Kusto types that their values have; texts stay texts, mixed ones are dynamic."""
    kinds: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.items():
            kind = kinds.setdefault(name, set())
            if value is not None:
                kind.add(_KINDS.get(type(value), "dynamic"))
    return {name: _common(found) for name, found in kinds.items()}


_KINDS = {str: "string", bool: "bool", int: "long", float: "real"}


def _common(kinds: set[str]) -> str:
    if kinds == {"long", "real"}:
        return "real"
    return "string" if not kinds else kinds.pop() if len(kinds) == 1 else "dynamic"


def _networks(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of a geography as ranges of addresses, written so that texts compare as numbers."""
    out = []
    for number, row in enumerate(rows, start=1):
        try:
            network = ipaddress.ip_network(str(row["network"]).strip(), strict=False)
            place = {key: _number(row[key]) if "itude" in key else row[key] for key in _PLACE_KEYS if key in row}
        except (KeyError, ValueError):
            raise _wrong(
                GEOGRAPHY,
                f"row {number} needs a network like 192.0.2.0/24, and the numbers latitude and longitude if any",
            ) from None
        shift = 0xFFFF_0000_0000 if network.version == 4 else 0
        out.append(
            {
                "first": f"{int(network.network_address) + shift:032x}",
                "last": f"{int(network.broadcast_address) + shift:032x}",
                "bits": network.prefixlen + (96 if network.version == 4 else 0),
                "place": place,
            }
        )
    return out


def _number(value: Any) -> float | None:
    return None if value is None or value == "" else float(value)

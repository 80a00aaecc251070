"""Microsoft.SecurityInsights/watchlists: made of a CSV in one go, which takes a while."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any, ClassVar

from stand_in.collection import Collection, body_of
from stand_in.durations import read_duration, spell_duration
from stand_in.messages import Refusal, Request, Response
from stand_in.operations import begin, running_headers
from stand_in.place import Place
from stand_in.shape import Check, Fields, Wrong, boolean, integer, list_of, one_of, text, words
from stand_in.state import Resource
from stand_in.watchlist_items import WatchlistItems

MOST_CONTENT, MOST_LINE = 3_800_000, 10_240
"""Bytes of the raw content, and characters of a line: https://learn.microsoft.com/azure/sentinel/watchlists"""

_ONLY_READ = words(
    "watchlistId watchlistAlias watchlistType created updated createdBy updatedBy tenantId uploadStatus "
    "provisioningState"
)


_NOT_KEPT = ("rawContent", "contentType", "isDeleted", "numberOfLinesToSkip")


class Watchlists(Collection):
    """Watchlists. The raw content becomes items and is not kept; items that are there already stay."""

    type: ClassVar[str] = "Microsoft.SecurityInsights/watchlists"
    body: ClassVar[Check] = body_of(
        Fields(
            {"displayName": text(256, least=1), "provider": text(least=1), "itemsSearchKey": text(least=1)},
            {
                "description": text(),
                "source": text(),
                "sourceType": one_of("Local", "AzureStorage"),
                "rawContent": text(),
                "contentType": one_of("text/csv", "text/tsv", "Text/Csv"),
                "numberOfLinesToSkip": integer(0, 1_000),
                "isDeleted": boolean,
                "labels": list_of(text()),
                "defaultDuration": text(form=r"P.+"),
                "watchlistAlias": text(),
            },
            [name for name in _ONLY_READ if name != "watchlistAlias"],
        )
    )

    def checked(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        try:
            text(64, form=r"[A-Za-z][\w-]*")(place.name, "watchlistAlias")
        except Wrong as wrong:
            raise self.wrong(wrong) from None
        body = super().checked(given, place, current)
        properties = body["properties"]
        alias = properties.get("watchlistAlias")
        if alias is not None and alias.lower() != (place.name or "").lower():
            raise self.wrong(Wrong("properties.watchlistAlias", "is not the alias in the address"))
        search_key = current and current.body["properties"]["itemsSearchKey"]
        if search_key and properties["itemsSearchKey"] != search_key:
            raise self.wrong(Wrong("properties.itemsSearchKey", f"cannot be changed from {search_key}"))
        try:
            parsed_rows(properties)
        except Wrong as wrong:
            raise self.wrong(wrong) from None
        return body

    def put(self, request: Request, place: Place) -> Response:
        with place.azure.state.lock:
            answer = super().put(request, place)
            rows = parsed_rows(request.json()["properties"])
            if rows is None:
                return answer
            assert request.account is not None
            who = request.account.name, request.account.object_id
            WatchlistItems().add_rows(place, answer.body["name"], rows, who)
            answer.body["properties"]["uploadStatus"] = "InProgress"
            return Response(201, answer.body, running_headers(request, place, begin(place)))

    def delete(self, request: Request, place: Place) -> Response:
        with place.azure.state.lock:
            answer = super().delete(request, place)
            if answer.status == 204:
                return answer
            WatchlistItems().drop(place, place.name or "")
            return Response(202, None, running_headers(request, place, begin(place)))

    def kept(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        properties = {name: value for name, value in given["properties"].items() if name not in _NOT_KEPT}
        properties["watchlistAlias"] = current.name if current else place.name
        known = current.body["properties"] if current else {}
        properties["watchlistId"] = known.get("watchlistId") or str(uuid.uuid4())
        if place.azure.quirks.fills_in_defaults:
            properties.setdefault("description", known.get("description", ""))
            properties.setdefault("labels", [])
            properties.setdefault("defaultDuration", "P1279DT12H30M5S")
            properties.setdefault("sourceType", "Local")
            properties.setdefault("source", known.get("source", "Local file"))
        if place.azure.quirks.respells_durations and (length := read_duration(properties.get("defaultDuration", ""))):
            properties["defaultDuration"] = spell_duration(length)
        return {"properties": properties}

    def shown(self, resource: Resource, place: Place) -> dict[str, Any]:
        shown = super().shown(resource, place)
        person = {"objectId": None, "email": None}
        shown["properties"] |= {
            "watchlistType": "watchlist",
            "created": f"{resource.created_at:%Y-%m-%dT%H:%M:%S.%f}0Z",
            "updated": f"{resource.at:%Y-%m-%dT%H:%M:%S.%f}0Z",
            "createdBy": {**person, "name": resource.created_by},
            "updatedBy": {**person, "name": resource.by},
            "isDeleted": False,
            "uploadStatus": "Complete",
            "provisioningState": "Succeeded",
        }
        return shown

    def missing(self, place: Place) -> Refusal:
        return Refusal(404, "NotFound", f"Watchlist with alias '{place.name}' does not exist.")


def parsed_rows(properties: dict[str, Any]) -> list[dict[str, str]] | None:
    """The rows of the raw content; None without any. Raises Wrong where it is no table, or too large."""
    where, raw = "properties.rawContent", properties.get("rawContent")
    if not raw:
        return None
    if properties.get("contentType") is None:
        raise Wrong("properties.contentType", "is required where there is rawContent")
    if len(raw.encode()) > MOST_CONTENT:
        raise Wrong(where, f"has more than {MOST_CONTENT:,} bytes")
    if any(len(line) > MOST_LINE for line in raw.splitlines()):
        raise Wrong(where, f"has a line of more than {MOST_LINE:,} characters")
    delimiter = "\t" if properties["contentType"].lower() == "text/tsv" else ","
    text_lines = io.StringIO(
        "".join(raw.splitlines(keepends=True)[properties.get("numberOfLinesToSkip") or 0 :]), newline=""
    )
    lines = [line for line in csv.reader(text_lines, delimiter=delimiter) if line]
    header = lines[0] if lines else []
    if properties["itemsSearchKey"] not in header:
        raise Wrong("properties.itemsSearchKey", f"'{properties['itemsSearchKey']}' is no column of rawContent")
    if len(set(header)) < len(header):
        raise Wrong(where, "has two columns of one name")
    if ragged := next((line for line in lines if len(line) != len(header)), None):
        raise Wrong(where, f"has a line of {len(ragged)} fields under {len(header)} columns")
    return [dict(zip(header, line, strict=True)) for line in lines[1:]]

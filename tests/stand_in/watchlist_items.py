"""Microsoft.SecurityInsights/watchlists/watchlistItems: the rows of a watchlist."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from stand_in.collection import Collection, body_of
from stand_in.messages import Refusal, Request, Response
from stand_in.place import Place
from stand_in.shape import Check, Fields, Wrong, anything, boolean, mapping, text, words
from stand_in.state import Resource

_VALUE = text(10_240)


class WatchlistItems(Collection):
    """Rows. In the address `parent` is the alias of the watchlist, which must exist."""

    type: ClassVar[str] = "Microsoft.SecurityInsights/watchlists/watchlistItems"
    body: ClassVar[Check] = body_of(
        Fields(
            {"itemsKeyValue": mapping(text(least=1), _VALUE)},
            {"entityMapping": anything, "isDeleted": boolean},
            words("watchlistItemId watchlistItemType tenantId created updated createdBy updatedBy"),
        )
    )

    def scope(self, place: Place) -> str:
        alias = place.parent or ""
        if place.azure.state.get(place.scope, "Microsoft.SecurityInsights/watchlists", alias) is None:
            raise Refusal(404, "NotFound", f"Watchlist with alias '{alias}' does not exist.")
        return items_scope(place.scope, alias)

    def id(self, place: Place, name: str) -> str:
        return f"{items_scope(place.scope, place.parent or '')}/watchlistItems/{name}"

    def checked(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        try:
            uuid.UUID(place.name)
        except ValueError:
            raise Refusal(400, "BadRequest", f"The id of an item must be a GUID, not '{place.name}'.") from None
        body = super().checked(given, place, current)
        watchlist = place.azure.state.get(place.scope, "Microsoft.SecurityInsights/watchlists", place.parent or "")
        key = watchlist.body["properties"]["itemsSearchKey"] if watchlist else ""
        if key not in body["properties"]["itemsKeyValue"]:
            raise self.wrong(Wrong("properties.itemsKeyValue", f"lacks the search key '{key}'"))
        return body

    def kept(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        properties = given["properties"]
        mapping = properties.get("entityMapping") or {}
        return {"properties": {"itemsKeyValue": properties["itemsKeyValue"], "entityMapping": mapping}}

    def shown(self, resource: Resource, place: Place) -> dict[str, Any]:
        shown = super().shown(resource, place)
        person = {"objectId": None, "email": None}
        shown["properties"] |= {
            "watchlistItemType": "watchlist-item",
            "watchlistItemId": resource.name,
            "isDeleted": False,
            "created": f"{resource.created_at:%Y-%m-%dT%H:%M:%S.%f}0Z",
            "updated": f"{resource.at:%Y-%m-%dT%H:%M:%S.%f}0Z",
            "createdBy": {**person, "name": resource.created_by},
            "updatedBy": {**person, "name": resource.by},
        }
        return shown

    # --- what the watchlist does with its items ---------------------------------------------------------------------
    def add_rows(self, place: Place, alias: str, rows: list[dict[str, str]], who: tuple[str, str]) -> None:
        """Add the rows of a CSV, but none that is there already: items that are alike in all columns become one.

        https://learn.microsoft.com/azure/sentinel/watchlists-manage, "Bulk update a watchlist"
        """
        scope = items_scope(place.scope, alias)
        known = {_values(each.body["properties"]["itemsKeyValue"]) for each in place.azure.state.all(scope, self.type)}
        for row in rows:
            if _values(row) in known:
                continue
            known.add(_values(row))
            name = str(uuid.uuid4())
            body = {"properties": {"itemsKeyValue": row, "entityMapping": {}}}
            place.azure.state.put(scope, self.type, name, body, who, id=f"{scope}/watchlistItems/{name}", quiet=True)

    def drop(self, place: Place, alias: str) -> None:
        """Remove all items of a watchlist."""
        with place.azure.state.lock:
            place.azure.state.drop(items_scope(place.scope, alias), self.type)

    def delete(self, request: Request, place: Place) -> Response:
        self.scope(place)
        return super().delete(request, place)


def items_scope(workspace: str, alias: str) -> str:
    """Below what the items of a watchlist are kept: its resource id."""
    return f"{workspace}/providers/Microsoft.SecurityInsights/watchlists/{alias}"


def _values(row: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(row.items())

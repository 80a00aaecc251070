"""Microsoft.OperationalInsights/workspaces/savedSearches: hunting queries, functions, and queries of people."""

from __future__ import annotations

from typing import Any, ClassVar

from stand_in.collection import Collection, body_of
from stand_in.etags import same
from stand_in.messages import Refusal, Request, Response
from stand_in.place import Place
from stand_in.shape import Check, Fields, Wrong, integer, list_of, text
from stand_in.state import Resource

_TYPE = r"(?:string|long|int|real|double|bool|boolean|datetime|date|timespan|time|dynamic|guid|decimal|\([^()]*\))"
_PARAMETER = rf"\s*[A-Za-z_]\w*\s*:\s*{_TYPE}\s*(?:=\s*(?:[^,()]|\([^()]*\))+)?"


class SavedSearches(Collection):
    """Saved searches: an update needs the etag that was read, or *. They are listed at once, without pages."""

    type: ClassVar[str] = "Microsoft.OperationalInsights/savedSearches"
    listed_by_page: ClassVar[bool] = False
    created_status: ClassVar[int] = 200  # the SDK takes nothing else
    body: ClassVar[Check] = body_of(
        Fields(
            {"category": text(least=1), "displayName": text(least=1), "query": text(least=1)},
            {
                "functionAlias": text(63, form=r"[A-Za-z_]\w*"),
                "functionParameters": text(1_000, form=rf"(?:{_PARAMETER}(?:,{_PARAMETER})*)?"),
                "version": integer(1, 2),
                "tags": list_of(Fields({"name": text(least=1), "value": text()})),
            },
        )
    )

    def checked(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        body = super().checked(given, place, current)
        properties = body["properties"]
        if properties.get("functionParameters") and not properties.get("functionAlias"):
            raise self.wrong(Wrong("properties.functionParameters", "is for functions, which have a functionAlias"))
        self._check_alias(properties.get("functionAlias"), place)
        if place.azure.quirks.checks_saved_searches:
            place.azure.queries.check_rule(properties["query"], place)
        return body

    def _check_alias(self, alias: str | None, place: Place) -> None:
        """Raises Refusal where another function has the alias."""
        for other in place.azure.state.all(self.scope(place), self.type) if alias else ():
            taken = other.body["properties"].get("functionAlias") or ""
            if taken.lower() == alias.lower() and other.name.lower() != (place.name or "").lower():
                message = f"A function with the alias '{alias}' exists already: {other.name}"
                raise Refusal(400, "BadRequest", message)

    def check_etag(self, etag: Any, current: Resource | None, place: Place) -> None:
        needed = place.azure.quirks.saved_searches_need_etag
        if current is None or etag == "*" or (etag is None and not needed):
            return
        if etag is None or not same(str(etag), current.etag):
            message = (
                "Response status code does not indicate success - 409 (Conflict), for request - savedSearches, due to "
                "reason - [Newer data exists in the Customer Configuration Store.]."
            )
            raise Refusal(409, "Conflict", message)

    def delete(self, request: Request, place: Place) -> Response:
        """Remove one. Raises Refusal, 404, where there is none: the SDK takes nothing but 200 for done."""
        self.existing(place)
        return super().delete(request, place)

    def kept(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        properties = given["properties"]
        if place.azure.quirks.fills_in_defaults:
            properties = {"version": 2, **properties}
        return {"properties": properties}

    def id(self, place: Place, name: str) -> str:
        return f"{self.scope(place)}/savedSearches/{name}"

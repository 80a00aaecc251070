"""Microsoft.Insights/workbooks."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any, ClassVar

from stand_in.collection import Collection, body_of
from stand_in.messages import Refusal, Request, Response
from stand_in.place import Place
from stand_in.shape import Check, Fields, Wrong, anything, list_of, mapping, one_of, text
from stand_in.state import Resource

_SCOPE = re.compile(r"/subscriptions/[^/]+(/resourceGroups/[^/]+)?", re.IGNORECASE)


def _json(value: Any, where: str) -> str:
    """JSON text of an object."""
    text(least=1)(value, where)
    try:
        fine = isinstance(json.loads(value), dict)
    except ValueError:
        fine = False
    if not fine:
        raise Wrong(where, "is not the JSON of an object")
    return value


class Workbooks(Collection):
    """Workbooks belong to a resource group; `sourceId` says at which resource the portal shows them."""

    type: ClassVar[str] = "Microsoft.Insights/workbooks"
    body: ClassVar[Check] = body_of(
        Fields(
            {"displayName": text(least=1), "serializedData": _json, "category": text(least=1)},
            {
                "version": text(form=r"Notebook/1\.0"),
                "description": text(),
                "sourceId": text(),
                "tags": list_of(text()),
                "storageUri": text(),
            },
            ("timeModified", "userId", "revision"),
        ),
        {"location": text(least=1)},
        {"kind": one_of("shared", "user"), "tags": mapping(text(512), text(256), 50), "identity": anything},
    )

    def list(self, request: Request, place: Place) -> Response:
        if not request.query.get("category"):
            raise Refusal(400, "BadRequest", "The query parameter 'category' is required.")
        answer = super().list(request, place)
        if not _with_content(request):
            for each in answer.body["value"]:
                each["properties"].pop("serializedData")
        return answer

    def get(self, request: Request, place: Place) -> Response:
        answer = super().get(request, place)
        if not _with_content(request):
            answer.body["properties"].pop("serializedData")
        return answer

    def resources(self, place: Place, request: Request) -> list[Resource]:
        category, source = request.query["category"].lower(), request.query.get("sourceId", "").lower()
        groups = [place.scope] if "/resourcegroups/" in place.scope.lower() else _groups(place)
        found = [each for group in groups for each in place.azure.state.all(group, self.type)]
        if category != "all":
            found = [each for each in found if each.body["properties"]["category"].lower() == category]
        if source:
            found = [each for each in found if each.body["properties"].get("sourceId", "").lower() == source]
        return found

    def checked(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        try:
            uuid.UUID(place.name)
        except ValueError:
            raise Refusal(400, "BadRequest", f"The name of a workbook must be a GUID, not '{place.name}'.") from None
        body = super().checked(given, place, current)
        if current is not None and current.body["location"] != body["location"]:
            message = f"The resource '{place.name}' already exists in location '{current.body['location']}'."
            raise Refusal(409, "InvalidResourceLocation", message)
        return body

    def kept(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        kept = {name: given[name] for name in ("kind", "location", "tags", "identity", "properties") if name in given}
        properties = kept["properties"]
        if place.azure.quirks.fills_in_defaults:
            kept.setdefault("kind", "shared")
            properties.setdefault("version", "Notebook/1.0")
            properties.setdefault("sourceId", "azure monitor")
            properties.setdefault("tags", [])
        if place.azure.quirks.lowers_source_ids and properties.get("sourceId"):
            properties["sourceId"] = properties["sourceId"].lower()
        return kept

    def shown(self, resource: Resource, place: Place) -> dict[str, Any]:
        shown = super().shown(resource, place)
        shown["properties"] |= {
            "timeModified": f"{resource.at:%Y-%m-%dT%H:%M:%S.%f}0Z",
            "userId": str(uuid.uuid5(uuid.NAMESPACE_DNS, resource.by)),
            "revision": resource.etag.strip('"').replace("-", ""),
        }
        shown["systemData"] = {
            "createdBy": resource.created_by,
            "createdAt": f"{resource.created_at:%Y-%m-%dT%H:%M:%S.%f}0Z",
            "lastModifiedBy": resource.by,
            "lastModifiedAt": f"{resource.at:%Y-%m-%dT%H:%M:%S.%f}0Z",
        }
        return shown


def _with_content(request: Request) -> bool:
    return request.query.get("canFetchContent", "").lower() == "true"


def _groups(place: Place) -> list[str]:
    """The resource groups that have workbooks."""
    snapshot = place.azure.state.snapshot()
    return sorted({scope for scope, type, _ in snapshot if type == Workbooks.type and _SCOPE.match(scope)})

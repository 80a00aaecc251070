"""The resources of the subscription, as Resource Manager lists them: those that have a diagnostic setting."""

from __future__ import annotations

import re

from stand_in.hub import DiagnosticSettings
from stand_in.messages import Refusal, Request, Response
from stand_in.place import Place

_OF_TYPE = re.compile(r"resourceType eq '([^']+)'", re.IGNORECASE)


def list_resources(request: Request, place: Place) -> Response:
    """The resources of the type that `$filter` asks for; it is the only filter that the stand-in knows."""
    asked = _OF_TYPE.fullmatch(request.query.get("$filter", ""))
    if asked is None:
        raise Refusal(400, "InvalidFilterInQueryString", "The stand-in lists resources by resourceType only.")
    provider = f"/providers/{asked[1]}/".lower()
    found = sorted(
        {
            scope
            for scope, type, _ in place.azure.state.snapshot()
            if type == DiagnosticSettings.type and provider in scope and scope.startswith(place.scope.lower())
        }
    )
    return Response(200, {"value": [{"id": id, "name": id.rsplit("/", 1)[-1], "type": asked[1]} for id in found]})

"""Long-running operations, as Azure Resource Manager has them: a link to poll, and how long to wait."""

from __future__ import annotations

import uuid

from stand_in.messages import Refusal, Request, Response
from stand_in.place import Place


def begin(place: Place) -> str:
    """Start an operation, and return its id. It ends after as many polls as the quirks say."""
    operation = str(uuid.uuid4())
    place.azure.operations[operation] = place.azure.quirks.polls
    return operation


def running_headers(request: Request, place: Place, operation: str) -> dict[str, str]:
    """The headers of an answer that is not final."""
    where = f"{request.base}{place.scope}/providers/Microsoft.SecurityInsights/operationStatuses/{operation}"
    version = request.query.get("api-version", "")
    return {
        "Azure-AsyncOperation": f"{where}?api-version={version}",
        "Location": f"{where}/result?api-version={version}",
        "Retry-After": str(place.azure.quirks.polling_seconds),
    }


def status(request: Request, place: Place) -> Response:
    """How an operation stands. Raises Refusal, 404."""
    operation = place.name or ""
    with place.azure.state.lock:
        left = place.azure.operations.get(operation)
        if left is None:
            raise Refusal(404, "NotFound", f"Operation '{operation}' was not found.")
        place.azure.operations[operation] = left - 1
    headers = {"Retry-After": str(place.azure.quirks.polling_seconds)}
    state = "InProgress" if left > 0 else "Succeeded"
    return Response(200, {"id": request.path, "name": operation, "status": state}, headers)


def result(request: Request, place: Place) -> Response:
    """What a deletion ends with."""
    return Response(200, {})

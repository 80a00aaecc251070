"""Lists in pages, linked by `nextLink` as Azure does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from stand_in.messages import Refusal, Request, Response

TOKEN = "$skipToken"  # noqa: S105  the name of a parameter


def page(request: Request, everything: Sequence[Any], size: int) -> Response:
    """The page that the request asks for. Raises Refusal, 400, for a token that no page gave."""
    token = next((value for name, value in request.query.items() if name.lower() == TOKEN.lower()), "0")
    if not token.isdecimal() or int(token) > len(everything):
        raise Refusal(400, "BadRequest", f"The {TOKEN} '{token}' is not valid.")
    start = int(token)
    body: dict[str, Any] = {"value": list(everything[start : start + size])}
    if start + size < len(everything):
        rest = {name: value for name, value in request.query.items() if name.lower() != TOKEN.lower()}
        query = urlencode({**rest, TOKEN: str(start + size)}, safe="$")
        body["nextLink"] = f"{request.base}{quote(request.path)}?{query}"
    return Response(200, body)

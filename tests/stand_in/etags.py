"""Etags: when a write is refused because the client has not seen what is there."""

from __future__ import annotations

from typing import Any

from stand_in.messages import Refusal, Request
from stand_in.state import Resource


def check_headers(request: Request, current: Resource | None) -> None:
    """If-Match and If-None-Match, as HTTP has them. Raises Refusal, 412 PreconditionFailed."""
    wanted, unwanted = request.headers.get("if-match"), request.headers.get("if-none-match")
    matches = current is not None and wanted is not None and (wanted.strip() == "*" or same(wanted, current.etag))
    if wanted is not None and not matches:
        message = f"The condition '{wanted}' in the If-Match header was not satisfied."
        raise Refusal(412, "PreconditionFailed", message)
    if unwanted is not None and current is not None and (unwanted.strip() == "*" or same(unwanted, current.etag)):
        raise Refusal(412, "PreconditionFailed", "The condition in the If-None-Match header was not satisfied.")


def check_body(etag: Any, current: Resource | None) -> None:
    """The etag in a body: * and none at all go through. Raises Refusal, 409 Conflict, for a stale one."""
    if etag is None or etag == "*":
        return
    if current is None or not same(str(etag), current.etag):
        message = "Etag does not match. The resource was changed since it was last read, or does not exist."
        raise Refusal(409, "Conflict", message)


def same(one: str, other: str) -> bool:
    """Whether these are the same etag, with or without the quotes around it."""
    return one.strip().strip('"') == other.strip().strip('"')

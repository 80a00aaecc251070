"""What goes over the wire: a request as the endpoints see it, a response, and a refusal in Azure's form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stand_in.accounts import Account


class Refusal(Exception):
    """What Azure answers instead of doing as asked: `{"error": {"code", "message"}}` with an HTTP status."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})

    @property
    def response(self) -> Response:
        """The refusal as it is sent."""
        return Response(self.status, {"error": {"code": self.code, "message": self.message}}, self.headers)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. body: JSON, or None for no body."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        return b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()


@dataclass(slots=True)
class Request:
    """A request. path: decoded, without the query. headers: by their names in lower case. base: the server's address.

    account: who asks, None until the token was looked at.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes
    base: str
    account: Account | None = None

    @property
    def for_sign_in(self) -> bool:
        """Whether it goes to Entra ID."""
        return "/oauth2/" in self.path or "/.well-known/" in self.path

    def json(self) -> Any:
        """The body. Raises Refusal, 400 InvalidRequestContent, where it is not a JSON object."""
        try:
            body = json.loads(self.content)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise Refusal(
                400, "InvalidRequestContent", "The request content was invalid and could not be deserialized."
            )
        return body

"""Tells the API server who a person's token belongs to, as guard does for Entra ID on AKS.

AKS authenticates people by a token webhook: the API server posts a TokenReview and learns the user principal name, the
object ids of the groups, and the person's own object id. This is the same webhook, with the people of people.py in
place of Entra ID.
"""

from __future__ import annotations

import json
import secrets
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from recorder.certificates import Pair
from recorder.people import Person


class Guard:
    """A token webhook on loopback; `token_of` hands out the token by which it knows a person."""

    def __init__(self, pair: Pair) -> None:
        self._people: dict[str, Person] = {}
        self._tokens: dict[str, str] = {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.certificate, pair.key)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, name="guard", daemon=True).start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._server.server_address[1]}/authenticate"

    def token_of(self, person: Person) -> str:
        """The token of a person, the same at every call; anybody without one is unknown here."""
        token = self._tokens.setdefault(person.username, secrets.token_urlsafe(24))
        self._people[token] = person
        return token

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def review(self, token: str) -> dict[str, Any]:
        """The status of a TokenReview for `token`."""
        person = self._people.get(token)
        if person is None:
            return {"authenticated": False}
        user = {
            "username": person.username,
            "uid": person.oid,
            "groups": list(person.groups),
            "extra": {"oid": [person.oid]},
        }
        return {"authenticated": True, "user": user}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        guard = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = {
                    "apiVersion": asked["apiVersion"],
                    "kind": "TokenReview",
                    "status": guard.review(asked["spec"].get("token", "")),
                }
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

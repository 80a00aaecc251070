"""The wires: HTTPS on loopback, HTTP/1.1 with connections that are kept, each in a thread of its own."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from stand_in.faults import AFTER, Effect, Fault
from stand_in.messages import Refusal, Request, Response
from stand_in.tls import server_context

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that came, and what became of it. status: None where nothing was answered. No token is in it.

    account: who asked, once that is known. fault: the failure that befell it.
    """

    at: datetime
    method: str
    path: str
    query: str
    status: int | None
    account: str | None
    fault: Effect | None
    content: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status or 'no answer'}{f' ({self.fault})' if self.fault else ''}"


class Server(ThreadingHTTPServer):
    """Answers with `answer`, unless `fault_of` says what goes wrong; tells `record` of each call."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        answer: Callable[[Request], Response],
        fault_of: Callable[[Request], Fault | None],
        expired: Callable[[Request], Refusal],
        record: Callable[[Request, int | None, Effect | None], None],
    ) -> None:
        self.answer, self.fault_of, self.expired, self.record = answer, fault_of, expired, record
        self.ending = threading.Event()
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((LOOPBACK, port), Handler)

    @property
    def base(self) -> str:
        """The address of the server."""
        return f"https://{LOOPBACK}:{self.server_address[1]}"

    def start(self) -> None:
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, args=(0.02,), name="stand-in", daemon=True).start()

    def stop(self) -> None:
        """Serve no more: whoever is connected is dropped."""
        self.ending.set()
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._connections:
                _close(connection)

    # The handshake belongs to the connection's thread: a client that says nothing must not hold up the others.
    def finish_request(self, request: Any, client_address: Any) -> None:
        connection = server_context().wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._connections.add(connection)
        try:
            connection.settimeout(20)
            connection.do_handshake()
            connection.settimeout(None)
            super().finish_request(connection, client_address)
        except (OSError, ValueError):
            pass  # the client went away, or does not trust the certificate
        finally:
            with self._lock:
                self._connections.discard(connection)
            _close(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections break; that is no error of the server's."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        super().setup()
        self.wfile = _Whole(self.connection)

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        request = Request(
            self.command,
            unquote(parts.path),
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
            self.server.base,
        )
        fault = self.server.fault_of(request)
        effect = fault.effect if fault else None
        if fault and fault.effect not in AFTER and self._fails_before(fault, request):
            return
        response = self._answered(request, fault)
        if fault and fault.effect in AFTER:
            self._fails_after(fault, request, response)
            return
        self.server.record(request, response.status, effect)
        self._send(response)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_HEAD = _serve

    def _answered(self, request: Request, fault: Fault | None) -> Response:
        try:
            refusal = fault.refusal() if fault else None
            if refusal is None and fault and fault.effect is Effect.TOKEN_EXPIRED:
                refusal = self.server.expired(request)
            if refusal is not None:
                raise refusal
            return self.server.answer(request)
        except Refusal as refused:
            return refused.response
        except Exception as error:  # a defect of the stand-in's: tests must see which
            said = f"{type(error).__name__}: {error}"
            if error.__traceback__ is not None:
                last = error.__traceback__
                while last.tb_next:
                    last = last.tb_next
                said += f" ({last.tb_frame.f_code.co_filename}:{last.tb_lineno})"
            return Response(500, {"error": {"code": "StandInError", "message": said}}, {"x-stand-in-error": "yes"})

    def _fails_before(self, fault: Fault, request: Request) -> bool:
        """Whether the connection is gone, with nothing done."""
        if fault.effect is Effect.TIMEOUT:
            self._be_silent(fault)
        elif fault.effect is Effect.KILLED:
            if fault.call:
                fault.call()
        elif fault.effect is not Effect.DROPPED:
            return False
        self.server.record(request, None, fault.effect)
        self._drop()
        return True

    def _fails_after(self, fault: Fault, request: Request, response: Response) -> None:
        if fault.effect is Effect.TRUNCATED_AFTER:
            self.server.record(request, response.status, fault.effect)
            self._send(response, cut=True)
            return
        self.server.record(request, None, fault.effect)
        if fault.effect is Effect.TIMEOUT_AFTER:
            self._be_silent(fault)
        elif fault.effect is Effect.KILLED_AFTER and fault.call:
            fault.call()
        self._drop()

    def _be_silent(self, fault: Fault) -> None:
        """Say nothing until the client gives up, or the time is over."""
        until = time.monotonic() + fault.seconds
        while time.monotonic() < until and not self.server.ending.wait(0.02):
            if _hung_up(self.connection):
                return

    def _drop(self) -> None:
        self.close_connection = True
        _close(self.connection)

    def _send(self, response: Response, *, cut: bool = False) -> None:
        content = response.content
        if cut:  # a whole answer, of broken JSON: what a proxy makes that gave up half way
            content = content[: len(content) // 2]
        self.send_response(response.status)
        if content:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        if response.status != 204:
            self.send_header("Content-Length", str(len(content)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed: `StandIn.calls` has all requests, without their tokens."""


class _Whole:
    """Gathers what is written until it is flushed: an answer in one piece, which no client waits 40 ms for."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._parts = connection, bytearray()
        self.closed = False

    def write(self, data: bytes) -> int:
        """Add to the answer."""
        self._parts += data
        return len(data)

    def flush(self) -> None:
        """Send the answer."""
        data, self._parts = bytes(self._parts), bytearray()
        if data:
            self._connection.sendall(data)

    def close(self) -> None:
        """Forget what was not sent."""
        self.closed = True


def _hung_up(connection: socket.socket) -> bool:
    """Whether the other end has closed the connection."""
    connection.settimeout(0.001)
    try:
        return connection.recv(1) == b""
    except (TimeoutError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True


def _close(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()

"""Gives every client of the cluster an address of its own, all on loopback, and leads the API server to the nodes.

The API server records where a request came from. Each client is given a port that forwards to the API server from a
loopback address which stands for the client's documentation address (addresses.py), so that sourceIPs tells clients
apart as it does on a real network. Linux answers on all of 127.0.0.0/8; other systems do not.

The other way, the API server reaches nodes and pods through a tunnel, as on AKS. To it they have their documentation
addresses; it would not proxy to loopback ones.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from recorder.addresses import loopback_of

CHUNK = 256 * 1024


class Network:
    """Ports that lead to the API server at `port`, each from an address of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._ports: dict[str, int] = {}
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._thread.start()

    def server_for(self, address: str) -> str:
        """The URL by which a client at the documentation address reaches the API server."""
        if address not in self._ports:
            self._ports[address] = self._run(self._listen(loopback_of(address)))
        return f"https://127.0.0.1:{self._ports[address]}"

    def open_tunnel(self, socket: Path) -> None:
        """Take the API server's CONNECT requests at a Unix socket, and lead each to where the address stands for."""
        self._run(self._listen_for_tunnels(socket))

    def close(self) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self, source: str) -> int:
        async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                upstream = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0))
            except OSError:
                writer.close()
                return
            await asyncio.gather(_copy(reader, upstream[1]), _copy(upstream[0], writer), return_exceptions=True)

        server = await asyncio.start_server(forward, "127.0.0.1", 0, limit=CHUNK)
        self._servers.append(server)
        return server.sockets[0].getsockname()[1]

    async def _listen_for_tunnels(self, socket: Path) -> None:
        self._servers.append(await asyncio.start_unix_server(_tunnel, str(socket), limit=CHUNK))

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


async def _tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Lead one connection through, or answer 502 where nobody listens."""
    try:
        request = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
        host, _, port = request.split()[1].rpartition(":")
        there = host if host == "127.0.0.1" else loopback_of(host)
        upstream = await asyncio.open_connection(there, int(port))
    except (OSError, ValueError, IndexError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
        writer.close()
        return
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await asyncio.gather(_copy(reader, upstream[1]), _copy(upstream[0], writer), return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy until one side ends. A connection that breaks is the end of it, not an error: the peers will say so."""
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()

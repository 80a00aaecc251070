"""The tunnel by which the API server reaches nodes and pods."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading

import pytest

from recorder.network import Network

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers on all of 127.0.0.0/8")


@pytest.fixture
def tunnel(tmp_path):
    network = Network(port=1)
    network.open_tunnel(tmp_path / "tunnel")
    yield tmp_path / "tunnel"
    network.close()


@pytest.fixture
def kubelet():
    """A server at what stands for 192.0.2.10, which says one word; its port."""
    with socket.create_server(("127.1.0.10", 0)) as server:

        def answer():
            with contextlib.suppress(OSError), server.accept()[0] as connection:
                connection.sendall(b"pods")

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]


def _asked(tunnel, request: str) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(str(tunnel))
        client.sendall(request.encode())
        return b"".join(iter(lambda: client.recv(4096), b""))


def test_the_tunnel_leads_to_what_an_address_stands_for(tunnel, kubelet):
    answer = _asked(tunnel, f"CONNECT 192.0.2.10:{kubelet} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert answer == b"HTTP/1.1 200 Connection established\r\n\r\npods"


@pytest.mark.parametrize(
    "request_line",
    ["CONNECT 192.0.2.77:1 HTTP/1.1", "CONNECT 10.0.0.1:443 HTTP/1.1", "CONNECT", "CONNECT 192.0.2.10:port HTTP/1.1"],
    ids=["nobody listens there", "an address that stands for nothing", "no address", "no port"],
)
def test_what_leads_nowhere_is_answered_so(tunnel, request_line):
    assert _asked(tunnel, f"{request_line}\r\n\r\n") == b"HTTP/1.1 502 Bad Gateway\r\n\r\n"

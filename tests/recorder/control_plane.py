"""A control plane on loopback: etcd, API server, controller manager, scheduler. It ends with who began it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from ssl import CERT_NONE, SSLContext, create_default_context

import yaml

from recorder.addresses import loopback_of
from recorder.certificates import Authority, Pair, signing_key
from recorder.guard import Guard
from recorder.network import Network
from recorder.people import CONTROLLERS, SCHEDULER, Component
from recorder.programs import Programs

POLICY = Path(__file__).with_name("audit-policy.yaml")
SERVICES = "198.51.100.128/25"
"""The range of service addresses: documentation addresses, so nothing has to be moved later."""
ADVERTISED = "192.0.2.2"
TUNNEL = "tunnel"
"""The socket of the way to nodes and pods, relative to the folder in which programs run: answers name it."""
PATIENCE = 60.0
"""Seconds that a program may take to answer."""


class ClusterFailed(Exception):
    """A program of the cluster did not start or died; the message names it and shows the end of its log."""


@dataclass(slots=True)
class Program:
    """A running program and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class ControlPlane:
    """Starts on construction with an empty etcd; `close` ends every program and waits for it.

    `audit_log` is where the API server writes its events, one JSON object a line.
    """

    def __init__(self, programs: Programs, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        self.audit_log = folder / "audit.log"
        self.port = free_port()
        self._running: list[Program] = []
        self.authority = Authority(folder)
        server = self.authority.issue("server", "kube-apiserver", addresses=["127.0.0.1"], hosts=["localhost"])
        self.guard = Guard(server)
        self.network = Network(self.port)
        try:
            self._start_etcd()
            self._start_api_server(server)
            self._start_controllers()
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def kubeconfig(self, caller: Component) -> Path:
        """A kubeconfig of a component with a certificate, through the component's own address."""
        file = caller.username.replace(":", "-")
        path = self.folder / f"{file}.kubeconfig"
        if not path.exists():
            pair = self.authority.issue(file, caller.username, caller.groups)
            server = self.network.server_for(caller.address)
            user = {"client-certificate": str(pair.certificate), "client-key": str(pair.key)}
            path.write_text(kubeconfig(server, self.authority.pair.certificate, user), encoding="utf-8")
        return path

    def run(self, name: str, options: Mapping[str, object], environment: Mapping[str, str] | None = None) -> Program:
        """Start a program with `--option=value`s and keep its output in a log named after it."""
        number = sum(1 for _ in self.folder.glob(f"{name}*.log"))
        log = self.folder / (f"{name}-{number}.log" if number else f"{name}.log")
        command = [self.programs.path(name), *(f"--{option}={value}" for option, value in options.items())]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **(environment or {})},
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        program = Program(name, process, log)
        self._running.append(program)
        return program

    def kill(self, program: Program) -> None:
        """End a program as a machine that loses power does."""
        self._running.remove(program)
        program.process.kill()
        program.process.wait()

    def check(self) -> None:
        """Raises ClusterFailed if a program has died."""
        for program in self._running:
            if program.process.poll() is not None:
                raise ClusterFailed(f"{program.name} ended with {program.process.returncode}:\n{_end_of(program.log)}")

    def close(self) -> None:
        for program in reversed(self._running):
            program.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 5
        for program in reversed(self._running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.process.wait(timeout=max(0.1, deadline - time.monotonic()))
            if program.process.poll() is None:
                program.process.kill()
                program.process.wait()
        self._running.clear()
        self.network.close()
        self.guard.close()

    def _start_etcd(self) -> None:
        self._etcd = f"http://127.0.0.1:{free_port()}"
        peer = f"http://127.0.0.1:{free_port()}"
        options = {
            "data-dir": self.folder / "etcd",
            "listen-client-urls": self._etcd,
            "advertise-client-urls": self._etcd,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": f"default={peer}",
            "unsafe-no-fsync": "true",
            "log-level": "warn",
        }
        self._wait_for(self.run("etcd", options), f"{self._etcd}/health")

    def _start_api_server(self, server: Pair) -> None:
        folder = self.folder
        keys = signing_key(folder)
        to_kubelets = self.authority.issue(
            "api-server-to-kubelets", "kube-apiserver-kubelet-client", ["system:masters"]
        )
        webhook = folder / "guard.kubeconfig"
        webhook.write_text(kubeconfig(self.guard.url, self.authority.pair.certificate, {}), encoding="utf-8")
        egress = folder / "egress.yaml"
        egress.write_text(_egress_through(TUNNEL), encoding="utf-8")
        self.network.open_tunnel(folder / TUNNEL)
        options = {
            "etcd-servers": self._etcd,
            "egress-selector-config-file": egress,
            "bind-address": "127.0.0.1",
            "secure-port": self.port,
            "advertise-address": ADVERTISED,
            "tls-cert-file": server.certificate,
            "tls-private-key-file": server.key,
            "client-ca-file": self.authority.pair.certificate,
            "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
            "service-account-key-file": keys,
            "service-account-signing-key-file": keys,
            "service-cluster-ip-range": SERVICES,
            "authorization-mode": "Node,RBAC",
            "enable-admission-plugins": "NodeRestriction",
            "authentication-token-webhook-config-file": webhook,
            "authentication-token-webhook-version": "v1",
            "kubelet-client-certificate": to_kubelets.certificate,
            "kubelet-client-key": to_kubelets.key,
            "kubelet-preferred-address-types": "InternalIP",
            "allow-privileged": "true",
            "audit-policy-file": POLICY,
            "audit-log-path": self.audit_log,
            "audit-log-format": "json",
            "v": 2,
        }
        self._wait_for(self.run("kube-apiserver", options), f"{self.url}/readyz")

    def _start_controllers(self) -> None:
        for name, caller in (("kube-controller-manager", CONTROLLERS), ("kube-scheduler", SCHEDULER)):
            config = self.kubeconfig(caller)
            options: dict[str, object] = {
                "kubeconfig": config,
                "authentication-kubeconfig": config,
                "authorization-kubeconfig": config,
                "bind-address": "127.0.0.1",
                "secure-port": (port := free_port()),
                "v": 2,
            }
            if name == "kube-controller-manager":
                options |= {
                    "use-service-account-credentials": "true",
                    "root-ca-file": self.authority.pair.certificate,
                    "service-account-private-key-file": self.folder / "service-accounts.key",
                    "cluster-signing-cert-file": self.authority.pair.certificate,
                    "cluster-signing-key-file": self.authority.pair.key,
                }
            self._wait_for(self.run(name, options), f"https://127.0.0.1:{port}/healthz", verify=False)

    def _wait_for(self, program: Program, url: str, *, verify: bool = True) -> None:
        context = create_default_context(cafile=str(self.authority.pair.certificate))
        if not verify:  # the program has made a certificate for itself
            context.check_hostname, context.verify_mode = False, CERT_NONE
        secure = context if url.startswith("https:") else None
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.check()
            with contextlib.suppress(OSError), _open(url, secure) as answer:
                if answer.status == 200:
                    return
            time.sleep(0.1)
        raise ClusterFailed(f"{program.name} does not answer at {url}:\n{_end_of(program.log)}")


def kubeconfig(server: str, authority: Path, user: Mapping[str, str]) -> str:
    """A kubeconfig with one context."""
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "shop", "cluster": {"server": server, "certificate-authority": str(authority)}}],
            "users": [{"name": "me", "user": dict(user)}],
            "contexts": [{"name": "shop", "context": {"cluster": "shop", "user": "me"}}],
            "current-context": "shop",
        }
    )


def _egress_through(socket: str) -> str:
    """The API server's configuration that leads all it asks of nodes, pods and services through a tunnel."""
    connection = {"proxyProtocol": "HTTPConnect", "transport": {"uds": {"udsName": socket}}}
    return yaml.safe_dump(
        {
            "apiVersion": "apiserver.k8s.io/v1beta1",
            "kind": "EgressSelectorConfiguration",
            "egressSelections": [{"name": "cluster", "connection": connection}],
        }
    )


def _open(url: str, context: SSLContext | None) -> HTTPResponse:
    return urllib.request.urlopen(url, timeout=5, context=context)  # noqa: S310  # our own URLs


def free_port(address: str = "127.0.0.1") -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def node_address(caller: Component) -> str:
    """Where a node's kubelet listens, so that the API server can reach it."""
    return loopback_of(caller.address)


def _die_with_parent() -> None:
    """Ask the kernel to end this child when the recorder ends, however it ends (prctl PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _end_of(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

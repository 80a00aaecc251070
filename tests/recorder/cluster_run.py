"""A cluster that is ready to be played on: control plane, nodes, the shop that runs there, and who may call."""

from __future__ import annotations

import contextlib
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from recorder.audit_log import AuditLog
from recorder.client import Client
from recorder.control_plane import ClusterFailed, ControlPlane, Program, kubeconfig
from recorder.nodes import node_object, start_kubelet
from recorder.people import KUBECTL, NODE_NAMES, RECORDER, Caller, Component, Person, Workload
from recorder.programs import Programs, built_programs, versions
from recorder.world import world_objects

HOUR = 3600


class Cluster:
    """A cluster in a temporary folder, from `with` to the end of it; nothing is left afterwards."""

    def __init__(self, programs: Programs | None = None) -> None:
        self.programs = programs or built_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="masthead-recorder-"))
        self._clients: dict[tuple[object, ...], Client] = {}
        self._kubelets: dict[int, Program] = {}

    def __enter__(self) -> Self:
        try:
            self.plane = ControlPlane(self.programs, self.folder)
            self.audit_log = AuditLog(self.plane.audit_log)
            self.recorder = self.client(RECORDER)
            self._build_world()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def client(self, who: Caller, *, address: str = "", agent: str = "") -> Client:
        """The way of a caller to the API server; `address` and `agent` if they differ from the usual."""
        key = (who, address or who.address, agent)
        if key not in self._clients:
            self._clients[key] = self._make_client(who, address or who.address, agent)
        return self._clients[key]

    def client_with_token(self, token: str, address: str, agent: str) -> Client:
        """The way of somebody who shows `token`, or nothing at all, from an address of his own."""
        return self._connect(address, agent, {"token": token} if token else {}, token=token)

    def token_of(self, who: Workload) -> str:
        """A token of a service account that lasts an hour, asked for by the recorder."""
        path = f"/api/v1/namespaces/{who.namespace}/serviceaccounts/{who.name}/token"
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": HOUR}}
        return self.recorder.request("POST", path, body)["status"]["token"]

    def start_kubelet(self, number: int) -> None:
        """Start the kubelet of a node, for the first time or after it was killed."""
        self._kubelets[number] = start_kubelet(self.plane, number)

    def kill_kubelet(self, number: int) -> None:
        """Let a node vanish: its kubelet says nothing any more."""
        self.plane.kill(self._kubelets.pop(number))

    def wait_until(self, what: str, holds: Callable[[], bool], patience: float = 60) -> None:
        """Wait until something holds; raises ClusterFailed with `what` if it does not come to that."""
        deadline = time.monotonic() + patience
        while not holds():
            self.plane.check()
            if time.monotonic() > deadline:
                raise ClusterFailed(f"waited {patience:.0f} s in vain until {what}")
            time.sleep(0.1)

    def _make_client(self, who: Caller, address: str, agent: str) -> Client:
        agent = agent or getattr(who, "agent", KUBECTL)
        if isinstance(who, Component):
            pair = self.plane.authority.issue(who.username.replace(":", "-"), who.username, who.groups)
            user = {"client-certificate": str(pair.certificate), "client-key": str(pair.key)}
            return self._connect(address, agent, user, certificate=(pair.certificate, pair.key))
        token = self.plane.guard.token_of(who) if isinstance(who, Person) else self.token_of(who)
        return self._connect(address, agent, {"token": token}, token=token)

    def _connect(
        self, address: str, agent: str, user: dict[str, str], *, token: str = "",
        certificate: tuple[Path, Path] | None = None,
    ) -> Client:  # fmt: skip
        if agent == KUBECTL:
            agent = f"kubectl/{versions()['kubernetes']} (linux/amd64) kubernetes/$Format"
        server, authority = self.plane.network.server_for(address), self.plane.authority.pair.certificate
        home = Path(tempfile.mkdtemp(prefix="home-", dir=self.folder))
        config = home / "kubeconfig"
        config.write_text(kubeconfig(server, authority, user), encoding="utf-8")
        return Client(
            server, authority, agent,
            kubeconfig=config, kubectl=self.programs.path("kubectl"), token=token, certificate=certificate,
        )  # fmt: skip

    def _build_world(self) -> None:
        """Every object of world/, then the nodes, then wait until all that should run does."""
        for made in world_objects():
            self.recorder.apply(made, "masthead")
        for number in range(len(NODE_NAMES)):
            self.recorder.create(node_object(number))
            self.start_kubelet(number)
        self.wait_until("every pod runs", self._all_run)
        self.audit_log.rests(quiet=1.0, patience=30)

    def _all_run(self) -> bool:
        wanted = [one for kind in ("Deployment", "StatefulSet") for one in self.recorder.list(kind)]
        daemons = self.recorder.list("DaemonSet")
        return all(one.get("status", {}).get("readyReplicas", 0) == one["spec"]["replicas"] for one in wanted) and all(
            one.get("status", {}).get("numberReady", 0) == len(NODE_NAMES) for one in daemons
        )

    def _leave(self) -> None:
        with _undisturbed():
            for client in self._clients.values():
                client.close()
            if hasattr(self, "plane"):
                self.plane.close()
            shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Tidying up takes some seconds, in which an impatient second Ctrl-C would leave half of it behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

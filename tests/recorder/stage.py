"""The stage a scenario plays on: callers to act as, and a clock that says when it is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from recorder.client import Client, Object
from recorder.inventory import Snapshot
from recorder.people import AMA_LOGS, NODE_NAMES, Caller, Workload
from recorder.routine import Routine
from recorder.scenario import Scenario

if TYPE_CHECKING:
    from recorder.cluster_run import Cluster

MINUTE = timedelta(minutes=1)


class Stage:
    """What a scenario sees. Between its steps the cluster's routine goes on, minute by minute of recorded time.

    A scenario takes seconds and its recording an hour or a day: real time is stretched between two steps and left as
    it is within one. `anchors` are the pairs of real and recorded instants that say how (timeline.py).
    """

    def __init__(self, cluster: Cluster, scenario: Scenario) -> None:
        self.cluster = cluster
        self._scenario = scenario
        self.anchors: list[tuple[datetime, datetime]] = []
        self.snapshots: list[Snapshot] = []
        self.constructed: dict[str, list[Object]] = {}
        self.routine = Routine(self)
        self._next_look = scenario.opens

    # Time

    def open(self) -> None:
        """The recording begins: the log is quiet, the clock stands at the scenario's beginning.

        What Kubernetes complained of while the cluster was built is forgotten: it differs at every run.
        """
        recorder = self.cluster.recorder
        for namespace in recorder.list("Namespace"):
            recorder.delete_all("Event", namespace["metadata"]["name"])
        self.cluster.audit_log.rests(quiet=1.0)
        self._anchor(self._scenario.opens)

    def at(self, clock: str) -> None:
        """Let time pass until `clock`, like 09:20 or 09:20:05, with the routine of the minutes between.

        What follows happens then, at its real pace. Raises ValueError for a time that has passed.
        """
        self.wait_until(self._instant(clock))

    def wait_until(self, when: datetime) -> None:
        """The same as `at`, for an instant of recorded time."""
        self.settle()
        now = self.now()
        if when <= now:
            raise ValueError(f"it is {now:%H:%M:%S} on stage already; {when:%H:%M:%S} has passed")
        self._anchor(now)
        minute = now.replace(second=0, microsecond=0) + MINUTE
        while minute < when:
            self._anchor(minute)
            self._routine_of(minute)
            minute += MINUTE
        # Kubernetes cuts many times off to whole seconds; a step that begins on one is not told to begin before it.
        time.sleep(1 - time.time() % 1)
        self._anchor(when)

    def close(self) -> None:
        """Let the rest of the recorded time pass, and look at the cluster a last time."""
        self.wait_until(self._scenario.closes - timedelta(seconds=1))
        self.look()
        time.sleep(0.2)
        self._anchor(self._scenario.closes)

    def now(self) -> datetime:
        """The recorded time."""
        real, recorded = self.anchors[-1]
        return recorded + (datetime.now(UTC) - real)

    def settle(self, patience: float = 8.0) -> None:
        """Wait until controllers, scheduler and kubelets have reacted."""
        self.cluster.audit_log.rests(patience=patience)

    # Callers

    def play_as(self, who: Caller, *, address: str = "", agent: str = "") -> Client:
        """The way of a caller to the API server. A stolen token is the same caller from another `address`."""
        return self.cluster.client(who, address=address, agent=agent)

    def stranger(self, address: str, *, agent: str = "curl/8.16.0", token: str = "") -> Client:
        """Somebody without an account, perhaps with a token that he found: the way to the API server from `address`."""
        return self.cluster.client_with_token(token, address, agent)

    def token_of(self, who: Workload) -> str:
        """A token that a pod of this workload has in its file system; getting it is not part of the recording."""
        return self.cluster.token_of(who)

    def certificate_request(
        self, name: str, groups: Sequence[str], *, addresses: Sequence[str] = (), hosts: Sequence[str] = ()
    ) -> bytes:
        """A request, as PEM, for a certificate of the user `name` in `groups`; nobody keeps its key."""
        from recorder.certificates import certificate_request

        return certificate_request(name, groups, addresses=addresses, hosts=hosts)

    # What is there

    def pods(self, namespace: str, app: str = "") -> list[Object]:
        """The pods of a namespace, perhaps of one app, that run; asking is not part of the recording."""
        query = f"labelSelector=app%3D{app}" if app else ""
        found = self.cluster.recorder.list("Pod", namespace, query)
        return [pod for pod in found if not _is_leaving(pod) and pod["status"]["phase"] == "Running"]

    def pod(self, namespace: str, app: str) -> str:
        """The name of a pod of an app that runs."""
        return min(pod["metadata"]["name"] for pod in self.pods(namespace, app))

    def wait_for_pod(self, namespace: str, name: str) -> None:
        """Wait until a pod runs; asking is not part of the recording."""

        def runs() -> bool:
            return any(pod["metadata"]["name"] == name for pod in self.pods(namespace))

        self.cluster.wait_until(f"the pod {name} runs in {namespace}", runs, patience=20)

    def kill_kubelet(self, number: int) -> None:
        """Let a node vanish; the controllers take almost a minute to notice."""
        self.cluster.kill_kubelet(number)

    def start_kubelet(self, number: int) -> None:
        """Let a node that vanished come back."""
        self.cluster.start_kubelet(number)

    def wait_for_node(self, number: int, *, ready: bool) -> None:
        """Wait until a node is ready and free of taints, or no longer ready; asking is not recorded."""

        def is_so() -> bool:
            node = self.cluster.recorder.get("Node", NODE_NAMES[number])
            status = next(one["status"] for one in node["status"]["conditions"] if one["type"] == "Ready")
            return status == "True" and "taints" not in node["spec"] if ready else status != "True"

        self.cluster.wait_until(f"node {number} is {'ready' if ready else 'lost'}", is_so, patience=120)

    def pods_on(self, node: str, namespace: str = "", app: str = "") -> list[Object]:
        """The pods that are meant to run on a node, without those of DaemonSets; asking is not recorded."""
        query = f"fieldSelector=spec.nodeName%3D{node}" + (f"&labelSelector=app%3D{app}" if app else "")
        found = self.cluster.recorder.list("Pod", namespace, query)
        return [pod for pod in found if not _is_leaving(pod) and not _is_of_daemon(pod)]

    def wait_for_eviction(self, node: str, namespace: str = "", app: str = "") -> None:
        """Wait until no such pod is meant to run on a node; asking is not recorded."""
        self.cluster.wait_until(
            f"the pods have left {node}", lambda: not self.pods_on(node, namespace, app), patience=120
        )

    def construct(self, table: str, row: Object) -> None:
        """Add a row that was not recorded, with the columns of the table; TimeGenerated is now unless it says else."""
        now = self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.constructed.setdefault(table, []).append({"TimeGenerated": now, **row, "Type": table})

    @property
    def nodes(self) -> tuple[str, ...]:
        return NODE_NAMES

    def look(self) -> None:
        """Container Insights looks at the cluster: its agent lists what there is, and the inventory tables say so."""
        agent = self.play_as(AMA_LOGS)
        taken = datetime.now(UTC)
        kinds = ("Pod", "Node", "Service", "Event")
        pods, nodes, services, events = (agent.list(kind, query="limit=1000&resourceVersion=0") for kind in kinds)
        self.snapshots.append(Snapshot(taken, pods, nodes, services, events))

    def _routine_of(self, minute: datetime) -> None:
        self.routine.minute(minute)
        if minute >= self._next_look:
            self.look()
            while self._next_look <= minute:
                self._next_look += self._scenario.inventory_minutes * MINUTE

    def _anchor(self, recorded: datetime) -> None:
        time.sleep(0.001)  # so that no two anchors fall together
        self.anchors.append((datetime.now(UTC), recorded))

    def _instant(self, clock: str) -> datetime:
        parts = [int(part) for part in clock.split(":")]
        hours, minutes, seconds = (*parts, 0)[:3]
        midnight = self._scenario.opens.replace(hour=0, minute=0, second=0)
        return midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _is_leaving(pod: Object) -> bool:
    return "deletionTimestamp" in pod["metadata"]


def _is_of_daemon(pod: Object) -> bool:
    return any(owner["kind"] == "DaemonSet" for owner in pod["metadata"].get("ownerReferences", ()))

"""What goes on in a cluster every minute, whoever else does what: operators reconcile, agents look, nodes ask.

Controllers, scheduler and kubelets do their part for real. The programs below are not there, only their service
accounts; what each would ask of the API server is asked in its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from recorder.client import MERGE, Object, Refused
from recorder.cluster_run import world_objects
from recorder.people import (
    AKS_SERVICE,
    AUTOSCALER,
    CERT_MANAGER,
    EXTERNAL_SECRETS,
    FLUX,
    GRAFANA,
    INGRESS,
    KEDA,
    NODE_NAMES,
    PROMETHEUS,
    node,
)

if TYPE_CHECKING:
    from recorder.stage import Stage

T = TypeVar("T")
FLUX_MANAGER = "kustomize-controller"
SYNCED = (("shop", "orders-db"), ("shop", "stripe"), ("payments", "ledger-db"), ("payments", "bank-client"))
"""The secrets that the external-secrets operator keeps as the vault has them."""
LEASES = ((CERT_MANAGER, "cert-manager", "cert-manager-controller"), (INGRESS, "ingress", "ingress-nginx-leader"))


class Routine:
    """The routine of one cluster. `pace` multiplies what is done each minute."""

    def __init__(self, stage: Stage, pace: int = 1) -> None:
        self.pace = pace
        self._stage = stage
        self._applied = [one for one in world_objects() if one["kind"] in ("Deployment", "StatefulSet", "Service")]
        self._add_ons = [one for one in world_objects() if one["kind"] == "DaemonSet"]
        self._turn = 0

    def minute(self, when: datetime) -> None:
        """What happens in the minute that begins at `when`; the same at every run."""
        for _ in range(self.pace):
            self._turn += 1
            for act in (self._reconcile, self._scale, self._sync_secret, self._hold_lease, self._node_asks):
                self._try(act)
        minute = when.hour * 60 + when.minute
        now_and_then: tuple[tuple[int, int, Callable[[], None]], ...] = (
            (5, 2, self._discover),
            (10, 4, self._tend_add_ons),
            (15, 7, self._find_room),
            (60, 45, self._ask_in_vain),
        )
        for every, offset, act in now_and_then:
            if minute % every == offset:
                self._try(act)

    def _try(self, act: Callable[[], None]) -> None:
        """What an attack took away is gone for the routine too, which asks for it all the same and goes on."""
        try:
            act()
        except Refused as refusal:
            if refusal.code != 404:
                raise

    def _reconcile(self) -> None:
        """GitOps compares an object with what git says, by an apply that changes nothing."""
        made = self._pick(self._applied)
        self._stage.play_as(FLUX).apply(made, f"{FLUX_MANAGER}&dryRun=All")

    def _scale(self) -> None:
        """KEDA asks how many there are."""
        app = self._pick(("web", "catalog", "cart", "orders"))
        self._stage.play_as(KEDA).get("Deployment", app, "shop", "scale")

    def _sync_secret(self) -> None:
        """The operator reads a secret, and writes it when it is time to."""
        namespace, name = self._pick(SYNCED)
        client = self._stage.play_as(EXTERNAL_SECRETS)
        client.get("Secret", name, namespace)
        if self._turn % 20 == 0:
            stamp = {"metadata": {"annotations": {"reconcile.external-secrets.io/turn": str(self._turn)}}}
            client.patch("Secret", name, stamp, namespace, how=MERGE)

    def _hold_lease(self) -> None:
        """A leader says that it still leads."""
        who, namespace, name = self._pick(LEASES)
        client = self._stage.play_as(who)
        held = client.get("Lease", name, namespace)
        held["spec"]["leaseTransitions"] = self._turn
        client.update(held)

    def _node_asks(self) -> None:
        """A kubelet refreshes what a pod on its node has mounted: the authority's certificate, and its token."""
        number = self._turn % len(NODE_NAMES)
        apps = {"web": "shop", "orders": "shop", "ledger": "payments"}
        here = [
            (namespace, pod)
            for app, namespace in apps.items()
            for pod in self._known_pods(namespace, app)
            if pod["spec"].get("nodeName") == NODE_NAMES[number]
        ]
        if not here:
            return
        namespace, pod = self._pick(here)
        kubelet = self._stage.play_as(node(number), agent="kubelet/v1.37.2 (linux/amd64) kubernetes/$Format")
        kubelet.get("ConfigMap", "kube-root-ca.crt", namespace)
        if self._turn % 10 == 0:
            metadata = pod["metadata"]
            spec: Object = {
                "expirationSeconds": 3607,
                "boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": metadata["name"], "uid": metadata["uid"]},
            }
            body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
            path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{pod['spec']['serviceAccountName']}/token"
            kubelet.request("POST", path, body)

    def _known_pods(self, namespace: str, app: str) -> list[Object]:
        return sorted(self._stage.pods(namespace, app), key=lambda pod: pod["metadata"]["name"])

    def _discover(self) -> None:
        """Prometheus lists what it may scrape."""
        prometheus = self._stage.play_as(PROMETHEUS)
        prometheus.list(self._pick(("Pod", "Service", "Node", "Ingress")), query="limit=500&resourceVersion=0")

    def _tend_add_ons(self) -> None:
        """AKS sees to it that its add-ons are as it made them."""
        made = self._pick(self._add_ons)
        self._stage.play_as(AKS_SERVICE).patch(
            made["kind"], made["metadata"]["name"], {"spec": made["spec"]}, made["metadata"]["namespace"]
        )

    def _find_room(self) -> None:
        """The autoscaler looks at pods and nodes."""
        autoscaler = self._stage.play_as(AUTOSCALER)
        autoscaler.list("Node", query="limit=500")
        autoscaler.list("Pod", query="limit=500&fieldSelector=spec.nodeName%3D")

    def _ask_in_vain(self) -> None:
        """A dashboard asks for what it may not have, as it has always done."""
        self._stage.play_as(GRAFANA).list("Secret", "monitoring", refused=403)

    def _pick(self, choices: Sequence[T]) -> T:
        return choices[self._turn % len(choices)]

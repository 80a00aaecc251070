"""What goes on in a cluster every minute, whoever else does what: operators reconcile, agents look, nodes ask.

Controllers, scheduler and kubelets do their part for real. The programs below are not there, only their service
accounts; what each would ask of the API server is asked in its name.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from recorder.client import MERGE, Object, Refused
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
from recorder.world import world_objects

if TYPE_CHECKING:
    from recorder.stage import Stage

Act = Callable[[Random], None]
FLUX_MANAGER = "kustomize-controller"
KUBELET = "kubelet/v1.37.2 (linux/amd64) kubernetes/$Format"
BY_PIPELINE = ("orders", "cart")
"""The apps that the pipeline deploys; all others are in git, from where Flux takes them."""
SYNCED = (("shop", "orders-db"), ("shop", "stripe"), ("payments", "ledger-db"), ("payments", "bank-client"))
"""The secrets that the external-secrets operator keeps as the vault has them."""
LEASES = ((CERT_MANAGER, "cert-manager", "cert-manager-controller"), (INGRESS, "ingress", "ingress-nginx-leader"))


class Routine:
    """The routine of one cluster. `pace` multiplies what is done each minute, about seven requests.

    `in_git` is what Flux compares the cluster with, `add_ons` what AKS does; a scenario that changes them says so here.
    """

    def __init__(self, stage: Stage, pace: int = 1) -> None:
        self.pace = pace
        self._stage = stage
        self.in_git: list[Object] = []
        self.add_ons: list[Object] = []
        for made in world_objects():
            metadata = made["metadata"]
            if made["kind"] in ("Deployment", "DaemonSet") and metadata["namespace"] == "kube-system":
                self.add_ons.append(made)
            elif made["kind"] in ("DaemonSet", "StatefulSet", "Service") or (
                made["kind"] == "Deployment" and metadata["name"] not in BY_PIPELINE
            ):
                self.in_git.append(made)

    def desired(self, kind: str, namespace: str, name: str) -> Object:
        """What git or AKS says of a workload; to be changed before it is applied, or the routine takes it back."""
        return next(
            made
            for made in (*self.in_git, *self.add_ons)
            if (made["kind"], made["metadata"]["namespace"], made["metadata"]["name"]) == (kind, namespace, name)
        )

    def minute(self, when: datetime) -> None:
        """What happens in the minute that begins at `when`: no two minutes are alike, and each is so at every run."""
        chance = Random(when.isoformat())  # noqa: S311  # not for secrets
        acts: dict[Act, int] = {
            self._reconcile: 3,
            self._scale: 4,
            self._sync_secret: 5,
            self._hold_lease: 2,
            self._node_asks: 5,
        }
        for _ in range(self.pace):
            for act in chance.choices(list(acts), list(acts.values()), k=chance.randint(4, 7)):
                self._try(act, chance)
        minute = when.hour * 60 + when.minute
        now_and_then: tuple[tuple[int, int, Act], ...] = (
            (5, 2, self._discover),
            (10, 4, self._tend_add_ons),
            (15, 7, self._find_room),
            (60, 45, self._ask_in_vain),
        )
        for every, offset, act in now_and_then:
            if minute % every == offset:
                self._try(act, chance)

    def _try(self, act: Act, chance: Random) -> None:
        """What an attack took away is gone for the routine too, which asks for it all the same and goes on."""
        try:
            act(chance)
        except Refused as refusal:
            if refusal.code != 404:
                raise

    def _reconcile(self, chance: Random) -> None:
        """GitOps compares an object with what git says, by an apply that changes nothing."""
        self._stage.play_as(FLUX).apply(chance.choice(self.in_git), f"{FLUX_MANAGER}&dryRun=All")

    def _scale(self, chance: Random) -> None:
        """KEDA asks how many there are."""
        app = chance.choice(("web", "catalog", "cart", "orders"))
        self._stage.play_as(KEDA).get("Deployment", app, "shop", "scale")

    def _sync_secret(self, chance: Random) -> None:
        """The operator reads a secret, and writes it when it is time to."""
        namespace, name = chance.choice(SYNCED)
        client = self._stage.play_as(EXTERNAL_SECRETS)
        client.get("Secret", name, namespace)
        if chance.random() < 0.05:
            annotations = {"reconcile.external-secrets.io/data-hash": f"{chance.getrandbits(64):016x}"}
            client.patch("Secret", name, {"metadata": {"annotations": annotations}}, namespace, how=MERGE)

    def _hold_lease(self, chance: Random) -> None:
        """A leader says that it still leads."""
        who, namespace, name = chance.choice(LEASES)
        client = self._stage.play_as(who)
        held = client.get("Lease", name, namespace)
        held["spec"]["leaseTransitions"] = held["spec"].get("leaseTransitions", 0) + 1
        client.update(held)

    def _node_asks(self, chance: Random) -> None:
        """A kubelet refreshes what a pod on its node has mounted: the authority's certificate, and its token."""
        number = chance.randrange(len(NODE_NAMES))
        namespace = chance.choice(("shop", "payments"))
        # Drawn in any case: where the scheduler put the pods must not change what follows.
        wants_token, which = chance.random() < 0.1, chance.random()
        pods = sorted(self._stage.pods(namespace), key=lambda pod: pod["metadata"]["name"])
        here = [pod for pod in pods if pod["spec"].get("nodeName") == NODE_NAMES[number]]
        if not here:
            return
        kubelet = self._stage.play_as(node(number), agent=KUBELET)
        kubelet.get("ConfigMap", "kube-root-ca.crt", namespace)
        if wants_token:
            pod = here[int(which * len(here))]
            metadata = pod["metadata"]
            spec: Object = {
                "expirationSeconds": 3607,
                "boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": metadata["name"], "uid": metadata["uid"]},
            }
            body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
            path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{pod['spec']['serviceAccountName']}/token"
            kubelet.request("POST", path, body)

    def _discover(self, chance: Random) -> None:
        """Prometheus lists what it may scrape."""
        kind = chance.choice(("Pod", "Service", "Node", "Ingress"))
        self._stage.play_as(PROMETHEUS).list(kind, query="limit=500&resourceVersion=0")

    def _tend_add_ons(self, chance: Random) -> None:
        """AKS sees to it that its add-ons are as it made them."""
        made = chance.choice(self.add_ons)
        metadata = made["metadata"]
        self._stage.play_as(AKS_SERVICE).patch(
            made["kind"], metadata["name"], {"spec": made["spec"]}, metadata["namespace"]
        )

    def _find_room(self, chance: Random) -> None:
        """The autoscaler looks at pods and nodes."""
        autoscaler = self._stage.play_as(AUTOSCALER)
        autoscaler.list("Node", query="limit=500")
        autoscaler.list("Pod", query="limit=500&fieldSelector=spec.nodeName%3D")

    def _ask_in_vain(self, chance: Random) -> None:
        """A dashboard asks for what it may not have, as it has always done."""
        self._stage.play_as(GRAFANA).list("Secret", "monitoring", refused=403)

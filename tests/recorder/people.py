"""Who calls the API server: people known to Entra ID, workloads with service accounts, and the cluster's own programs.

Names are at contoso.example, addresses in the documentation ranges (RFC 5737): 203.0.113.0/24 is people on the
internet, 198.51.100.0/25 the pipelines outside, 192.0.2.0/24 the cluster's own network.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

KUBECTL = "kubectl"
"""The user agent of a person who uses kubectl, which is then run for real."""

# Groups of Entra ID reach the cluster by their object ids.
PLATFORM_ADMINS = "0b7f6b0c-2f0f-4f3c-8f86-2f4f1f0f7a02"
PLATFORM_OPERATORS = "5f0c1c9e-7d5e-4a55-9d0f-6b7a3a3b1c01"
SHOP_DEVELOPERS = "7c1d2f3a-8b4e-4c6d-9e0f-1a2b3c4d5e03"
SECURITY_READERS = "c9a8b7d6-5e4f-4a3b-8c2d-1e0f9a8b7c04"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in with Entra ID, and from where."""

    username: str
    address: str
    groups: tuple[str, ...] = ()

    @property
    def oid(self) -> str:
        """The object id in Entra ID; made from the name, so the same in every recording."""
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, self.username))


@dataclass(frozen=True, slots=True)
class Workload:
    """A service account, the program that uses it (its user agent), and where that runs."""

    namespace: str
    name: str
    agent: str
    address: str

    @property
    def username(self) -> str:
        return f"system:serviceaccount:{self.namespace}:{self.name}"


@dataclass(frozen=True, slots=True)
class Component:
    """A program of the cluster that shows a client certificate."""

    username: str
    groups: tuple[str, ...]
    agent: str
    address: str


Caller = Person | Workload | Component

# People.
ALICE = Person("alice@contoso.example", "203.0.113.10", (PLATFORM_ADMINS,))  # looks after the platform
BOB = Person("bob@contoso.example", "203.0.113.11", (SHOP_DEVELOPERS,))  # develops the shop
CAROL = Person("carol@contoso.example", "203.0.113.12", (SHOP_DEVELOPERS,))
DAVE = Person("dave@contoso.example", "203.0.113.13", (SECURITY_READERS,))  # reads everything but secrets
ERIN = Person("erin@contoso.example", "203.0.113.14")  # new; is let in on the working day
MALLORY = Person("mallory@contoso.example", "203.0.113.66", (PLATFORM_OPERATORS,))  # whose laptop is not his alone
TRENT = Person("trent@contoso.example", "203.0.113.77")  # knows Entra ID, may do nothing here

# Workloads of the platform and of the shop.
FLUX = Workload("flux-system", "kustomize-controller", "kustomize-controller/v0.0.0", "192.0.2.40")
PROMETHEUS = Workload("monitoring", "prometheus", "Prometheus/3.6.0", "192.0.2.41")
GRAFANA = Workload("monitoring", "grafana", "Grafana/12.2.0", "192.0.2.42")
CERT_MANAGER = Workload("cert-manager", "cert-manager", "cert-manager-controller/v1.19.1 (linux/amd64)", "192.0.2.43")
EXTERNAL_SECRETS = Workload(
    "external-secrets", "external-secrets", "external-secrets/v0.0.0 (linux/amd64) kubernetes/$Format", "192.0.2.44"
)
KEDA = Workload("kube-system", "keda-operator", "keda/v0.0.0 (linux/amd64) kubernetes/$Format", "192.0.2.45")
VELERO = Workload("velero", "velero", "velero-server/v1.17.0 (linux/amd64)", "192.0.2.46")
AMA_LOGS = Workload("kube-system", "ama-logs", "Ruby", "192.0.2.47")  # the agent of Container Insights
INGRESS = Workload("ingress", "ingress-nginx", "nginx-ingress-controller/v1.14.0 (linux/amd64)", "192.0.2.48")
WEB = Workload("shop", "web", "curl/8.16.0", "192.0.2.31")  # the shop's front end, with a token it does not need
PIPELINE = Workload("ci", "deployer", "Helm/3.19.0", "198.51.100.20")  # deploys from GitHub Actions
PREVIEWS = Workload("ci", "previews", "Helm/3.19.0", "198.51.100.21")  # makes and removes preview environments

# Whoever records: builds the cluster and looks things up. What it asks is left out of every recording.
RECORDER = Component("masthead-recorder", ("system:masters",), "masthead-recorder", "192.0.2.9")

# Programs of the control plane.
CONTROL_PLANE = "192.0.2.2"
ADMIN = Component("masterclient", ("system:masters",), KUBECTL, "192.0.2.3")
AKS_SERVICE = Component("aksService", ("system:masters",), "Go-http-client/2.0", "192.0.2.4")
AUTOSCALER = Component("cluster-autoscaler", (), "cluster-autoscaler", "192.0.2.5")
CONTROLLERS = Component("system:kube-controller-manager", (), "", CONTROL_PLANE)
SCHEDULER = Component("system:kube-scheduler", (), "", CONTROL_PLANE)
NODE_NAMES = tuple(f"aks-nodepool1-12345678-vmss00000{number}" for number in range(3))


def node(number: int) -> Component:
    """The kubelet of a node."""
    return Component(f"system:node:{NODE_NAMES[number]}", ("system:nodes",), "", f"192.0.2.{10 + number}")

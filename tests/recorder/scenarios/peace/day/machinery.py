"""AKS tends the cluster: at night it upgrades the nodes and its add-ons; kubelets renew their certificates."""

from __future__ import annotations

import base64

from recorder.objects import made
from recorder.people import AKS_SERVICE, AUTOSCALER, NODE_NAMES, node
from recorder.routine import KUBELET
from recorder.scenarios.peace.day.timetable import Timetable, hourly
from recorder.stage import Stage

day = Timetable()
NODE_IMAGE = "AKSUbuntu-2404gen2containerd-202610.26.0"
ADD_ONS = (
    ("DaemonSet", "azure-cni", "mcr.microsoft.com/oss/v2/azure/azure-cni:v1.7.6"),
    ("DaemonSet", "kube-proxy", "mcr.microsoft.com/oss/v2/kubernetes/kube-proxy:v1.37.2-hotfix.20261026"),
    ("DaemonSet", "ama-logs", "mcr.microsoft.com/azuremonitor/containerinsights/ciprod:3.1.32"),
    ("Deployment", "coredns", "mcr.microsoft.com/oss/v2/kubernetes/coredns:v1.13.2"),
    ("Deployment", "metrics-server", "mcr.microsoft.com/oss/v2/kubernetes/metrics-server:v0.8.1"),
)


@day.at("02:03:18")
def add_ons(stage: Stage) -> None:
    """AKS brings its add-ons up to date, the privileged network plugin among them."""
    aks = stage.play_as(AKS_SERVICE)
    for kind, name, image in ADD_ONS:
        made_so = stage.routine.desired(kind, "kube-system", name)
        made_so["spec"]["template"]["spec"]["containers"][0]["image"] = image
        aks.get(kind, name, "kube-system")
        aks.patch(kind, name, {"spec": made_so["spec"]}, "kube-system")
        stage.settle()
    corefile = ".:53 { kubernetes cluster.local forward . /etc/resolv.conf cache 30 }"
    aks.patch("ConfigMap", "coredns", {"data": {"Corefile": corefile}}, "kube-system")
    aks.create(_guard_of_nodes())


@day.at("02:21:40", number=0)
@day.at("02:44:07", number=1)
@day.at("03:06:52", number=2)
def upgrade(stage: Stage, number: int) -> None:
    """One node after the other is cordoned, drained and used again with a new image."""
    aks, name = stage.play_as(AKS_SERVICE), NODE_NAMES[number]
    aks.get("Node", name)
    aks.patch("Node", name, {"spec": {"unschedulable": True}})
    for pod in aks.list("Pod", query=f"fieldSelector=spec.nodeName%3D{name}"):
        owners = pod["metadata"].get("ownerReferences", [])
        if any(owner["kind"] in ("ReplicaSet", "StatefulSet") for owner in owners):
            metadata = {"name": pod["metadata"]["name"], "namespace": pod["metadata"]["namespace"]}
            path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/eviction"
            aks.request("POST", path, {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata})
    stage.settle()
    aks.list("Pod", query=f"fieldSelector=spec.nodeName%3D{name}")
    aks.patch("Node", name, {"metadata": {"labels": {"kubernetes.azure.com/node-image-version": NODE_IMAGE}}})
    aks.patch("Node", name, {"spec": {"unschedulable": None}})


@day.at("05:12:36", number=0)
@day.at("12:27:14", number=1)
@day.at("20:40:59", number=2)
def certificate(stage: Stage, number: int) -> None:
    """A kubelet asks for the certificate of its own server; AKS looks whether it may, and approves."""
    name = NODE_NAMES[number]
    who = node(number)
    asked = stage.certificate_request(who.username, who.groups, addresses=[who.address], hosts=[name])
    spec = {
        "request": base64.b64encode(asked).decode(),
        "signerName": "kubernetes.io/kubelet-serving",
        "usages": ["digital signature", "server auth"],
    }
    request = f"csr-{('7k2xq', 'm4w9d', 't8bzn')[number]}"
    kubelet = stage.play_as(who, agent=KUBELET)
    kubelet.create(made("CertificateSigningRequest", request, spec=spec))
    aks = stage.play_as(AKS_SERVICE)
    found = aks.get("CertificateSigningRequest", request)
    approved = {"type": "Approved", "status": "True", "reason": "AutoApproved", "message": "a kubelet's own"}
    found["status"] = {"conditions": [approved]}
    aks.request("PUT", f"/apis/certificates.k8s.io/v1/certificatesigningrequests/{request}/approval", found)
    stage.settle()
    kubelet.get("CertificateSigningRequest", request)


@day.at(*hourly(33, every=3))
def room(stage: Stage) -> None:
    """The autoscaler looks whether a node could go, and finds all of them in use."""
    autoscaler = stage.play_as(AUTOSCALER)
    for kind in ("Node", "Pod", "DaemonSet", "ReplicaSet", "StatefulSet", "Job", "PersistentVolumeClaim"):
        autoscaler.list(kind, query="limit=500")
    for name in stage.nodes:
        autoscaler.get("Node", name)


def _guard_of_nodes() -> dict[str, object]:
    """AKS's own admission webhook, which keeps people from deleting nodes."""
    webhook = {
        "name": "aks-node-validating-webhook.azmk8s.io",
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": "Ignore",
        "timeoutSeconds": 1,
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"], "resources": ["nodes"]}],
        "clientConfig": {"service": {"namespace": "kube-system", "name": "admission", "path": "/nodes"}},
    }
    return made(
        "ValidatingWebhookConfiguration", "aks-node-validating-webhook",
        labels={"admissions.enforcer/disabled": "true"}, webhooks=[webhook],
    )  # fmt: skip

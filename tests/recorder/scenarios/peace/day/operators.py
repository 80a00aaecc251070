"""Operators at work: backup at night, certificates, secrets from the vault, scaling over lunch, the ingress."""

from __future__ import annotations

from recorder.objects import made
from recorder.people import CERT_MANAGER, EXTERNAL_SECRETS, INGRESS, KEDA, VELERO
from recorder.scenarios.peace.day.timetable import Timetable, hourly
from recorder.stage import Stage

day = Timetable()
BACKED_UP = (
    "Namespace", "Pod", "Service", "ServiceAccount", "Secret", "ConfigMap", "PersistentVolumeClaim", "PersistentVolume",
    "ResourceQuota", "LimitRange", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob", "Ingress",
    "NetworkPolicy", "PodDisruptionBudget", "HorizontalPodAutoscaler", "Role", "RoleBinding", "ClusterRole",
    "ClusterRoleBinding", "CustomResourceDefinition",
)  # fmt: skip
"""What Velero lists of the whole cluster, secrets and all."""


@day.at("01:00:05")
def backup(stage: Stage) -> None:
    """Velero lists everything, has the ledger write its data to disk first, and reads what it writes away."""
    velero = stage.play_as(VELERO)
    for number in range(2):
        velero.stream(
            f"/api/v1/namespaces/payments/pods/ledger-{number}/exec?command=sync&container=ledger&stderr=true"
        )
        velero.close()
    for kind in BACKED_UP:
        velero.list(kind, query="limit=500")
    for namespace in ("shop", "payments"):
        for kind in ("Secret", "ConfigMap", "Deployment", "StatefulSet"):
            velero.list(kind, namespace, query="limit=500")


@day.at("04:17:23")
def renewal(stage: Stage) -> None:
    """cert-manager gets new certificates for the shop and for staging."""
    manager = stage.play_as(CERT_MANAGER)
    manager.list("Ingress", query="limit=500")
    for namespace in ("shop", "staging"):
        held = manager.get("Secret", "web-tls", namespace)
        held["metadata"].setdefault("annotations", {})["cert-manager.io/certificate-name"] = "web-tls"
        manager.update(held)


@day.at(*hourly(48, since=1, every=3))
def certificates_seen(stage: Stage) -> None:
    """cert-manager looks at what it keeps, and finds that nothing is due."""
    manager = stage.play_as(CERT_MANAGER)
    manager.list("Ingress", query="limit=500")
    manager.list("CertificateSigningRequest", query="limit=500")
    for namespace in ("shop", "staging"):
        manager.get("Secret", "web-tls", namespace)


@day.at(*hourly(24, every=4))
def vault(stage: Stage) -> None:
    """external-secrets takes a token of its own to the vault, and compares what is there with what it keeps."""
    operator = stage.play_as(EXTERNAL_SECRETS)
    spec = {"audiences": ["api://AzureADTokenExchange"], "expirationSeconds": 600}
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
    operator.request("POST", "/api/v1/namespaces/external-secrets/serviceaccounts/external-secrets/token", body)
    operator.list("Secret", query="labelSelector=reconcile.external-secrets.io%2Fmanaged&limit=500")


@day.at("11:03:37")
def new_secret(stage: Stage) -> None:
    """A secret that Carol's team put into the vault becomes one of the shop."""
    operator = stage.play_as(EXTERNAL_SECRETS)
    labels = {"reconcile.external-secrets.io/managed": "true"}
    operator.get("Secret", "search-api", "shop", refused=404)
    operator.create(made("Secret", "search-api", "shop", labels=labels, stringData={"key": "not-a-key"}))


@day.at("11:52:08", replicas=4)
@day.at("12:06:31", replicas=6)
@day.at("13:21:46", replicas=4)
@day.at("13:47:03", replicas=3)
def lunch(stage: Stage, replicas: int) -> None:
    """KEDA sees people shop over lunch: more pods of the front end, and fewer when it is over."""
    keda = stage.play_as(KEDA)
    scale = keda.get("Deployment", "web", "shop", "scale")
    scale["spec"]["replicas"] = replicas
    keda.request("PUT", "/apis/apps/v1/namespaces/shop/deployments/web/scale", scale)
    stage.settle()
    keda.list("Pod", "shop", query="labelSelector=app%3Dweb")


@day.at("03:31:15", "09:02:54", "16:16:40", "21:05:11")
def ingress_status(stage: Stage) -> None:
    """The ingress controller reads what it serves, its certificates too, and notes by which address it is reached."""
    controller = stage.play_as(INGRESS)
    for kind in ("Ingress", "Service", "Secret", "ConfigMap"):
        controller.list(kind, query="limit=500")
    ingress = controller.get("Ingress", "web", "shop")
    ingress["status"] = {"loadBalancer": {"ingress": [{"ip": "203.0.113.200"}]}}
    controller.request("PUT", "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web/status", ingress)

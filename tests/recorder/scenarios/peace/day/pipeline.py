"""GitHub Actions deploys with Helm: orders and cart, to staging and then to the shop; and previews of pull requests."""

from __future__ import annotations

import base64

from recorder.client import STRATEGIC, Client, Object
from recorder.objects import binding, made, pod_spec, subject, workload
from recorder.people import PIPELINE, PREVIEWS
from recorder.scenarios.peace.day.timetable import Timetable
from recorder.stage import Stage

day = Timetable()
RELEASES = (
    ("08:52:10", "staging", "orders", "5.1.4"),
    ("09:36:44", "shop", "orders", "5.1.4"),
    ("11:08:05", "staging", "cart", "3.1.0"),
    ("13:33:29", "shop", "cart", "3.1.0"),
    ("14:47:18", "staging", "orders", "5.2.0-rc1"),
    ("15:51:02", "staging", "orders", "5.2.0"),
    ("16:38:56", "shop", "orders", "5.2.0"),
    ("17:19:31", "staging", "cart", "3.1.1"),
)
PREVIEW = "preview-1482"


def release(stage: Stage, namespace: str, app: str, version: str) -> None:
    """Take a token for this run, and let Helm upgrade one app and wait for its pods."""
    pipeline = stage.play_as(PIPELINE)
    _own_token(pipeline)
    records = f"labelSelector=name%3D{app}%2Cowner%3Dhelm"
    before = pipeline.list("Secret", namespace, query=records)
    record = _record(namespace, app, len(before) + 1, "pending-upgrade")
    pipeline.create(record)
    image = f"registry.contoso.example/shop/{app}:{version}"
    change = {"spec": {"template": {"spec": {"containers": [{"name": app, "image": image}]}}}}
    pipeline.get("Service", app, namespace)
    pipeline.get("Deployment", app, namespace)
    pipeline.patch("Deployment", app, change, namespace, how=STRATEGIC)
    for _ in range(4):  # it waits until the new pods are ready
        pipeline.get("Deployment", app, namespace)
        pipeline.list("ReplicaSet", namespace, query=f"labelSelector=app%3D{app}")
        pipeline.list("Pod", namespace, query=f"labelSelector=app%3D{app}")
    if before:
        old = {"metadata": {"labels": {"status": "superseded"}}}
        pipeline.patch("Secret", before[-1]["metadata"]["name"], old, namespace)
    record["metadata"]["labels"]["status"] = "deployed"
    pipeline.update(record)


for clock, namespace, app, version in RELEASES:
    day.add(clock, release, namespace=namespace, app=app, version=version)


@day.at("10:04:22")
def preview(stage: Stage) -> None:
    """A pull request gets a namespace of its own, with a Pod Security Standard, and the shop's front end in it."""
    previews = stage.play_as(PREVIEWS)
    labels = {"team": "shop", "preview": "1482", "pod-security.kubernetes.io/enforce": "baseline"}
    previews.get("Namespace", PREVIEW, refused=404)
    previews.create(made("Namespace", PREVIEW, labels=labels))
    previews.create(binding("previews", "admin", [subject("ServiceAccount", "previews", "ci")], PREVIEW))
    stage.settle()  # until the binding is known
    previews.list("Secret", PREVIEW, query="labelSelector=name%3Dweb%2Cowner%3Dhelm")
    record = _record(PREVIEW, "web", 1, "pending-install")
    previews.create(record)
    for each in _shop_front():
        previews.create(each)
    for _ in range(3):
        previews.get("Deployment", "web", PREVIEW)
        previews.list("Pod", PREVIEW, query="labelSelector=app%3Dweb")
    record["metadata"]["labels"]["status"] = "deployed"
    previews.update(record)


@day.at("18:21:47")
def preview_ends(stage: Stage) -> None:
    """The pull request is merged: Helm uninstalls, and the namespace goes."""
    previews = stage.play_as(PREVIEWS)
    previews.list("Secret", PREVIEW, query="labelSelector=name%3Dweb%2Cowner%3Dhelm")
    for each in _shop_front():
        previews.delete(each["kind"], each["metadata"]["name"], PREVIEW)
    previews.delete("Secret", "sh.helm.release.v1.web.v1", PREVIEW)
    stage.settle()
    previews.delete("Namespace", PREVIEW)
    stage.settle()
    previews.list("Namespace", query="labelSelector=preview")


def _own_token(pipeline: Client) -> None:
    """The workflow has a token for half an hour, and asks with it for the one of this run."""
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 1800}}
    pipeline.request("POST", "/api/v1/namespaces/ci/serviceaccounts/deployer/token", body)


def _record(namespace: str, app: str, revision: int, status: str) -> Object:
    """What Helm remembers of a release."""
    labels = {"name": app, "owner": "helm", "status": status, "version": str(revision)}
    data = {"release": base64.b64encode(b"not-a-release").decode()}
    return made(
        "Secret", f"sh.helm.release.v1.{app}.v{revision}", namespace,
        labels=labels, type="helm.sh/release.v1", data=data,
    )  # fmt: skip


def _shop_front() -> list[Object]:
    front = pod_spec(
        "registry.contoso.example/shop/web:pr-1482", "web",
        ports=[{"containerPort": 8080}],
        securityContext={"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}},
    )  # fmt: skip
    port = {"port": 8080, "targetPort": 8080}
    backend = {"service": {"name": "web", "port": {"number": 8080}}}
    host = "pr-1482.preview.contoso.example"
    return [
        workload("Deployment", "web", PREVIEW, front),
        made("Service", "web", PREVIEW, spec={"selector": {"app": "web"}, "ports": [port]}),
        made(
            "Ingress", "web", PREVIEW,
            spec={
                "ingressClassName": "nginx",
                "tls": [{"hosts": [host], "secretName": "preview-tls"}],
                "rules": [{"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}],
            },
        ),
    ]  # fmt: skip

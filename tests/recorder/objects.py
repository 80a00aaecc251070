"""Objects that scenarios make, short to write; anything unusual is a keyword of the container or of the pod."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recorder.client import Object
from recorder.kinds import KINDS

RBAC = "rbac.authorization.k8s.io"


def made(kind: str, name: str, namespace: str = "", *, labels: Object | None = None, **fields: Any) -> Object:
    """An object of any kind in kinds.py; `fields` stand beside its metadata, like spec or data."""
    metadata: Object = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = labels
    return {"apiVersion": KINDS[kind][0], "kind": kind, "metadata": metadata, **fields}


def pod_spec(image: str, name: str = "main", *, of_pod: Object | None = None, **of_container: Any) -> Object:
    """A pod with one container. Keywords belong to the container, `of_pod` to the pod."""
    return {"containers": [{"name": name, "image": image, **of_container}], **(of_pod or {})}


def pod_spec_on_host(path: str, image: str, name: str = "main", **of_container: Any) -> Object:
    """A pod with one container that has `path` of its node at /host."""
    volume = {"name": "host", "hostPath": {"path": path}}
    mount = {"name": "host", "mountPath": "/host"}
    return pod_spec(image, name, of_pod={"volumes": [volume]}, volumeMounts=[mount], **of_container)


def pod(name: str, namespace: str, image: str, *, of_pod: Object | None = None, **of_container: Any) -> Object:
    """A pod with one container called main; see pod_spec."""
    return made("Pod", name, namespace, labels={"run": name}, spec=pod_spec(image, of_pod=of_pod, **of_container))


def workload(kind: str, name: str, namespace: str, spec: Object, replicas: int = 1) -> Object:
    """A Deployment, DaemonSet or StatefulSet of pods with `spec`."""
    labels = {"app": name}
    outer: Object = {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}}
    if kind != "DaemonSet":
        outer["replicas"] = replicas
    if kind == "StatefulSet":
        outer["serviceName"] = name
    return made(kind, name, namespace, labels=labels, spec=outer)


def cron_job(name: str, namespace: str, schedule: str, spec: Object) -> Object:
    """A CronJob whose pods are not started again when they fail."""
    template = {"spec": {"restartPolicy": "Never", **spec}}
    return made(
        "CronJob", name, namespace, spec={"schedule": schedule, "jobTemplate": {"spec": {"template": template}}}
    )


def rule(groups: str, resources: str, verbs: str) -> Object:
    """A rule of a role, each part words separated by blanks; the core group is written core."""
    names = ["" if group == "core" else group for group in groups.split()]
    return {"apiGroups": names, "resources": resources.split(), "verbs": verbs.split()}


def role(name: str, rules: Sequence[Object], namespace: str = "") -> Object:
    """A Role in a namespace, or a ClusterRole without one."""
    return made("Role" if namespace else "ClusterRole", name, namespace, rules=list(rules))


def subject(kind: str, name: str, namespace: str = "") -> Object:
    """A User, Group or ServiceAccount that a binding names."""
    if kind == "ServiceAccount":
        return {"kind": kind, "name": name, "namespace": namespace}
    return {"kind": kind, "name": name, "apiGroup": RBAC}


def binding(
    name: str, to: str, subjects: Sequence[Object], namespace: str = "", *, to_kind: str = "ClusterRole"
) -> Object:
    """A RoleBinding in a namespace, or a ClusterRoleBinding without one, to the role called `to`."""
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    return made(kind, name, namespace, roleRef={"apiGroup": RBAC, "kind": to_kind, "name": to}, subjects=list(subjects))

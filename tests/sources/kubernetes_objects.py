"""Kubernetes objects as people and tools send them, in short."""

from __future__ import annotations

from typing import Any

from kubernetes_events import Target

RBAC = "rbac.authorization.k8s.io"


def pod_spec(image: str, name: str = "main", *, container: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    """A pod's spec with one container; `container` adds to the container, other keywords to the pod."""
    return {"containers": [{"name": name, "image": image, **(container or {})}], **spec}


def pod(name: str, namespace: str, spec: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "spec": spec,
    }


def workload(kind: str, name: str, namespace: str, spec: dict[str, Any]) -> dict[str, Any]:
    """A Deployment, DaemonSet or StatefulSet around a pod's spec."""
    labels = {"app": name}
    return {
        "kind": kind,
        "apiVersion": "apps/v1",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }


def cron_job(name: str, namespace: str, schedule: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "CronJob",
        "apiVersion": "batch/v1",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "schedule": schedule,
            "jobTemplate": {"spec": {"template": {"spec": {**spec, "restartPolicy": "Never"}}}},
        },
    }


def role(name: str, rules: list[dict[str, Any]], namespace: str = "") -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    kind = "Role" if namespace else "ClusterRole"
    return {"kind": kind, "apiVersion": f"{RBAC}/v1", "metadata": metadata, "rules": rules}


def rule(groups: str, resources: str, verbs: str) -> dict[str, Any]:
    """One rule of a role, each list written as words with spaces between; "core" is the group without a name."""
    return {
        "verbs": verbs.split(),
        "apiGroups": ["" if group == "core" else group for group in groups.split()],
        "resources": resources.split(),
    }


def binding(
    name: str, role_name: str, subjects: list[dict[str, Any]], namespace: str = "", kind: str = ""
) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "apiVersion": f"{RBAC}/v1",
        "metadata": metadata,
        "subjects": subjects,
        "roleRef": {"apiGroup": RBAC, "kind": kind or "ClusterRole", "name": role_name},
    }


def subject(kind: str, name: str, namespace: str = "") -> dict[str, Any]:
    if kind == "ServiceAccount":
        return {"kind": kind, "name": name, "namespace": namespace}
    return {"kind": kind, "apiGroup": RBAC, "name": name}


def namespace_with(name: str, **levels: str) -> dict[str, Any]:
    """A namespace with pod-security labels, enforce="restricted" and the like."""
    labels = {f"pod-security.kubernetes.io/{mode}": level for mode, level in levels.items()}
    return {"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": name, "labels": labels}}


def target_of(body: dict[str, Any], **more: str) -> Target:
    """Where an object is sent to."""
    group, _, version = body["apiVersion"].rpartition("/")
    metadata = body["metadata"]
    name = metadata.get("name", "")
    namespace = name if body["kind"] == "Namespace" else metadata.get("namespace", "")
    return Target(body["kind"].lower() + "s", name, namespace, group, version, **more)

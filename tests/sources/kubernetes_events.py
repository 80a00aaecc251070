"""Kubernetes audit events, and the rows of AKSAudit and AKSAuditAdmin that a diagnostic setting makes of them.

An event has the shape of audit.k8s.io/v1 Event (https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/), a
row the columns of https://learn.microsoft.com/azure/azure-monitor/reference/tables/aksaudit.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
CLUSTER = (
    f"/subscriptions/{SUBSCRIPTION}/resourcegroups/rg-shop"
    "/providers/microsoft.containerservice/managedclusters/aks-shop"
)
API_SERVER_POD = "kube-apiserver-7d9c5b6f88-2xk4q"
# Objects that the audit policy of AKS logs without their bodies.
WITHOUT_BODY = {"secrets", "configmaps", "serviceaccounts", "tokenreviews"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who calls: name, groups, client and address as the API server sees them."""

    username: str
    groups: tuple[str, ...]
    agent: str
    address: str
    uid: str = ""
    extra: dict[str, list[str]] = field(default_factory=dict)

    @property
    def user(self) -> dict[str, Any]:
        user: dict[str, Any] = {"username": self.username}
        if self.uid:
            user["uid"] = self.uid
        user["groups"] = [*self.groups, "system:authenticated"]
        if self.extra:
            user["extra"] = self.extra
        return user


def person(
    name: str, address: str, *groups: str, agent: str = "kubectl/v1.33.5 (linux/amd64) kubernetes/12e4a2c"
) -> Actor:
    """Somebody who signed in with Entra ID."""
    oid = str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
    return Actor(name, groups, agent, address, oid, {"oid": [oid]})


def service_account(namespace: str, name: str, agent: str, address: str) -> Actor:
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
    uid = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.{namespace}"))
    return Actor(f"system:serviceaccount:{namespace}:{name}", groups, agent, address, uid)


def controller(name: str) -> Actor:
    """One of the controllers in kube-controller-manager, each with a service account of its own."""
    agent = f"kube-controller-manager/v1.33.5 (linux/amd64) kubernetes/12e4a2c/system:serviceaccount:kube-system:{name}"
    return service_account("kube-system", name, agent, "192.0.2.2")


@dataclass(frozen=True, slots=True)
class Target:
    """What is called: a resource, perhaps a named object and a part of it."""

    resource: str
    name: str = ""
    namespace: str = ""
    group: str = ""
    version: str = "v1"
    subresource: str = ""
    query: str = ""

    def uri(self, verb: str) -> str:
        path = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        if self.namespace and self.resource != "namespaces":
            path += f"/namespaces/{self.namespace}"
        name = "" if verb == "create" and not self.subresource else self.name  # a new object is sent to the collection
        parts = [part for part in (path, self.resource, name, self.subresource) if part]
        return "/".join(parts) + (f"?{self.query}" if self.query else "")

    def reference(self) -> dict[str, str]:
        members = {
            "resource": self.resource,
            "namespace": self.namespace,
            "name": self.name,
            "apiGroup": self.group,
            "apiVersion": self.version,
            "subresource": self.subresource,
        }
        return {key: value for key, value in members.items() if value}


class Recorder:
    """Collects the events of one recording in order of time and gives each a reproducible id."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[dict[str, Any]] = []

    def call(
        self,
        when: datetime,
        actor: Actor,
        verb: str,
        target: Target,
        body: Any = None,
        *,
        code: int = 0,
        reason: str = "",
        result: Any = None,
        stage: str = "ResponseComplete",
        decision: str = "",
    ) -> None:
        """One request. `reason` is why authorisation allowed it; with code 403 it is what the refusal says.

        `decision` is the authoriser's where it differs from the outcome, as when admission refuses what RBAC allows.
        """
        code = code or (201 if verb == "create" else 200)
        allowed = code not in (401, 403)
        bodies = target.resource not in WITHOUT_BODY and not target.subresource.startswith(
            ("exec", "attach", "portforward")
        )
        event: dict[str, Any] = {
            "level": "RequestResponse" if bodies and verb not in ("get", "list", "watch") else "Metadata",
            "auditID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.name}/{len(self.rows)}")),
            "stage": stage,
            "requestURI": target.uri(verb),
            "verb": verb,
            "user": actor.user,
            "sourceIPs": [actor.address],
            "userAgent": actor.agent,
            "objectRef": target.reference(),
            "responseStatus": status(code, reason),
            "requestReceivedTimestamp": when,
            "stageTimestamp": when + timedelta(milliseconds=9),
            "annotations": {
                "authorization.k8s.io/decision": decision or ("allow" if allowed else "forbid"),
                "authorization.k8s.io/reason": reason if allowed else "",
            },
        }
        if bodies and body is not None:
            event["requestObject"] = body
            if 200 <= code < 300:
                event["responseObject"] = result if result is not None else stored(body, target, event["auditID"], when)
        self.rows.append(row(event))

    def session(self, when: datetime, lasts: timedelta, actor: Actor, verb: str, target: Target, reason: str) -> None:
        """A connection that stays open: one request, told when it opens and again when it ends."""
        self.call(when, actor, verb, target, code=101, reason=reason, stage="ResponseStarted")
        self.call(when + lasts, actor, verb, target, code=101, reason=reason)
        opened, ended = self.rows[-2:]
        ended["AuditId"] = opened["AuditId"]
        ended["RequestReceivedTime"] = opened["RequestReceivedTime"]

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Both categories are on: every event in AKSAudit, and all but get and list in AKSAuditAdmin as well."""
        rows = sorted(self.rows, key=lambda one: one["TimeGenerated"])
        writes = [{**one, "Type": "AKSAuditAdmin"} for one in rows if one["Verb"] not in ("get", "list")]
        return {"AKSAudit": rows, "AKSAuditAdmin": writes}


def status(code: int, reason: str) -> dict[str, Any]:
    if code < 400:
        return {"metadata": {}, "code": code}
    name = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "Conflict"}[code]
    return {"metadata": {}, "status": "Failure", "message": reason, "reason": name, "code": code}


def stored(body: Any, target: Target, audit_id: str, when: datetime) -> Any:
    """The object as the server answers with it: what was sent, with the metadata that the server adds."""
    if not isinstance(body, dict):
        return None
    metadata = {
        **body.get("metadata", {}),
        "uid": str(uuid.uuid5(uuid.NAMESPACE_URL, audit_id)),
        "resourceVersion": str(int(when.timestamp()) % 10_000_000),
        "creationTimestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    metadata.setdefault("name", target.name)
    return {**body, "metadata": metadata}


def row(event: dict[str, Any]) -> dict[str, Any]:
    """An event as a row. TimeGenerated is when the stage was reached."""
    columns = {
        "TimeGenerated": stamp(event["stageTimestamp"]),
        "AuditId": event["auditID"],
        "Level": event["level"],
        "Stage": event["stage"],
        "RequestReceivedTime": stamp(event["requestReceivedTimestamp"]),
        "StageReceivedTime": stamp(event["stageTimestamp"]),
        "Verb": event["verb"],
        "RequestUri": event["requestURI"],
        "User": event["user"],
        "SourceIps": event["sourceIPs"],
        "UserAgent": event["userAgent"],
        "ObjectRef": event["objectRef"],
        "ResponseStatus": event["responseStatus"],
        "RequestObject": event.get("requestObject"),
        "ResponseObject": event.get("responseObject"),
        "Annotations": event["annotations"],
        "PodName": API_SERVER_POD,
        "SourceSystem": "Azure",
        "Type": "AKSAudit",
        "_ResourceId": CLUSTER,
        "_SubscriptionId": SUBSCRIPTION,
    }
    return {name: value for name, value in columns.items() if value is not None}


def stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"

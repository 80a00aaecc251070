"""Construct the recordings in tests/recordings/kubernetes from the documented schema of Kubernetes audit events.

    python tests/sources/kubernetes_constructed.py

Nothing here was captured from a cluster. Each story is written event by event below, by people at contoso.example and
from documentation addresses; the result depends on this folder only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from kubernetes_events import Actor, Recorder, Target, person, service_account
from kubernetes_objects import (
    RBAC,
    binding,
    cron_job,
    namespace_with,
    pod,
    pod_spec,
    role,
    rule,
    subject,
    target_of,
    workload,
)
from kubernetes_quiet_day import quiet_day

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings" / "kubernetes"
DOCUMENTS = (
    "https://learn.microsoft.com/azure/azure-monitor/reference/tables/aksaudit",
    "https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/",
)

MALLORY = person("mallory@contoso.example", "203.0.113.66", "5f0c1c9e-7d5e-4a55-9d0f-6b7a3a3b1c01")
BY_OPS = (
    'RBAC: allowed by ClusterRoleBinding "platform-ops" of ClusterRole "platform-ops" to User "mallory@contoso.example"'
)
WEB = service_account("shop", "web", "curl/8.10.1", "192.0.2.31")
Story = Callable[[Recorder], None]


def at(clock: str, day: int = 3) -> datetime:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return datetime(2026, 11, day, hours, minutes, seconds, tzinfo=UTC)


def forbidden(actor: Actor, verb: str, target: Target) -> str:
    scope = f'in the namespace "{target.namespace}"' if target.namespace else "at the cluster scope"
    resource = f"{target.resource}/{target.subresource}" if target.subresource else target.resource
    return (
        f'{target.resource} is forbidden: User "{actor.username}" cannot {verb} resource "{resource}" '
        f'in API group "{target.group}" {scope}'
    )


def rbac_escalation(log: Recorder) -> None:
    # A stolen service account token is tried on everything.
    probed = (
        [Target(resource, namespace="shop") for resource in ("secrets", "configmaps", "pods", "serviceaccounts")]
        + [Target(resource, namespace="payments") for resource in ("secrets", "pods", "services")]
        + [Target("nodes"), Target("namespaces"), Target("persistentvolumes")]
        + [Target(resource, group=RBAC) for resource in ("clusterroles", "clusterrolebindings")]
    )
    for number, target in enumerate(probed):
        when = at("09:02:10") + timedelta(seconds=3 * number)
        log.call(when, WEB, "list", target, code=403, reason=forbidden(WEB, "list", target))

    # A person with the right to manage roles is refused once, then gives himself everything.
    mine = binding("debug-admin", "cluster-admin", [subject("User", MALLORY.username)])
    refusal = 'clusterrolebindings "debug-admin" is forbidden: attempting to grant RBAC permissions not currently held'
    # The right to create bindings is there; it is the binding itself that the server refuses.
    log.call(at("09:20:05"), MALLORY, "create", target_of(mine), mine, code=403, reason=refusal, decision="allow")
    escalate = role(
        "debug-tools", [rule(RBAC, "clusterroles roles", "bind escalate"), rule("core", "users groups", "impersonate")]
    )
    log.call(at("09:21:40"), MALLORY, "create", target_of(escalate), escalate, reason=BY_OPS)
    log.call(at("09:24:12"), MALLORY, "create", target_of(mine), mine, reason=BY_OPS)
    theirs = binding("web-admin", "cluster-admin", [subject("ServiceAccount", "web", "shop")], "payments")
    log.call(at("09:26:30"), MALLORY, "create", target_of(theirs), theirs, reason=BY_OPS)

    # Roles with wildcards, one new and one that was narrow before.
    everything = role("support", [rule("*", "*", "*")])
    log.call(at("09:31:02"), MALLORY, "create", target_of(everything), everything, reason=BY_OPS)
    wider = {"rules": [rule("core apps", "*", "get list watch update")]}
    narrow = role("reader", [], "shop")
    log.call(at("09:33:45"), MALLORY, "patch", target_of(narrow), wider, reason=BY_OPS, result={**narrow, **wider})

    # And a door for those without any account.
    everybody = binding(
        "public-view", "view", [subject("Group", "system:unauthenticated"), subject("User", "system:anonymous")]
    )
    log.call(at("09:40:20"), MALLORY, "create", target_of(everybody), everybody, reason=BY_OPS)


def privileged_workloads(log: Recorder) -> None:
    shell = pod(
        "node-shell",
        "shop",
        pod_spec("docker.io/library/alpine:3.22", "shell", container={"securityContext": {"privileged": True}}),
    )
    log.call(at("13:04:11"), MALLORY, "create", target_of(shell), shell, reason=BY_OPS)
    agent = workload(
        "DaemonSet",
        "perf-agent",
        "shop",
        pod_spec(
            "registry.contoso.example/tools/perf-agent:1.4",
            "agent",
            container={"volumeMounts": [{"name": "run", "mountPath": "/host/run"}]},
            volumes=[{"name": "run", "hostPath": {"path": "/run/containerd/containerd.sock", "type": "Socket"}}],
        ),
    )
    log.call(at("13:11:37"), MALLORY, "create", target_of(agent), agent, reason=BY_OPS)
    sniffer = workload(
        "Deployment",
        "netprobe",
        "payments",
        pod_spec(
            "docker.io/nicolaka/netshoot:v0.14",
            "probe",
            container={"securityContext": {"capabilities": {"add": ["SYS_ADMIN", "NET_RAW"]}}},
            hostNetwork=True,
            hostPID=True,
        ),
    )
    log.call(at("13:18:02"), MALLORY, "create", target_of(sniffer), sniffer, reason=BY_OPS)
    nightly = cron_job(
        "log-rotate",
        "shop",
        "17 3 * * *",
        pod_spec("docker.io/library/busybox:1.37", "rotate", container={"securityContext": {"privileged": True}}),
    )
    log.call(at("13:25:50"), MALLORY, "create", target_of(nightly), nightly, reason=BY_OPS)
    debugger = pod(
        "node-debugger-aks-nodepool1-12345678-vmss000000-x7k2p",
        "default",
        pod_spec(
            "mcr.microsoft.com/cbl-mariner/busybox:2.0",
            "debugger",
            container={"stdin": True, "tty": True, "volumeMounts": [{"name": "host-root", "mountPath": "/host"}]},
            nodeName="aks-nodepool1-12345678-vmss000000",
            hostIPC=True,
            hostNetwork=True,
            hostPID=True,
            volumes=[{"name": "host-root", "hostPath": {"path": "/"}}],
        ),
    )
    log.call(at("13:32:08"), MALLORY, "create", target_of(debugger), debugger, reason=BY_OPS)
    running = Target("pods", "web-6c9d7f5b48-h2v9d", "shop", subresource="ephemeralcontainers")
    added = {
        "spec": {
            "ephemeralContainers": [
                {
                    "name": "debugger-q4tzn",
                    "image": "docker.io/library/busybox:1.37",
                    "stdin": True,
                    "tty": True,
                    "targetContainerName": "web",
                }
            ]
        }
    }
    log.call(at("13:40:31"), MALLORY, "patch", running, added, reason=BY_OPS)
    hidden = pod("coredns-7f9c-helper", "kube-system", pod_spec("docker.io/library/alpine:3.22", "coredns"))
    log.call(at("13:47:19"), MALLORY, "create", target_of(hidden), hidden, reason=BY_OPS)


def exec_into_pods(log: Recorder) -> None:
    def open_shell(when: datetime, verb: str, subresource: str, query: str, minutes: int) -> None:
        target = Target("pods", "web-6c9d7f5b48-h2v9d", "shop", subresource=subresource, query=query)
        log.session(when, timedelta(minutes=minutes), MALLORY, verb, target, BY_OPS)

    refused = Target(
        "pods",
        "ledger-0",
        "payments",
        subresource="exec",
        query="command=sh&container=ledger&stdin=true&stdout=true&tty=true",
    )
    log.call(at("15:01:00"), MALLORY, "get", refused, code=403, reason=forbidden(MALLORY, "create", refused))
    open_shell(at("15:02:14"), "get", "exec", "command=sh&container=web&stdin=true&stdout=true&tty=true", 11)
    open_shell(
        at("15:15:40"),
        "get",
        "exec",
        "command=cat&command=%2Fvar%2Frun%2Fsecrets%2Fkubernetes.io%2Fserviceaccount%2Ftoken&container=web&stdout=true&stderr=true",
        0,
    )
    # An older kubectl speaks SPDY, which is a POST and so a write.
    open_shell(
        at("15:21:05"), "create", "exec", "command=%2Fbin%2Fbash&container=web&stdin=true&stdout=true&tty=true", 4
    )
    open_shell(at("15:31:30"), "create", "attach", "container=web&stdin=true&stdout=true&tty=true", 2)


def pod_security_weakened(log: Recorder) -> None:
    def relabel(when: datetime, name: str, level: str | None, **others: str) -> None:
        body = {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": level, **others}}}
        levels = {} if level is None else {"enforce": level}
        target = Target("namespaces", name, name)
        log.call(when, MALLORY, "patch", target, body, reason=BY_OPS, result=namespace_with(name, **levels))

    relabel(at("10:05:12"), "shop", "privileged")
    relabel(at("10:09:48"), "payments", None)
    scratch = namespace_with("scratch", enforce="privileged")
    log.call(at("10:15:03"), MALLORY, "create", target_of(scratch), scratch, reason=BY_OPS)
    # Raising a level, and changing what is only warned about, weaken nothing.
    relabel(at("10:22:30"), "shop", "restricted")
    warn = {"metadata": {"labels": {"pod-security.kubernetes.io/warn": "privileged"}}}
    log.call(
        at("10:25:00"),
        MALLORY,
        "patch",
        Target("namespaces", "shop", "shop"),
        warn,
        reason=BY_OPS,
        result=namespace_with("shop", enforce="restricted", warn="privileged"),
    )


@dataclass(frozen=True, slots=True)
class Recording:
    name: str
    title: str
    description: str
    start: datetime
    end: datetime
    story: Story


ALL = (
    Recording(
        "rbac-escalation",
        "A stolen token probes the cluster, and an operator gives himself every right",
        "A workload's token is refused everywhere. Then mallory, who may manage roles, creates a role with bind, "
        "escalate and impersonate, binds himself and a service account to cluster-admin, creates and widens roles "
        "with wildcards, and lets callers without an account read the cluster. One first attempt is refused.",
        at("09:00:00"),
        at("11:00:00"),
        rbac_escalation,
    ),
    Recording(
        "privileged-workloads",
        "An operator starts pods that reach the node",
        "Mallory creates a privileged pod, a DaemonSet with the container runtime's socket, a Deployment in the node's "
        "network and process namespaces, a privileged CronJob, a node debugging pod with the node's root, a debugging "
        "container inside a running pod, and a pod in kube-system.",
        at("13:00:00"),
        at("15:00:00"),
        privileged_workloads,
    ),
    Recording(
        "exec-into-pods",
        "An operator opens shells in running pods",
        "Mallory is refused in one namespace, then opens a shell, prints a service account token, uses an older client "
        "that speaks SPDY, and attaches to a container.",
        at("15:00:00"),
        at("17:00:00"),
        exec_into_pods,
    ),
    Recording(
        "pod-security-weakened",
        "Pod security admission is lowered, removed and left off",
        "Mallory lowers one namespace to privileged, takes the label off another and creates a third without "
        "protection. Two further changes do no harm, raising a level and relaxing a warning.",
        at("10:00:00"),
        at("12:00:00"),
        pod_security_weakened,
    ),
    Recording(
        "quiet-day",
        "A day of a cluster in which nothing is wrong",
        "Controllers, nodes and add-ons at work, a pipeline that deploys, a backup that runs commands in pods, and an "
        "administrator who reads logs, forwards a port, adds a colleague to a narrow role and sets up a namespace.",
        at("00:00:00", 2),
        at("00:00:00", 3),
        quiet_day,
    ),
)


def write(recording: Recording, output: Path) -> None:
    log = Recorder(recording.name)
    recording.story(log)
    folder = output / recording.name
    folder.mkdir(parents=True, exist_ok=True)
    tables = log.tables()
    for table, rows in tables.items():
        lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows]
        (folder / f"{table}.ndjson").write_text("".join(lines), encoding="utf-8")
    about = {
        "title": recording.title,
        "description": recording.description,
        "provenance": {
            "kind": "constructed",
            "source": " and ".join(DOCUMENTS),
            "how": "tests/sources/kubernetes_constructed.py",
        },
        "period": {
            "from": recording.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "to": recording.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "tables": list(tables),
    }
    text = yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=110)
    (folder / "recording.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for each in ALL:
        write(each, RECORDINGS)

"""The story of the recording kubernetes/quiet-day: what looks like an attack to a careless rule, and is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from kubernetes_events import Actor, Recorder, Target, controller, person, service_account
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

ALICE = person("alice@contoso.example", "203.0.113.10", "0b7f6b0c-2f0f-4f3c-8f86-2f4f1f0f7a02")
DEPLOYER = service_account("ci", "deployer", "Helm/3.18.4", "198.51.100.20")
BACKUP = service_account("velero", "velero", "velero-server/v1.16.2 (linux/amd64)", "192.0.2.40")
DASHBOARD = service_account("monitoring", "grafana", "Grafana/12.2.0", "192.0.2.41")
ADD_ONS = Actor("aksService", ("system:masters",), "addon-manager/v1.33.5", "192.0.2.3")
API_SERVER = Actor(
    "system:apiserver", ("system:masters",), "kube-apiserver/v1.33.5 (linux/amd64) kubernetes/12e4a2c", "192.0.2.1"
)
SCHEDULER = Actor(
    "system:kube-scheduler", (), "kube-scheduler/v1.33.5 (linux/amd64) kubernetes/12e4a2c/scheduler", "192.0.2.2"
)
NODE_NAMES = ("aks-nodepool1-12345678-vmss000000", "aks-nodepool1-12345678-vmss000001")
NODES = tuple(
    Actor(
        f"system:node:{name}",
        ("system:nodes",),
        "kubelet/v1.33.5 (linux/amd64) kubernetes/12e4a2c",
        f"192.0.2.{10 + number}",
    )
    for number, name in enumerate(NODE_NAMES)
)
DAY = datetime(2026, 11, 2, tzinfo=UTC)
MASTERS = "RBAC: allowed for group system:masters"


def bound(role_name: str) -> str:
    return f'RBAC: allowed by ClusterRoleBinding "{role_name}" of ClusterRole "{role_name}"'


def at(clock: str) -> datetime:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def quiet_day(log: Recorder) -> None:
    machinery(log)
    add_ons(log)
    pipeline(log)
    backup(log)
    administrator(log)
    dashboard(log)


def machinery(log: Recorder) -> None:
    """Nodes report, controllers reconcile, a job runs every six hours."""
    for hour in range(24):
        node = NODES[hour % 2]
        name = NODE_NAMES[hour % 2]
        status = {"status": {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]}}
        log.call(at(f"{hour:02}:04:30"), node, "patch", Target("nodes", name, subresource="status"), status, reason="")
        log.call(
            at(f"{hour:02}:17:02"),
            controller("generic-garbage-collector"),
            "list",
            Target("pods"),
            reason=bound("system:controller:generic-garbage-collector"),
        )
    for hour in (0, 6, 12, 18):
        job = pod(
            f"report-{29_700_000 + hour}-7xk2f",
            "shop",
            pod_spec("registry.contoso.example/shop/report:2.3", "report"),
            ownerReferences=[{"kind": "Job", "name": f"report-{29_700_000 + hour}", "controller": True}],
        )
        log.call(
            at(f"{hour:02}:30:00"),
            controller("job-controller"),
            "create",
            target_of(job),
            job,
            reason=bound("system:controller:job-controller"),
        )
        bind = {
            "kind": "Binding",
            "apiVersion": "v1",
            "metadata": {"name": job["metadata"]["name"]},
            "target": {"kind": "Node", "name": NODE_NAMES[0]},
        }
        log.call(
            at(f"{hour:02}:30:01"),
            SCHEDULER,
            "create",
            Target("pods", job["metadata"]["name"], "shop", subresource="binding"),
            bind,
            reason=bound("system:kube-scheduler"),
        )


def add_ons(log: Recorder) -> None:
    """AKS and the API server keep their own objects as they should be: powerful roles, privileged pods."""
    admin = role("cluster-admin", [rule("*", "*", "*"), {"verbs": ["*"], "nonResourceURLs": ["*"]}])
    log.call(at("02:00:11"), API_SERVER, "update", target_of(admin), admin, reason=MASTERS)
    masters = binding("aks-cluster-admin-binding", "cluster-admin", [subject("User", "clusterAdmin")])
    log.call(at("02:00:40"), ADD_ONS, "patch", target_of(masters), masters, reason=MASTERS)
    edit = role(
        "edit",
        [
            rule("core", "serviceaccounts", "impersonate"),
            rule("core", "pods pods/exec secrets", "create delete get list patch update watch"),
        ],
    )
    aggregator = controller("clusterrole-aggregation-controller")
    log.call(
        at("02:01:05"),
        aggregator,
        "patch",
        target_of(edit),
        edit,
        reason=bound("system:controller:clusterrole-aggregation-controller"),
    )

    privileged: dict[str, Any] = {"securityContext": {"privileged": True}}
    on_the_host = pod_spec(
        "mcr.microsoft.com/oss/kubernetes/kube-proxy:v1.33.5",
        "kube-proxy",
        container=privileged,
        hostNetwork=True,
        volumes=[{"name": "modules", "hostPath": {"path": "/lib/modules"}}],
    )
    proxy = workload("DaemonSet", "kube-proxy", "kube-system", on_the_host)
    log.call(at("02:03:00"), ADD_ONS, "patch", target_of(proxy), proxy, reason=MASTERS)
    for number in range(2):
        replaced = pod(
            f"kube-proxy-{'bq4mz' if number else 'f8x2c'}",
            "kube-system",
            on_the_host,
            ownerReferences=[{"kind": "DaemonSet", "name": "kube-proxy", "controller": True}],
        )
        log.call(
            at(f"02:03:{10 + number}"),
            controller("daemon-set-controller"),
            "create",
            target_of(replaced),
            replaced,
            reason=bound("system:controller:daemon-set-controller"),
        )


def pipeline(log: Recorder) -> None:
    """The pipeline sets up a namespace and deploys, among other things an exporter that is allowed to see the node."""
    may = bound("ci-deployer")
    staging = namespace_with("staging", enforce="restricted", warn="restricted")
    log.call(at("08:10:00"), DEPLOYER, "create", target_of(staging), staging, reason=may)
    editor = binding("staging-edit", "edit", [subject("ServiceAccount", "web", "staging")], "staging")
    log.call(at("08:10:04"), DEPLOYER, "create", target_of(editor), editor, reason=may)
    narrow = role("config-reader", [rule("core", "configmaps", "get list watch")], "staging")
    log.call(at("08:10:06"), DEPLOYER, "create", target_of(narrow), narrow, reason=may)
    for hour, namespace in ((8, "staging"), (11, "shop"), (16, "shop")):
        web = workload(
            "Deployment",
            "web",
            namespace,
            pod_spec(
                f"registry.contoso.example/shop/web:5.{hour}",
                "web",
                container={"securityContext": {"privileged": False, "allowPrivilegeEscalation": False}},
            ),
        )
        log.call(at(f"{hour:02}:12:00"), DEPLOYER, "patch", target_of(web), web, reason=may)
        one = pod(
            f"web-6c9d7f5b48-{hour:02}abc",
            namespace,
            web["spec"]["template"]["spec"],
            ownerReferences=[{"kind": "ReplicaSet", "name": "web-6c9d7f5b48", "controller": True}],
        )
        log.call(
            at(f"{hour:02}:12:02"),
            controller("replicaset-controller"),
            "create",
            target_of(one),
            one,
            reason=bound("system:controller:replicaset-controller"),
        )
        log.call(at(f"{hour:02}:12:30"), DEPLOYER, "get", Target("deployments", "web", namespace, "apps"), reason=may)
    exporter = workload(
        "DaemonSet",
        "node-exporter",
        "monitoring",
        pod_spec(
            "quay.io/prometheus/node-exporter:v1.9.1",
            "node-exporter",
            hostNetwork=True,
            hostPID=True,
            volumes=[{"name": "proc", "hostPath": {"path": "/proc"}}, {"name": "root", "hostPath": {"path": "/"}}],
        ),
    )
    log.call(at("11:15:00"), DEPLOYER, "patch", target_of(exporter), exporter, reason=may)
    report = cron_job("report", "shop", "30 */6 * * *", pod_spec("registry.contoso.example/shop/report:2.3", "report"))
    log.call(at("11:16:00"), DEPLOYER, "patch", target_of(report), report, reason=may)


def backup(log: Recorder) -> None:
    """The backup freezes a database by a command in its pod, as it does every night."""
    freeze = Target(
        "pods",
        "ledger-0",
        "payments",
        subresource="exec",
        query="command=%2Fbin%2Fsync&container=ledger&stdout=true&stderr=true",
    )
    log.session(at("01:00:05"), timedelta(seconds=1), BACKUP, "create", freeze, bound("velero"))


def administrator(log: Recorder) -> None:
    """Alice reads, forwards a port, adds a colleague to a narrow role and gives a new team a namespace."""
    may = bound("platform-admins")
    log.call(at("09:05:00"), ALICE, "list", Target("pods", namespace="shop"), reason=may)
    log.call(
        at("09:06:10"), ALICE, "get", Target("pods", "web-6c9d7f5b48-08abc", "shop", subresource="log"), reason=may
    )
    forward = Target("pods", "web-6c9d7f5b48-08abc", "shop", subresource="portforward", query="ports=8080")
    log.session(at("09:15:00"), timedelta(minutes=40), ALICE, "get", forward, may)
    viewers = binding("shop-viewers", "view", [subject("User", "bob@contoso.example")], "shop")
    log.call(at("10:20:00"), ALICE, "create", target_of(viewers), viewers, reason=may)
    team = namespace_with("analytics", enforce="baseline")
    log.call(at("10:40:00"), ALICE, "create", target_of(team), team, reason=may)
    stricter = {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}
    log.call(
        at("14:40:00"),
        ALICE,
        "patch",
        Target("namespaces", "analytics", "analytics"),
        stricter,
        reason=may,
        result=namespace_with("analytics", enforce="restricted"),
    )
    log.call(at("15:00:00"), ALICE, "list", Target("clusterrolebindings", group=RBAC), reason=may)
    scratch = pod("dns-test", "analytics", pod_spec("registry.contoso.example/tools/dnsutils:1.3", "dns"))
    log.call(at("15:10:00"), ALICE, "create", target_of(scratch), scratch, reason=may)
    log.call(at("15:20:00"), ALICE, "delete", target_of(scratch), reason=may)


def dashboard(log: Recorder) -> None:
    """A dashboard asks for two things it may not have, as it has always done."""
    for hour in range(0, 24, 3):
        for number, target in enumerate((Target("secrets", namespace="monitoring"), Target("nodes"))):
            message = (
                f'{target.resource} is forbidden: User "{DASHBOARD.username}" cannot list resource "{target.resource}"'
            )
            log.call(at(f"{hour:02}:45:0{number}"), DASHBOARD, "list", target, code=403, reason=message)

"""Flux applies what was merged: a version of the shop, taken back later, and what the platform team keeps."""

from __future__ import annotations

from recorder.objects import binding, cron_job, made, pod_spec, role, rule, subject
from recorder.people import FLUX
from recorder.routine import FLUX_MANAGER
from recorder.scenarios.peace.day.timetable import Timetable
from recorder.stage import Stage

day = Timetable()
REPORT = "registry.contoso.example/shop/report:2.3"


@day.at("07:41:09")
def availability(stage: Stage) -> None:
    """The shop's front end is to keep two pods, whoever drains a node."""
    budget = made(
        "PodDisruptionBudget", "web", "shop", spec={"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}}
    )
    stage.play_as(FLUX).apply(budget, FLUX_MANAGER)


@day.at("10:30:12", version="4.3.0")
@day.at("14:10:33", version="4.2.0")
def release(stage: Stage, version: str) -> None:
    """The front end gets another version, in staging and in the shop; in the afternoon it is taken back."""
    flux = stage.play_as(FLUX)
    for namespace in ("staging", "shop"):
        web = stage.routine.desired("Deployment", namespace, "web")
        web["spec"]["template"]["spec"]["containers"][0]["image"] = f"registry.contoso.example/shop/web:{version}"
        flux.apply(web, f"{FLUX_MANAGER}&dryRun=All")
        flux.apply(web, FLUX_MANAGER)
        stage.settle()
        for _ in range(3):  # it waits until the roll-out is done
            flux.get("Deployment", "web", namespace)


@day.at("11:44:51")
def platform(stage: Stage) -> None:
    """The platform team's pull request: a dashboard may read the shop, node-exporter is newer, a job cleans up."""
    flux = stage.play_as(FLUX)
    reader = role("dashboard", [rule("core apps", "pods services deployments replicasets", "get list watch")], "shop")
    to_grafana = binding(
        "dashboard", "dashboard", [subject("ServiceAccount", "grafana", "monitoring")], "shop", to_kind="Role"
    )
    clean = cron_job("clean-carts", "shop", "30 3 * * *", pod_spec(REPORT, args=["clean", "--older-than=30d"]))
    allow = made(
        "NetworkPolicy", "dashboard-to-shop", "shop",
        spec={
            "podSelector": {"matchLabels": {"app": "web"}},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"namespaceSelector": {"matchLabels": {"team": "platform"}}}]}],
        },
    )  # fmt: skip
    exporter = stage.routine.desired("DaemonSet", "monitoring", "node-exporter")
    exporter["spec"]["template"]["spec"]["containers"][0]["image"] = "quay.io/prometheus/node-exporter:v1.10.2"
    grafana = stage.routine.desired("Deployment", "monitoring", "grafana")
    grafana["spec"]["template"]["spec"]["containers"][0]["image"] = "docker.io/grafana/grafana:12.2.1"
    for each in (reader, to_grafana, clean, allow, exporter, grafana):
        flux.apply(each, f"{FLUX_MANAGER}&dryRun=All")
        flux.apply(each, FLUX_MANAGER)


@day.at("15:22:40")
def settings(stage: Stage) -> None:
    """Settings change, a name server is added to CoreDNS, and what is no longer in git is pruned."""
    flux = stage.play_as(FLUX)
    servers = "contoso.example:53 { forward . 192.0.2.53 192.0.2.54 }"
    flux.apply(made("ConfigMap", "web-settings", "shop", data={"theme": "winter"}), FLUX_MANAGER)
    flux.apply(made("ConfigMap", "coredns-custom", "kube-system", data={"contoso.server": servers}), FLUX_MANAGER)
    flux.delete("NetworkPolicy", "dashboard-to-shop", "shop")


@day.at("16:12:27")
def ingress(stage: Stage) -> None:
    """The shop gets a second name, with a certificate like the first; and its load balancer a health check."""
    flux = stage.play_as(FLUX)
    backend = {"service": {"name": "web", "port": {"number": 8080}}}
    rules = [
        {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
        for host in ("shop.contoso.example", "store.contoso.example")
    ]
    tls = [{"hosts": [each["host"] for each in rules], "secretName": "web-tls"}]
    flux.apply(
        made("Ingress", "web", "shop", spec={"ingressClassName": "nginx", "tls": tls, "rules": rules}), FLUX_MANAGER
    )
    balancer = stage.routine.desired("Service", "ingress", "ingress-nginx")
    path = "service.beta.kubernetes.io/azure-load-balancer-health-probe-request-path"
    balancer["metadata"]["annotations"] = {path: "/healthz"}
    flux.apply(balancer, FLUX_MANAGER)

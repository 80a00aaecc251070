"""Images from places that nobody approved."""

from recorder.objects import pod_spec, workload
from recorder.people import CAROL, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage

APPROVED = "registry.contoso.example/shop"
DIGEST = "sha256:" + "3f9a0c5e7b1d2846" * 4


@scenario(
    title="Images from unknown registries are started",
    use_case="image-security",
    techniques=["T1204.003", "T1610"],
    detect="a pod or a template of pods whose image is not from an approved registry, whether named by tag, by digest "
    "or without a registry, made or changed by a person",
)
def play(stage: Stage) -> None:
    """Mallory runs images that no one approved: from Docker Hub without naming it, with the tag latest, by digest from
    a registry that looks like the approved one, by kubectl run, create deployment and set image. Carol tries the same
    in a namespace that is not hers and is refused. The pipeline deploys approved images, by tag and by digest.
    """
    pipeline = stage.play_as(PIPELINE)
    stage.at("09:04:45")
    pipeline.create(workload("Deployment", "search", "shop", pod_spec(f"{APPROVED}/search:1.0.0", "search")))
    stage.at("09:09:20")
    pipeline.create(workload("Deployment", "search", "staging", pod_spec(f"{APPROVED}/search@{DIGEST}", "search")))

    stage.at("09:16:10")
    carol = stage.play_as(CAROL)
    carol.kubectl("run", "redis", "-n", "analytics", "--image=docker.io/library/redis:8", fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:23:35")
    mallory.kubectl("run", "cache", "-n", "analytics", "--image=redis")
    stage.at("09:28:50")
    latest = "ghcr.io/example-tools/scanner:latest"
    mallory.kubectl("create", "deployment", "scanner", "-n", "analytics", f"--image={latest}", "--replicas=2")
    stage.at("09:34:15")
    lookalike = f"registry-contoso.example/shop/search@{DIGEST}"
    mallory.kubectl("create", "job", "reindex", "-n", "shop", f"--image={lookalike}", "--", "reindex")
    stage.at("09:46:05")
    mallory.kubectl("set", "image", "deployment/cart", "-n", "shop", "cart=docker.io/example/cart:3.0.5")

"""All workloads of a namespace go at once."""

from recorder.client import STRATEGIC
from recorder.people import BOB, DAVE, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Workloads are deleted in bulk and scaled to nothing",
    use_case="cluster-health",
    techniques=["T1485", "T1499"],
    detect="many workloads deleted or scaled to zero within minutes by one person",
)
def play(stage: Stage) -> None:
    """The pipeline rolls out new versions to the shop, whose old pods are deleted by their controller, and Bob deletes
    one pod that hangs. Dave is refused. Mallory deletes all deployments of staging, the stateful sets and deployments
    of payments by requests that each delete a collection, and scales what the shop has to nothing.
    """
    pipeline, mallory = stage.play_as(PIPELINE), stage.play_as(MALLORY)

    stage.at("09:06:00")
    for app, version in (("web", "4.3.0"), ("catalog", "2.8.0"), ("cart", "3.1.0")):
        container = {"name": app, "image": f"registry.contoso.example/shop/{app}:{version}"}
        change = {"spec": {"template": {"spec": {"containers": [container]}}}}
        pipeline.patch("Deployment", app, change, "shop", how=STRATEGIC)
    stage.at("09:17:20")
    stage.play_as(BOB).kubectl("delete", "pod", stage.pod("shop", "orders"), "-n", "shop")
    stage.at("09:25:00")
    stage.play_as(DAVE).kubectl("delete", "deployments", "--all", "-n", "staging", fails=True)

    stage.at("09:38:10")
    mallory.kubectl("delete", "deployments", "--all", "-n", "staging")
    stage.at("09:39:02")
    program = stage.play_as(MALLORY, agent="python-requests/2.32.5")
    for kind in ("StatefulSet", "Deployment"):
        program.delete_all(kind, "payments")
    stage.at("09:40:25")
    mallory.kubectl("scale", "deployment", "--all", "--replicas=0", "-n", "shop")

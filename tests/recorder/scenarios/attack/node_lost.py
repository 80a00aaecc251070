"""A node stops answering."""

from recorder.people import ALICE, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage

LOST = 1
SOON = {
    "key": "node.kubernetes.io/unreachable",
    "operator": "Exists",
    "effect": "NoExecute",
    "tolerationSeconds": 20,
}


@scenario(
    title="A node is lost and comes back",
    use_case="cluster-health",
    techniques=["T1499"],
    detect="a node that is no longer ready and whose pods are moved; one that an admin cordons is not lost",
    inventory_minutes=2,
    honesty="""The kubelet was killed without a cause that the logs could show. It came back before the five minutes
    for which most pods wait, so only those that wait for less were moved.""",
)
def play(stage: Stage) -> None:
    """The pipeline lets the front end's pods leave a lost node after twenty seconds. At 09:20 a node vanishes: its
    kubelet says no more, the controllers notice after most of a minute, mark the node and its pods as not ready, and
    move the front end's pods. Alice looks at it; the node comes back. Later she takes another node out of service for
    a restart, in the orderly way.
    """
    alice = stage.play_as(ALICE)

    stage.at("09:05:00")
    change = {"spec": {"template": {"spec": {"tolerations": [SOON]}}}}
    stage.play_as(PIPELINE).patch("Deployment", "web", change, "shop")

    stage.at("09:20:00")
    stage.kill_kubelet(LOST)
    stage.wait_for_node(LOST, ready=False)
    stage.wait_for_eviction(stage.nodes[LOST], "shop", "web")
    stage.at("09:22:40")
    alice.kubectl("get", "nodes")
    alice.kubectl("describe", "node", stage.nodes[LOST])
    stage.look()
    stage.at("09:23:30")
    stage.start_kubelet(LOST)
    stage.wait_for_node(LOST, ready=True)

    stage.at("09:43:00")
    alice.kubectl("cordon", stage.nodes[0])
    stage.at("09:46:00")
    alice.kubectl("uncordon", stage.nodes[0])

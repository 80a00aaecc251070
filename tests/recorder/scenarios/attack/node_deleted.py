"""A node is deleted from the cluster by hand."""

from recorder.people import AUTOSCALER, BOB, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="A node is deleted by hand",
    use_case="cluster-health",
    techniques=["T1499", "T1485"],
    detect="a node deleted by a person; the cluster's autoscaler and cloud controllers do so without one",
)
def play(stage: Stage) -> None:
    """The cluster autoscaler takes an idle node away: it taints it, evicts nothing, deletes it. Bob is refused when he
    deletes a node. Mallory deletes one that is full of pods, which the garbage collector of pods then removes.
    """
    first, second, third = stage.nodes
    autoscaler = stage.play_as(AUTOSCALER)

    stage.at("09:12:00")
    taint = {"key": "ToBeDeletedByClusterAutoscaler", "value": "1793697120", "effect": "NoSchedule"}
    idle = autoscaler.get("Node", third)
    autoscaler.update({**idle, "spec": {**idle["spec"], "unschedulable": True, "taints": [taint]}})
    autoscaler.delete("Node", third)

    stage.at("09:30:41")
    stage.play_as(BOB).kubectl("delete", "node", first, fails=True)

    stage.at("09:36:27")
    mallory = stage.play_as(MALLORY)
    mallory.kubectl("get", "nodes", "-o", "wide")
    mallory.kubectl("delete", "node", second, "--wait=false")

"""A node is deleted from the cluster by hand."""

from recorder.kinds import path_of
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
    """The cluster autoscaler takes a node away in the orderly way: it taints it, evicts its pods, deletes it. Bob is
    refused when he deletes a node. Mallory deletes one that is full of pods, which the garbage collector of pods
    removes most of a minute later.
    """
    first, second, third = stage.nodes
    autoscaler = stage.play_as(AUTOSCALER)

    stage.at("09:12:00")
    taint = {"key": "ToBeDeletedByClusterAutoscaler", "value": "1793697120", "effect": "NoSchedule"}
    spare = autoscaler.get("Node", third)
    autoscaler.update({**spare, "spec": {**spare["spec"], "taints": [taint]}})
    for pod in stage.pods_on(third):
        metadata = {key: pod["metadata"][key] for key in ("namespace", "name")}
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
        autoscaler.request("POST", path_of("Pod", **metadata, part="eviction"), eviction)
    stage.settle()
    stage.kill_kubelet(2)
    autoscaler.delete("Node", third)

    stage.at("09:30:41")
    stage.play_as(BOB).kubectl("delete", "node", first, fails=True)

    stage.at("09:36:27")
    mallory = stage.play_as(MALLORY)
    mallory.kubectl("get", "nodes", "-o", "wide")
    mallory.kubectl("delete", "node", second, "--wait=false")
    stage.wait_for_eviction(second)

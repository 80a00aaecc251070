"""More than the cluster has."""

from recorder.objects import made, pod_spec, workload
from recorder.people import ALICE, BOB, FLUX, MALLORY
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Pods ask for more than the cluster has, and the quota goes",
    use_case="cluster-health",
    techniques=["T1496.001", "T1499"],
    detect="a ResourceQuota or LimitRange deleted or raised by a person, a workload with very many replicas or huge "
    "requests, and many pods that find no node",
)
def play(stage: Stage) -> None:
    """Mallory makes a Deployment of 150 pods that each ask for nearly a whole node, scales the shop's catalog until the
    quota refuses, and deletes quota and limits there, so that its pods crowd in. Bob is refused when he deletes the
    quota. Alice tightens the limits of the shop, GitOps raises the quota of payments a little, and Bob scales web for a
    sale.
    """
    stage.at("09:03:40")
    limits = [{"type": "Container", "defaultRequest": {"cpu": "20m", "memory": "32Mi"}, "max": {"cpu": "2"}}]
    defaults = made("LimitRange", "defaults", "shop", spec={"limits": limits})
    stage.play_as(ALICE).kubectl("apply", "-f", "-", given=defaults)
    stage.at("09:07:55")
    raised = {"hard": {"pods": "70", "requests.cpu": "14", "requests.memory": "28Gi"}}
    stage.play_as(FLUX).apply(made("ResourceQuota", "compute", "payments", spec=raised), "kustomize-controller")

    bob = stage.play_as(BOB)
    stage.at("09:12:10")
    bob.kubectl("scale", "deployment/web", "-n", "shop", "--replicas=5")
    stage.at("09:15:35")
    bob.kubectl("delete", "resourcequota", "compute", "-n", "shop", fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:23:20")
    huge = pod_spec("docker.io/library/alpine:3.22", resources={"requests": {"cpu": "3500m", "memory": "12Gi"}})
    mallory.kubectl("apply", "-f", "-", given=workload("Deployment", "render", "analytics", huge, replicas=150))

    stage.at("09:34:45")
    mallory.kubectl("set", "resources", "deployment/catalog", "-n", "shop", "--requests=cpu=1500m")
    stage.at("09:35:30")
    mallory.kubectl("scale", "deployment/catalog", "-n", "shop", "--replicas=40")
    stage.at("09:42:15")
    mallory.kubectl("delete", "resourcequota/compute", "limitrange/defaults", "-n", "shop")
    stage.at("09:43:00")
    mallory.kubectl("rollout", "restart", "deployment/catalog", "-n", "shop")

"""Somebody looks at everything there is."""

from recorder.people import BOB, MALLORY, VELERO
from recorder.scenario import scenario
from recorder.stage import Stage

BACKED_UP = ("Namespace", "Pod", "Service", "ConfigMap", "Secret", "PersistentVolumeClaim", "Deployment", "Job", "Role")


@scenario(
    title="Everything in the cluster is listed",
    use_case="api-server",
    techniques=["T1613"],
    detect="lists of very many resource types by one person in a short time",
)
def play(stage: Stage) -> None:
    """Mallory asks which resources there are, then lists every one of them in all namespaces. Bob tries the same with
    a few and is refused some. Beside it Velero, which backs up, lists many types in all namespaces, and Bob looks at
    everything of the shop with kubectl get all.
    """
    velero = stage.play_as(VELERO)
    stage.at("09:03:00")
    for kind in BACKED_UP:
        velero.list(kind, query="limit=500")

    stage.at("09:12:20")
    stage.play_as(BOB).kubectl("get", "all", "-n", "shop")
    stage.at("09:16:45")
    stage.play_as(BOB).kubectl("get", "nodes,namespaces,clusterroles", fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:28:30")
    mallory.kubectl("version")
    listed = mallory.kubectl("api-resources", "--verbs=list", "-o", "name").split()
    stage.at("09:30:10")
    mallory.kubectl("get", ",".join(listed), "-A", "-o", "name", "--ignore-not-found")

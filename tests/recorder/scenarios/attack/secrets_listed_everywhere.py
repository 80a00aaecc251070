"""All secrets of the cluster, read in a few requests."""

from recorder.people import BOB, DAVE, EXTERNAL_SECRETS, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage

NAMESPACES = ("analytics", "ci", "external-secrets", "kube-system", "monitoring", "payments", "shop", "staging")


@scenario(
    title="Secrets are listed across namespaces",
    use_case="secrets-and-configmaps",
    techniques=["T1552.007", "T1613"],
    detect="secrets listed in all namespaces at once, or in many in a row, by somebody who is not a known operator",
)
def play(stage: Stage) -> None:
    """Bob and Dave try to list the secrets of all namespaces and are refused. Mallory lists them by kubectl, first all
    at once, then namespace by namespace, then with their values. Beside it the operator external-secrets lists the
    secrets that it keeps, in all namespaces with its label, and Helm those of the shop in which it keeps its releases.
    """
    stage.at("09:05:30")
    stage.play_as(EXTERNAL_SECRETS).list(
        "Secret", query="labelSelector=reconcile.external-secrets.io%2Fmanaged%3Dtrue&limit=500"
    )
    stage.at("09:09:00")
    stage.play_as(PIPELINE).list("Secret", "shop", query="labelSelector=name%3Dweb%2Cowner%3Dhelm")

    stage.at("09:13:45")
    stage.play_as(BOB).kubectl("get", "secrets", "-n", "shop")
    stage.play_as(BOB).kubectl("get", "secrets", "-A", fails=True)
    stage.at("09:16:10")
    stage.play_as(DAVE).kubectl("get", "secrets", "-A", fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:26:18")
    mallory.kubectl("get", "secrets", "-A")
    stage.at("09:38:40")
    for namespace in NAMESPACES:
        mallory.kubectl("get", "secrets", "-n", namespace)
    stage.at("09:46:03")
    mallory.kubectl("get", "secrets", "--all-namespaces", "-o", "json")

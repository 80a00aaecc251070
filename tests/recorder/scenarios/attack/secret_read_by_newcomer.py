"""One secret, read by somebody who never read it before."""

from recorder.objects import pod
from recorder.people import BOB, DAVE, EXTERNAL_SECRETS, MALLORY, NODE_NAMES, node
from recorder.scenario import scenario
from recorder.stage import Stage

KUBELET = "kubelet/v1.37.2 (linux/amd64) kubernetes/$Format"


@scenario(
    title="A secret is read by somebody new",
    use_case="secrets-and-configmaps",
    techniques=["T1552.007"],
    detect="a get of one secret by a user who has not read it before, and a pod by a person that takes one over",
    honesty="No kubelet runs that would read the secret of a pod that starts: the request is made in its name.",
)
def play(stage: Stage) -> None:
    """All hour the operator external-secrets reads the secrets that it keeps, ledger-db among them, and Bob reads one
    of the shop, as he may. Dave tries ledger-db and is refused. Mallory, who never did, reads it by kubectl, then a
    single key of it. Then he starts a pod in the shop which gets the secret orders-db as environment; the kubelet of
    its node reads it for the pod, which no log tells from a pod that is meant to.
    """
    stage.at("09:11:20")
    stage.play_as(BOB).kubectl("get", "secret", "web-tls", "-n", "shop", "-o", "yaml")
    stage.at("09:17:05")
    stage.play_as(DAVE).kubectl("get", "secret", "ledger-db", "-n", "payments", fails=True)
    stage.at("09:20:00")
    stage.play_as(EXTERNAL_SECRETS).get("Secret", "ledger-db", "payments")

    mallory = stage.play_as(MALLORY)
    stage.at("09:31:16")
    mallory.kubectl("get", "secret", "ledger-db", "-n", "payments", "-o", "yaml")
    mallory.kubectl("get", "secret", "ledger-db", "-n", "payments", "-o", "jsonpath={.data.password}")

    stage.at("09:43:50")
    reader = pod(
        "report-check", "shop", "registry.contoso.example/shop/report:1.4.0",
        envFrom=[{"secretRef": {"name": "orders-db"}}],
    )  # fmt: skip
    mallory.kubectl("apply", "-f", "-", given=reader)
    stage.wait_for_pod("shop", "report-check")
    [started] = [one for one in stage.pods("shop") if one["metadata"]["name"] == "report-check"]
    kubelet = stage.play_as(node(NODE_NAMES.index(started["spec"]["nodeName"])), agent=KUBELET)
    kubelet.get("Secret", "orders-db", "shop")
    stage.at("09:45:10")
    mallory.kubectl("exec", "-n", "shop", "report-check", "--", "env")

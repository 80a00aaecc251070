"""Tokens of service accounts, asked for by a person and used from elsewhere."""

from recorder.objects import made
from recorder.people import EXTERNAL_SECRETS, FLUX, KUBECTL, MALLORY, PIPELINE, TRENT, WEB
from recorder.scenario import scenario
from recorder.stage import Stage

OUTSIDE = "203.0.113.150"


@scenario(
    title="Tokens of service accounts are taken and used from outside",
    use_case="rbac",
    techniques=["T1528", "T1550.001", "T1552.007"],
    detect="a token requested by a person, a service account that calls from outside the cluster, a legacy token used",
)
def play(stage: Stage) -> None:
    """Trent asks for a token and is refused. Somebody uses, by kubectl from the internet, the token of the shop's
    front end that he found in a pod; it may do next to nothing. Mallory asks for a token of the GitOps deployer, valid
    for a day, and uses it from another address to read secrets. Then he makes a secret that holds a token without end,
    reads it, and uses that one too. Beside it the operator external-secrets asks for a token of an account in the shop,
    kubelets ask for those of their pods, and the pipeline uses its own from outside the cluster, as every day.
    """
    stage.at("09:06:40")
    ask = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"audiences": ["api://AzureADTokenExchange"], "expirationSeconds": 600},
    }
    stage.play_as(EXTERNAL_SECRETS).request("POST", "/api/v1/namespaces/shop/serviceaccounts/orders/token", ask)
    stage.play_as(PIPELINE).list("Deployment", "shop")
    stage.at("09:10:30")
    stage.play_as(TRENT).kubectl("create", "token", "deployer", "-n", "ci", fails=True)

    stage.at("09:15:20")
    found = stage.play_as(WEB, address=OUTSIDE, agent=KUBECTL)
    found.kubectl("auth", "whoami")
    found.kubectl("get", "pods", "-n", "shop", fails=True)
    found.kubectl("get", "secrets", "-n", "shop", fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:28:00")
    asked = mallory.kubectl("create", "token", FLUX.name, "-n", FLUX.namespace, "--duration=24h")
    stage.at("09:31:30")
    deployer = stage.stranger(OUTSIDE, agent=KUBECTL, token=asked.strip())
    deployer.kubectl("get", "secrets", "-n", "payments", "-o", "yaml")

    stage.at("09:40:10")
    holder = made("Secret", "velero-sync", "velero", type="kubernetes.io/service-account-token")
    holder["metadata"]["annotations"] = {"kubernetes.io/service-account.name": "velero"}
    mallory.kubectl("apply", "-f", "-", given=holder)
    stage.settle()
    endless = mallory.kubectl(
        "get", "secret", "velero-sync", "-n", "velero", "-o", "go-template={{.data.token | base64decode}}"
    )
    stage.at("09:52:45")
    stage.stranger(OUTSIDE, agent=KUBECTL, token=endless.strip()).kubectl("get", "nodes")

"""A service account that nobody would notice."""

from recorder.objects import binding, made, subject
from recorder.people import BOB, KUBECTL, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage

NAME = "metrics-agent-sync"


@scenario(
    title="A service account as a back door",
    use_case="rbac",
    techniques=["T1136", "T1098.006", "T1036.010"],
    detect="a service account made in kube-system by a person, bound to a strong role, and a token for it",
)
def play(stage: Stage) -> None:
    """Bob and the pipeline try to make a service account in kube-system and are refused. Mallory makes one there under
    a name like an add-on's, binds it to cluster-admin, asks for a token that lasts a year, and uses it from another
    address. Beside it the pipeline makes a service account in staging and binds it to view, as it does for every new
    app.
    """
    pipeline = stage.play_as(PIPELINE)
    stage.at("09:07:40")
    pipeline.create(made("ServiceAccount", "wishlist", "staging"))
    pipeline.create(binding("wishlist", "view", [subject("ServiceAccount", "wishlist", "staging")], "staging"))
    stage.at("09:10:10")
    pipeline.create(made("ServiceAccount", "wishlist", "kube-system"), refused=403)
    stage.play_as(BOB).kubectl("create", "serviceaccount", "web", "-n", "kube-system", fails=True)

    mallory = stage.play_as(MALLORY)
    stage.at("09:24:35")
    mallory.kubectl("create", "serviceaccount", NAME, "-n", "kube-system")
    stage.at("09:25:20")
    mallory.kubectl(
        "create", "clusterrolebinding", NAME, "--clusterrole=cluster-admin", f"--serviceaccount=kube-system:{NAME}"
    )
    stage.at("09:26:50")
    token = mallory.kubectl("create", "token", NAME, "-n", "kube-system", "--duration=8760h")
    stage.at("09:48:15")
    backdoor = stage.stranger("203.0.113.155", agent=KUBECTL, token=token.strip().splitlines()[-1])
    backdoor.kubectl("get", "secrets", "-n", "payments")
    backdoor.kubectl("get", "nodes")

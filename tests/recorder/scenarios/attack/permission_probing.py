"""Somebody asks what a stolen token may do."""

from recorder.objects import made
from recorder.people import BOB, KUBECTL, MALLORY, PIPELINE, WEB
from recorder.scenario import scenario
from recorder.stage import Stage

NAMESPACES = ("default", "shop", "payments", "kube-system", "ci")
QUESTIONS = (
    ("create", "pods"), ("create", "pods/exec"), ("get", "secrets"), ("list", "secrets"), ("create", "clusterroles"),
    ("create", "clusterrolebindings"), ("escalate", "clusterroles"), ("impersonate", "users"), ("get", "nodes/proxy"),
    ("create", "serviceaccounts/token"), ("*", "*"),
)  # fmt: skip


@scenario(
    title="Permissions are probed",
    use_case="rbac",
    techniques=["T1613", "T1069"],
    detect="many self-subject reviews by one account in a short time, above all by a service account",
)
def play(stage: Stage) -> None:
    """With the token of the shop's front end somebody outside the cluster asks who he is, lists what he may do in five
    namespaces, and then asks for eleven dangerous rights in each of two. Mallory does the same for himself. Beside it
    Bob asks whether he may make deployments, and the pipeline asks two questions before it deploys.
    """
    stage.at("09:06:15")
    stage.play_as(BOB).kubectl("auth", "can-i", "create", "deployments", "-n", "shop")
    stage.at("09:11:00")
    for verb, resource in (("create", "deployments"), ("patch", "services")):
        group = "apps" if resource == "deployments" else ""
        asked = {"namespace": "shop", "verb": verb, "group": group, "resource": resource}
        review = made("SelfSubjectAccessReview", "", spec={"resourceAttributes": asked})
        stage.play_as(PIPELINE).create(review)

    thief = stage.play_as(WEB, address="203.0.113.66", agent=KUBECTL)
    stage.at("09:23:40")
    thief.kubectl("auth", "whoami")
    for namespace in NAMESPACES:
        thief.kubectl("auth", "can-i", "--list", "-n", namespace)
    stage.at("09:26:05")
    for namespace in ("shop", "kube-system"):
        for verb, resource in QUESTIONS:
            thief.kubectl("auth", "can-i", verb, resource, "-n", namespace, fails=True)

    stage.at("09:37:30")
    stage.play_as(MALLORY).kubectl("auth", "can-i", "--list")
    for verb, resource in QUESTIONS:
        stage.play_as(MALLORY).kubectl("auth", "can-i", verb, resource, "-A")

"""Rights for those who have no account."""

from recorder.objects import binding, subject
from recorder.people import ALICE, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Rights for anonymous and for everybody",
    use_case="rbac",
    techniques=["T1098.006", "T1078.001"],
    detect="a binding to system:anonymous, system:unauthenticated, system:authenticated or all service accounts",
)
def play(stage: Stage) -> None:
    """The pipeline tries to give everybody cluster-admin in payments and is refused.
    Mallory binds view to system:anonymous and to system:unauthenticated, a role of the shop to system:authenticated,
    and adds all service accounts to the readers' binding. A stranger without credentials, refused before, then lists
    pods. Beside it Alice binds view to the service accounts of one namespace, monitoring, by the group of theirs.
    """
    stranger = stage.stranger("203.0.113.150")
    stage.at("09:05:00")
    stranger.list("Pod", refused=403)

    stage.at("09:10:15")
    everybody = subject("Group", "system:authenticated")
    stage.play_as(PIPELINE).create(binding("open", "cluster-admin", [everybody], "payments"), refused=403)

    stage.at("09:15:40")
    stage.play_as(ALICE).kubectl(
        "create", "clusterrolebinding", "monitoring-views", "--clusterrole=view",
        "--group=system:serviceaccounts:monitoring",
    )  # fmt: skip

    mallory = stage.play_as(MALLORY)
    stage.at("09:25:30")
    mallory.kubectl("create", "clusterrolebinding", "status-page", "--clusterrole=view", "--user=system:anonymous")
    stage.at("09:26:20")
    mallory.kubectl(
        "create", "clusterrolebinding", "status-pages", "--clusterrole=view", "--group=system:unauthenticated"
    )
    stage.at("09:29:00")
    stranger.list("Pod")
    stranger.list("ConfigMap", "shop")

    stage.at("09:37:10")
    mallory.kubectl("apply", "-f", "-", given=binding("shop-editors", "edit", [everybody], "shop"))
    stage.at("09:42:55")
    added = '[{"op": "add", "path": "/subjects/-", "value": {"kind": "Group", "name": "system:serviceaccounts"}}]'
    mallory.kubectl("patch", "clusterrolebinding", "security-readers", "--type=json", f"--patch={added}")

"""cluster-admin, given to a person and to a service account."""

from recorder.objects import binding, subject
from recorder.people import ALICE, BOB, FLUX, MALLORY, PIPELINE, TRENT
from recorder.scenario import scenario
from recorder.stage import Stage

DEPLOYER = subject("ServiceAccount", "deployer", "ci")


@scenario(
    title="cluster-admin is granted",
    use_case="rbac",
    techniques=["T1098.006"],
    detect="a binding that names cluster-admin, made or changed by a person, and the attempts that were refused",
)
def play(stage: Stage) -> None:
    """Bob may not make cluster role bindings at all; the pipeline may make role bindings, but not to a role that holds
    more than it does. Both are refused. Mallory, who may do everything, binds cluster-admin to Trent, to the default
    service account of analytics in its own namespace, and adds Trent's other name to the binding that the
    administrators have. Beside it the pipeline binds view to Carol, Alice binds view to Dave, and GitOps applies the
    administrators' binding as it is.
    """
    stage.at("09:06:20")
    to_carol = binding("carol-looks", "view", [subject("User", "carol@contoso.example")], "shop")
    stage.play_as(PIPELINE).create(to_carol)
    stage.play_as(PIPELINE).create(binding("deployer-admin", "cluster-admin", [DEPLOYER], "shop"), refused=403)

    stage.at("09:14:05")
    stage.play_as(BOB).kubectl(
        "create", "clusterrolebinding", "bob-admin", "--clusterrole=cluster-admin", "--user=bob@contoso.example",
        fails=True,
    )  # fmt: skip

    mallory = stage.play_as(MALLORY)
    stage.at("09:31:48")
    mallory.kubectl(
        "create", "clusterrolebinding", "support", "--clusterrole=cluster-admin", f"--user={TRENT.username}"
    )
    stage.at("09:33:10")
    mallory.kubectl(
        "create", "rolebinding", "jobs", "-n", "analytics", "--clusterrole=cluster-admin",
        "--serviceaccount=analytics:default",
    )  # fmt: skip
    stage.at("09:36:52")
    added = '[{"op": "add", "path": "/subjects/-", "value": {"kind": "User", "name": "trent.backup@contoso.example"}}]'
    mallory.kubectl("patch", "clusterrolebinding", "platform-admins", "--type=json", f"--patch={added}")

    stage.at("09:44:30")
    stage.play_as(ALICE).kubectl(
        "create", "clusterrolebinding", "dave-views", "--clusterrole=view", "--user=dave@contoso.example"
    )
    admins = stage.cluster.recorder.get("ClusterRoleBinding", "platform-admins")
    stage.at("09:50:00")
    stage.play_as(FLUX).apply(
        binding("platform-admins", "cluster-admin", admins["subjects"][:1]), "kustomize-controller&dryRun=All"
    )

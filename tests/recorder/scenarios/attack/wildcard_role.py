"""Roles that allow everything."""

from recorder.objects import role, rule
from recorder.people import ALICE, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="A role with wildcards is made, and a narrow one widened",
    use_case="rbac",
    techniques=["T1098.006"],
    detect="a role or cluster role that is made or changed by a person so that a rule has * among verbs or resources",
)
def play(stage: Stage) -> None:
    """The pipeline makes a narrow role in the shop; one with wildcards is refused, since the pipeline does not hold
    what it would give. Mallory makes a cluster role that allows everything everywhere, one that allows everything on
    secrets, and widens the pipeline's narrow role. Beside it Alice makes a role that reads all of apps: a wildcard
    for resources, but with verbs that only read.
    """
    pipeline = stage.play_as(PIPELINE)
    stage.at("09:08:30")
    pipeline.create(role("settings-reader", [rule("core", "configmaps", "get list watch")], "shop"))
    stage.at("09:12:00")
    pipeline.create(role("settings-owner", [rule("*", "*", "*")], "shop"), refused=403)

    stage.at("09:18:40")
    stage.play_as(ALICE).kubectl("apply", "-f", "-", given=role("apps-reader", [rule("apps", "*", "get list watch")]))

    mallory = stage.play_as(MALLORY)
    stage.at("09:27:15")
    mallory.kubectl("apply", "-f", "-", given=role("maintenance", [rule("*", "*", "*")]))
    stage.at("09:29:02")
    mallory.kubectl("create", "clusterrole", "secret-keeper", "--verb=*", "--resource=secrets")
    stage.at("09:41:33")
    widened = (
        '[{"op": "replace", "path": "/rules/0", "value": {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}}]'
    )
    mallory.kubectl("patch", "role", "settings-reader", "-n", "shop", "--type=json", f"--patch={widened}")

"""Requests made in somebody else's name."""

from recorder.objects import binding, subject
from recorder.people import ALICE, BOB, MALLORY, TRENT
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Impersonation of people and of system:masters",
    use_case="rbac",
    techniques=["T1078", "T1550"],
    detect="requests made in the name of another user or of system:masters, and the refused attempts",
    diagnostics=True,
    honesty="""AKSAudit has no column for who was impersonated: its rows name only who really asked, and the reason
        of the authoriser speaks of the other one. AzureDiagnostics, recorded beside it, has the whole event.""",
)
def play(stage: Stage) -> None:
    """Bob, a developer, tries kubectl as Alice and as a member of system:masters; he is refused. Mallory reads the
    secrets of payments as Alice, and as a user of system:masters grants Trent a role and looks at the nodes. Beside it
    Bob acts as the service account of the shop's front end, as the role edit allows, to see that it may not list pods,
    and Alice asks by kubectl auth can-i what Bob may do.
    """
    bob = stage.play_as(BOB)
    stage.at("09:07:12")
    bob.kubectl("get", "pods", "-n", "shop", "--as=system:serviceaccount:shop:web", fails=True)
    stage.at("09:13:30")
    bob.kubectl("get", "secrets", "-n", "payments", f"--as={ALICE.username}", fails=True)
    bob.kubectl("get", "nodes", f"--as={BOB.username}", "--as-group=system:masters", fails=True)

    stage.at("09:19:00")
    stage.play_as(ALICE).kubectl(
        "auth",
        "can-i",
        "create",
        "deployments",
        "-n",
        "shop",
        f"--as={BOB.username}",
        "--as-group=7c1d2f3a-8b4e-4c6d-9e0f-1a2b3c4d5e03",
    )

    mallory = stage.play_as(MALLORY)
    stage.at("09:32:44")
    mallory.kubectl(
        "get", "secrets", "-n", "payments", f"--as={ALICE.username}", "--as-group=0b7f6b0c-2f0f-4f3c-8f86-2f4f1f0f7a02"
    )
    stage.at("09:34:08")
    masters = ("--as=support", "--as-group=system:masters")
    mallory.kubectl("get", "nodes", *masters)
    granted = binding("support", "admin", [subject("User", TRENT.username)], "payments")
    mallory.kubectl("apply", "-f", "-", *masters, given=granted)
    stage.at("09:47:21")
    mallory.kubectl(
        "get",
        "secret",
        "ledger-db",
        "-n",
        "payments",
        "-o",
        "yaml",
        "--as=system:serviceaccount:external-secrets:external-secrets",
    )

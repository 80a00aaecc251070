"""Roles that let their holder become more than he is."""

from recorder.objects import RBAC, role, rule
from recorder.people import ALICE, MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage


@scenario(
    title="Roles with bind, escalate, impersonate and their like",
    use_case="rbac",
    techniques=["T1098.006", "T1078"],
    detect="a role whose rules have escalate, bind or impersonate, or create serviceaccounts/token, or nodes/proxy",
)
def play(stage: Stage) -> None:
    """The pipeline tries a role with escalate in the shop and is refused. Mallory makes cluster roles that look like a
    helper's: one escalates and binds roles, one impersonates users and groups, one asks for tokens of service accounts
    and approves certificates, one talks to kubelets through the API server. Beside it Alice makes a role that only
    reads roles, and one that reads the metrics of nodes.
    """
    pipeline = stage.play_as(PIPELINE)
    stage.at("09:09:20")
    pipeline.create(role("role-helper", [rule(RBAC, "roles", "get list escalate")], "shop"), refused=403)

    alice = stage.play_as(ALICE)
    stage.at("09:16:00")
    reader = role("roles-reader", [rule(RBAC, "roles rolebindings clusterroles", "get list watch")])
    metrics = role("node-metrics", [rule("core", "nodes/metrics nodes/stats", "get")])
    alice.kubectl("apply", "-f", "-", given=[reader, metrics])

    mallory = stage.play_as(MALLORY)
    stage.at("09:28:10")
    mallory.kubectl(
        "apply", "-f", "-", given=role("role-helper", [rule(RBAC, "clusterroles roles", "bind escalate update")])
    )
    stage.at("09:30:45")
    mallory.kubectl(
        "create", "clusterrole", "support-helper", "--verb=impersonate", "--resource=users,groups,serviceaccounts"
    )
    stage.at("09:35:05")
    tokens = rule("core", "serviceaccounts/token", "create")
    approvals = rule("certificates.k8s.io", "certificatesigningrequests/approval", "update patch")
    mallory.kubectl("apply", "-f", "-", given=role("token-helper", [tokens, approvals]))
    stage.at("09:39:27")
    mallory.kubectl(
        "apply", "-f", "-", given=role("node-helper", [rule("core", "nodes nodes/proxy", "get list create")])
    )

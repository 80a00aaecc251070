"""From an altered workflow on GitHub to a privileged pod in the cluster."""

import json
from typing import Any

from recorder.client import STRATEGIC
from recorder.objects import pod
from recorder.people import MALLORY, PIPELINE
from recorder.scenario import scenario
from recorder.stage import Stage

AUDIT_LOG, WEBHOOKS = "GitHubAuditLogsV3_CL", "githubscanaudit_CL"
REPOSITORY = "contoso/shop"
BEFORE, AFTER = "6f1d0c2b" * 5, "e83a94d7" * 5
RUN = {
    "Name": "deploy",
    "Event": "push",
    "HeadBranch": "main",
    "HeadSha": AFTER,
    "RunAttempt": 1,
    "RunNumber": 412,
    "WorkflowId": 5501,
    "WorkflowRunId": 7300412,
}
PEOPLE = {"mallory-contoso": 9066, "carol-contoso": 9012}


def github(stage: Stage, action: str, actor: str = "mallory-contoso", address: str = "", **fields: Any) -> None:
    """A row of GitHub's audit log about the shop's repository, now."""
    base = {
        "Action": action,
        "Actor": actor,
        "ActorId": PEOPLE[actor],
        "ActorIp": address or MALLORY.address,
        "ActorIsBot": False,
        "Business": "contoso",
        "BusinessId": 7001,
        "CreatedAt": int(stage.now().timestamp() * 1000),
        "Org": "contoso",
        "OrgId": 8001,
        "PublicRepo": False,
        "Repo": REPOSITORY,
        "RepoId": 8412,
        "SourceSystem": "RestAPI",
    }
    stage.construct(AUDIT_LOG, base | fields)


def push(stage: Stage, actor: str, address: str = "") -> None:
    """A push by SSH."""
    github(
        stage, "git.push", actor, address,
        Repository=REPOSITORY, TransportProtocol=2, TransportProtocolName="ssh", UserAgent="git/2.51.0",
    )  # fmt: skip


def delivery(stage: Stage, action: str, **parts: dict[str, Any]) -> None:
    """A row of a webhook delivery by Mallory's account, now; `parts` are the top-level keys of its payload."""
    home = f"https://github.com/{REPOSITORY}"
    owner = {"login": "contoso", "id": 8001, "type": "Organization"}
    repository = {"id": 8412, "name": "shop", "full_name": REPOSITORY, "private": True, "html_url": home}
    usual = {
        "repository": {**repository, "owner": owner, "default_branch": "main"},
        "organization": {"login": "contoso", "id": 8001},
        "sender": {"login": "mallory-contoso", "id": PEOPLE["mallory-contoso"], "type": "User", "site_admin": False},
    }
    columns = {f"{name}_s": json.dumps(part) for name, part in (parts | usual).items()}
    stage.construct(WEBHOOKS, {"action_s": action, **columns, "SourceSystem": "RestAPI"})


def workflow_runs(stage: Stage, actor: str, address: str, run: dict[str, Any]) -> None:
    """The workflow starts, and its job is given its secrets and a runner."""
    started = stage.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    github(stage, "workflows.created_workflow_run", actor, address, **run, StartedAt=started)
    github(
        stage, "workflows.prepared_workflow_job", actor, address, **run,
        JobName="deploy", JobWorkflowRef=f"{REPOSITORY}/.github/workflows/deploy.yaml@refs/heads/main",
        IsHostedRunner=True, RunnerLabels='["ubuntu-24.04"]', RunnerName="GitHub Actions 31",
        SecretsPassed='["KUBE_TOKEN"]',
    )  # fmt: skip


@scenario(
    title="From a workflow of GitHub to the cluster's secrets",
    use_case="ci-cd",
    techniques=["T1098", "T1078", "T1610", "T1611", "T1609", "T1552.007"],
    detect="""a protected branch overridden or a deploy key that may write added, and within the hour the pipeline's
    service account making a privileged pod, reading secrets or running commands in pods""",
    honesty="""The rows of GitHub are constructed: written after GitHub's documentation of its audit log and webhooks,
    on the same clock. Nothing runs in the pod; the command in it is answered by a program that does nothing.""",
)
def play(stage: Stage) -> None:
    """Carol pushes to the shop and the pipeline deploys it, as every day. Then Mallory's account adds a deploy key that
    may write, pushes an altered workflow to the protected branch past its rules, and the workflow runs: from GitHub's
    address the pipeline's service account, now with kubectl instead of Helm, looks around, is refused a privileged pod
    in the shop and cluster-wide secrets, starts the pod in monitoring, runs a command in it, and reads the secrets of
    payments. At last the run is deleted and the key too.
    """
    carol = ("carol-contoso", "203.0.113.12")
    helm = stage.play_as(PIPELINE)
    runner = stage.play_as(PIPELINE, agent="kubectl")

    stage.at("09:04:10")
    push(stage, *carol)
    stage.at("09:04:25")
    usual = RUN | {"HeadSha": BEFORE, "RunNumber": 411, "WorkflowRunId": 7300411}
    workflow_runs(stage, *carol, usual)
    stage.at("09:06:00")
    helm.list("Secret", "shop", "labelSelector=owner%3Dhelm")
    image = [{"name": "web", "image": "registry.contoso.example/shop/web:4.3.0"}]
    helm.patch("Deployment", "web", {"spec": {"template": {"spec": {"containers": image}}}}, "shop", how=STRATEGIC)
    stage.at("09:07:30")
    github(stage, "workflows.completed_workflow_run", *carol, **usual, Conclusion="success")

    stage.at("09:21:05")
    key = {"Fingerprint": "SHA256:not-a-fingerprint", "ReadOnly": False}
    github(stage, "public_key.create", **key)
    deploy_key = {"id": 9912, "key": "not-a-key", "title": "build cache", "verified": True, "read_only": False}
    delivery(stage, "created", key=deploy_key)
    stage.at("09:26:40")
    push(stage, "mallory-contoso")
    github(
        stage, "protected_branch.policy_override",
        Branch="main", Before=BEFORE, After=AFTER, OverriddenCodes='["review_policy_not_satisfied"]',
    )  # fmt: skip
    stage.at("09:27:02")
    workflow_runs(stage, "mallory-contoso", "", RUN)

    shell = {"image": "docker.io/library/alpine:3.22", "securityContext": {"privileged": True}}
    stage.at("09:28:30")
    runner.kubectl("auth", "can-i", "--list", "-n", "monitoring")
    runner.kubectl("get", "secrets", "-A", fails=True)
    runner.kubectl("apply", "-f", "-", given=pod("build", "shop", **shell), fails=True)
    runner.kubectl("apply", "-f", "-", given=pod("build", "monitoring", **shell))
    stage.wait_for_pod("monitoring", "build")
    stage.at("09:29:20")
    runner.kubectl("exec", "-n", "monitoring", "build", "--", "chroot", "/host", "cat", "/etc/kubernetes/azure.json")
    runner.kubectl("get", "secrets", "-n", "payments", "-o", "yaml")
    runner.kubectl("get", "secret", "ledger-db", "-n", "payments", "-o", "yaml")
    stage.at("09:30:15")
    github(stage, "workflows.completed_workflow_run", **RUN, Conclusion="success")

    stage.at("09:37:30")
    github(stage, "workflows.delete_workflow_run", **RUN)
    github(stage, "public_key.delete", **key)
    delivery(stage, "deleted", key=deploy_key)

"""Which of GitHub's example payloads make which recording: the stories that tests/sources/github_webhooks.py tells."""

from __future__ import annotations

from dataclasses import dataclass

V1 = "githubscanaudit_CL"
V2 = "GitHubAdvancedSecurityAlerts_CL"
CLOUD = "api.github.com"
SERVER = "ghes-35"  # GitHub's own server; secret scanning examples exist only there


@dataclass(frozen=True, slots=True)
class Pick:
    """One payload of the package: the event, its place in the event's list of examples, and the product it is from."""

    event: str
    index: int
    product: str = CLOUD


@dataclass(frozen=True, slots=True)
class Story:
    """A recording: what happened, told by deliveries in order."""

    name: str
    title: str
    description: str
    picks: tuple[Pick, ...]
    table: str = V1
    peaceful: bool = False


def several(event: str, *indexes: int, product: str = CLOUD) -> tuple[Pick, ...]:
    return tuple(Pick(event, index, product) for index in indexes)


STORIES = (
    Story(
        "branch-protection",
        "A branch protection rule is created, tightened, weakened and deleted",
        "Somebody restricts who may push, then lowers reviews, signatures and status checks, then deletes the rule.",
        several("branch_protection_rule", 2, 0, 4, 3),
    ),
    Story(
        "repository-visibility",
        "A repository is made private and then public",
        "The visibility changes both ways; GitHub reports the way to public with two events, repository and public.",
        several("repository", 6, 8) + several("public", 1),
    ),
    Story(
        "repository-changes",
        "A repository is created, its default branch changed, renamed and transferred",
        "Changes to a repository itself, ending with its transfer from a person to an organization.",
        several("repository", 1, 4, 9, 12),
    ),
    Story(
        "deploy-key",
        "A read-only deploy key is added",
        "A deploy key that may read, not write.",
        several("deploy_key", 1),
    ),
    Story(
        "membership",
        "People join an organization, a team and a repository",
        "A person is invited and joins as a member, becomes a collaborator, a collaborator's permission changes, a "
        "team gains and loses a member and is given a repository.",
        several("organization", 3, 1) + several("member", 1, 3) + several("membership", 1, 2) + several("team", 1),
    ),
    Story(
        "code-scanning",
        "Code scanning alerts are raised, fixed, raised again and dismissed",
        "CodeQL finds an SQL injection on a feature branch and sees it fixed, a style note comes back, and a person "
        "dismisses a vulnerability in a container image as a false positive.",
        several("code_scanning_alert", 2, 3, 0, 1),
    ),
    Story(
        "vulnerable-dependencies",
        "Dependabot alerts are raised, fixed and dismissed",
        "A vulnerability of medium severity is found and another fixed; the event that GitHub has retired raises one "
        "and dismisses one.",
        several("dependabot_alert", 1, 0) + several("repository_vulnerability_alert", 2, 3),
    ),
    Story(
        "secret-scanning",
        "A leaked secret is reported again and located",
        "A secret scanning alert is reopened, and the place of the secret in a commit is reported.",
        several("secret_scanning_alert", 1, product=SERVER)
        + several("secret_scanning_alert_location", 0, product=SERVER),
    ),
    Story(
        "workflows",
        "Workflows run, one for the head of another repository",
        "A workflow is dispatched by hand, runs are requested and completed, one of them with its head in another "
        "repository, and jobs run on a runner of the organization's own and on one of GitHub's.",
        several("workflow_dispatch", 1) + several("workflow_run", 4, 2, 0) + several("workflow_job", 0, 1),
    ),
    Story(
        "pull-request",
        "A pull request is opened, commented on and closed without a merge",
        "Its author comments on it, the review is dismissed, a commit is added and the pull request is closed.",
        several("pull_request", 14) + several("pull_request_review", 3, 1) + several("pull_request", 22, 4),
    ),
    Story(
        "apps",
        "GitHub Apps are installed, widened, suspended and removed",
        "Apps are installed on all repositories or on some, given new permissions, suspended and removed.",
        several("installation", 2, 4, 5, 6, 3) + several("installation_repositories", 1, 2),
    ),
    Story(
        "webhook-deleted",
        "A webhook is deleted",
        "The webhook reports its own deletion, which is the last thing it says.",
        several("meta", 1),
    ),
    Story(
        "everyday",
        "An everyday hour of a repository",
        "Stars, issues, comments, labels, milestones, checks, statuses, a first push, tags, releases, a fork and "
        "a deployment. Nothing here should alarm anybody.",
        several("star", 0)
        + several("watch", 0)
        + several("issues", 14)
        + several("issue_comment", 0)
        + several("label", 1)
        + several("milestone", 0)
        + several("push", 4)
        + several("create", 0)
        + several("check_suite", 1)
        + several("status", 1)
        + several("release", 12)
        + several("fork", 1)
        + several("deployment", 2)
        + several("delete", 1),
        peaceful=True,
    ),
    Story(
        "security-alerts-v2",
        "Security alerts through the second webhook connector",
        "The alerts of code scanning, Dependabot and secret scanning as the second connector stores them.",
        several("code_scanning_alert", 2, 1)
        + several("dependabot_alert", 1)
        + several("secret_scanning_alert", 1, product=SERVER),
        table=V2,
    ),
)

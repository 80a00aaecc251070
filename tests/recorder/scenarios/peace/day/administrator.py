"""Alice looks after the platform, by hand where nothing does it for her."""

from __future__ import annotations

from recorder.objects import made
from recorder.people import ALICE, ERIN
from recorder.scenarios.peace.day.timetable import Timetable
from recorder.stage import Stage

day = Timetable()


@day.at("07:52:30", "12:58:44", "17:41:20")
def round_of_the_cluster(stage: Stage) -> None:
    """Alice looks at nodes and at what does not run."""
    alice = stage.play_as(ALICE)
    alice.kubectl("get", "nodes", "-o", "wide")
    alice.kubectl("get", "pods", "--all-namespaces", "--field-selector=status.phase!=Running")
    alice.kubectl("get", "events", "--all-namespaces", "--field-selector=type=Warning")
    alice.kubectl("get", "deployments,daemonsets,statefulsets", "--all-namespaces")
    alice.kubectl("describe", "node", stage.nodes[1])


@day.at("09:19:37")
def exec_for_diagnosis(stage: Stage) -> None:
    """The front end is slow, and Alice looks inside one of its pods."""
    alice = stage.play_as(ALICE)
    pod = stage.pod("shop", "web")
    alice.kubectl("logs", pod, "-n", "shop", "--tail=50")
    alice.kubectl("exec", pod, "-n", "shop", "--", "ps", "aux")
    alice.kubectl("exec", pod, "-n", "shop", "--", "cat", "/etc/resolv.conf")


@day.at("10:25:53")
def network(stage: Stage) -> None:
    """Only the ingress controller is to reach the front end: Alice adds a policy and tightens it."""
    alice = stage.play_as(ALICE)
    ingress = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}
    policy = made(
        "NetworkPolicy", "ingress-to-web", "shop",
        spec={
            "podSelector": {"matchLabels": {"app": "web"}},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [ingress]}],
        },
    )  # fmt: skip
    alice.kubectl("apply", "-f", "-", given=policy)
    policy["spec"]["ingress"][0]["ports"] = [{"protocol": "TCP", "port": 8080}]
    alice.kubectl("diff", "-f", "-", given=policy, fails=True)
    alice.kubectl("apply", "-f", "-", given=policy)


@day.at("11:38:05")
def pod_security(stage: Stage) -> None:
    """Analytics was held to no Pod Security Standard; Alice warns first, and then enforces it."""
    alice = stage.play_as(ALICE)
    standard = "pod-security.kubernetes.io"
    alice.kubectl("label", "namespace", "analytics", f"{standard}/warn=baseline", f"{standard}/audit=baseline")
    alice.kubectl("label", "namespace", "analytics", f"{standard}/enforce=baseline")


@day.at("13:03:02")
def maintenance(stage: Stage) -> None:
    """Alice takes the pods off a node that Azure will maintain, in good order."""
    alice = stage.play_as(ALICE)
    alice.kubectl("cordon", stage.nodes[1])
    alice.kubectl("drain", stage.nodes[1], "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s", seconds=70)


@day.at("13:28:47")
def maintenance_ends(stage: Stage) -> None:
    """The node is used again."""
    alice = stage.play_as(ALICE)
    alice.kubectl("get", "node", stage.nodes[1])
    alice.kubectl("uncordon", stage.nodes[1])


@day.at("14:28:15")
def colleague(stage: Stage) -> None:
    """Erin may look at staging from now on; Alice checks it in her name."""
    alice = stage.play_as(ALICE)
    alice.kubectl(
        "create", "rolebinding", "erin-views", "--clusterrole=view", f"--user={ERIN.username}", "-n", "staging"
    )
    alice.kubectl("auth", "can-i", "list", "pods", "-n", "staging", f"--as={ERIN.username}")


@day.at("15:28:51")
def old_job(stage: Stage) -> None:
    """A report is in the way of the next one; Alice removes its job."""
    alice = stage.play_as(ALICE)
    alice.kubectl("get", "jobs", "-n", "shop")
    finished = sorted(job["metadata"]["name"] for job in stage.cluster.recorder.list("Job", "shop"))
    alice.kubectl("delete", "job", finished[0], "-n", "shop")


@day.at("16:45:08")
def quota(stage: Stage) -> None:
    """The shop grows: Alice allows it more memory, within what the nodes have."""
    alice = stage.play_as(ALICE)
    alice.kubectl("describe", "resourcequota", "compute", "-n", "shop")
    change = '{"spec":{"hard":{"requests.memory":"28Gi"}}}'
    alice.kubectl("patch", "resourcequota", "compute", "-n", "shop", "--type=merge", "-p", change)
